"""Topics of a forum: made, named, and opened again."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import BadRequest

LONGEST_NAME = 128
Call = Callable[..., Awaitable[Any]]  # a method of the Bot API, with its fields


async def name_topic(call: Call, external_chat_id: str, name: str) -> int:
    """Give the topic this name; its id. Where the chat's id names none yet, it is made."""
    group, _, topic = external_chat_id.partition("/")
    called = name[:LONGEST_NAME]
    if not topic.isdecimal():
        made = await call("createForumTopic", chat_id=int(group), name=called)
        return int(made["message_thread_id"])
    try:
        await call("editForumTopic", chat_id=int(group), message_thread_id=int(topic), name=called)
    except BadRequest as error:
        if "not_modified" not in error.message.lower():
            raise
    return int(topic)


async def reopen_topic(call: Call, external_chat_id: str) -> bool:
    """Open a topic that somebody closed; whether that was allowed."""
    group, _, topic = external_chat_id.partition("/")
    try:
        await call("reopenForumTopic", chat_id=int(group), message_thread_id=int(topic))
    except BadRequest as error:
        return "not_modified" in error.message.lower()
    return True
