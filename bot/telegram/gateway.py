"""Update JSON in, `Arrival` out. Nothing here talks to the network."""

from typing import Any

from telegram import (
    Chat,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)

from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.telegram.media import attachments_of
from storage.accepting import Accepted
from storage.chats import ChatKey

CHANNEL = "telegram"
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
_GONE = {"left", "kicked"}
_OPENING = ("forum_topic_created", "forum_topic_edited")  # they name a topic


def accepted(update: dict[str, Any]) -> Accepted | None:
    """An update as the inbox takes it; None if it belongs to no chat."""
    chat = _chat_of(update)
    if chat is None:
        return None
    message = update.get("message", {})
    old_id = message.get("migrate_from_chat_id", chat["id"])
    moved_to = message.get("migrate_to_chat_id") or (chat["id"] if old_id != chat["id"] else None)
    topic, name = _topic_of(update)
    return Accepted(
        dedupe_key=f"{CHANNEL}:{update['update_id']}",
        chat=ChatKey(CHANNEL, f"{old_id}{topic}", _kind(chat.get("type")), name or _name(chat)),
        payload=_needed(update),
        joins=_may_join(message),
        moves_to=str(moved_to) if moved_to else None,
    )


def _needed(update: dict[str, Any]) -> dict[str, Any]:
    """The update without what is not ours to keep: of the message pressed on, only which it is."""
    press = update.get("callback_query")
    if press is None:
        return update
    message = press.get("message")
    kept = {name: press[name] for name in ("id", "from", "data") if name in press}
    if message is not None:
        kept["message"] = {"message_id": message["message_id"]}
    return {"update_id": update["update_id"], "callback_query": kept}


def callback_id(update: dict[str, Any]) -> str | None:
    """What a press must be answered with."""
    found: str | None = update.get("callback_query", {}).get("id")
    return found


def decode(payload: dict[str, Any], bot_username: str | None = None) -> Arrival:
    """What the update says. An update without meaning for us is `Happened.NOTHING`."""
    if "callback_query" in payload:
        return _press(payload["callback_query"])
    update = Update.de_json(payload, None)
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    if update.edited_message:
        return _said(update.edited_message, Happened.EDITED, bot_username)
    if update.message:
        return _message(update.message, bot_username)
    return Arrival(Happened.NOTHING)


def _message(message: Message, bot_username: str | None) -> Arrival:
    if message.new_chat_members and any(
        m.is_bot and m.username == bot_username for m in message.new_chat_members
    ):
        return Arrival(Happened.ADDED, sender=_sender(message.from_user))
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        return Arrival(Happened.MOVED)
    if message.forum_topic_reopened:
        return Arrival(Happened.ADDED, sender=_sender(message.from_user))
    named = message.new_chat_title or getattr(message.forum_topic_edited, "name", None)
    if named:
        return Arrival(Happened.RENAMED, sender=_sender(message.from_user), text=named)
    return _said(message, Happened.SAID, bot_username)


def _said(message: Message, happened: Happened, bot_username: str | None) -> Arrival:
    text = message.text or message.caption or ""
    attachments = attachments_of(message)
    if not (text or attachments) or _is_post(message):
        return Arrival(Happened.NOTHING)  # pinned, topic made, a channel speaks, …
    replied_to = _replied_to(message)
    ours = _without_address(text, bot_username)
    return Arrival(
        happened,
        sender=_author(message),
        text=ours,
        is_addressed=ours != text,
        attachments=attachments,
        message_id=message.message_id,
        reply_to=replied_to.message_id if replied_to else None,
        replies_to_us=_is_from(replied_to, bot_username) if replied_to else None,
        forwarded=message.forward_origin is not None,
        is_forum=None if message.chat.type == Chat.PRIVATE else bool(message.chat.is_forum),
        sent_at=message.edit_date or message.date,
    )


def _is_post(message: Message) -> bool:
    """Whether a channel speaks, not a person: what the group's own channel posts comes here too."""
    speaker = message.sender_chat
    as_channel = speaker is not None and speaker.id != message.chat.id
    return as_channel or bool(message.is_automatic_forward)


def _author(message: Message) -> Sender | None:
    """Who wrote it; of an admin who speaks as the group, the group."""
    speaker = message.sender_chat
    if speaker is None:
        return _sender(message.from_user)
    return Sender(str(speaker.id), speaker.title or "", is_anonymous=True)


def _replied_to(message: Message) -> Message | None:
    """In a topic, what replies to nothing is told as a reply to the topic's opening."""
    replied_to = message.reply_to_message
    return None if replied_to is None or replied_to.forum_topic_created else replied_to


def _is_from(message: Message, bot_username: str | None) -> bool:
    return message.from_user is not None and message.from_user.username == bot_username


def _press(query: dict[str, Any]) -> Arrival:
    """Read by hand: the library would build the whole message that was pressed on."""
    person = query["from"]
    return Arrival(
        Happened.PRESSED,
        sender=Sender(
            str(person["id"]),
            _name(person) or "",
            person.get("username"),
            language=person.get("language_code"),
        ),
        token=query.get("data", ""),
        message_id=query.get("message", {}).get("message_id"),
        callback_id=query["id"],
    )


def _membership(change: ChatMemberUpdated) -> Arrival:
    was_gone, is_gone = _is_gone(change.old_chat_member), _is_gone(change.new_chat_member)
    sender = _sender(change.from_user)
    if is_gone:
        us = change.new_chat_member
        is_silenced = isinstance(us, ChatMemberRestricted) and us.is_member
        return Arrival(Happened.BLOCKED, sender=sender, is_silenced=is_silenced)
    if was_gone and change.chat.type == Chat.PRIVATE:
        return Arrival(Happened.UNBLOCKED, sender=sender)
    return Arrival(Happened.ADDED if was_gone else Happened.NOTHING, sender=sender)


def _is_gone(us: ChatMember) -> bool:
    """Whether we are not there, or may not write."""
    is_silenced = isinstance(us, ChatMemberRestricted) and not (
        us.is_member and us.can_send_messages
    )
    return us.status in _GONE or is_silenced


def _sender(person: User | None) -> Sender | None:
    if person is None:
        return None
    return Sender(str(person.id), person.full_name, person.username, language=person.language_code)


def _without_address(text: str, bot_username: str | None) -> str:
    """`/start@our_bot x` is `/start x`."""
    if not text.startswith("/") or not bot_username:
        return text
    command, _, rest = text.partition(" ")
    name, _, address = command.partition("@")
    if address.lower() != bot_username.lower():
        return text
    return f"{name} {rest}".strip()


def _holder(update: dict[str, Any]) -> dict[str, Any]:
    """What tells the chat: the message, or the one that was pressed on, or the change."""
    for kind in ALLOWED_UPDATES:
        if kind in update:
            event = update[kind]
            return (event.get("message") if kind == "callback_query" else event) or {}
    return {}


def _chat_of(update: dict[str, Any]) -> dict[str, Any] | None:
    chat: dict[str, Any] | None = _holder(update).get("chat")
    return chat


def _topic_of(update: dict[str, Any]) -> tuple[str, str | None]:
    """What follows the group's id in the id of a topic, which is a chat of its own, and the topic's
    name as far as it is told. A forum's general topic is the group itself."""
    message = _holder(update)
    if not (message.get("is_topic_message") and message.get("message_thread_id")):
        return "", None
    tellers = (message, message.get("reply_to_message") or {})
    names = (it[key].get("name") for it in tellers for key in _OPENING if key in it)
    return f"/{message['message_thread_id']}", next((name for name in names if name), None)


def _kind(chat_type: str | None) -> str:
    return {"private": "private", "channel": "channel"}.get(chat_type or "", "group")


def _name(chat: dict[str, Any]) -> str | None:
    parts = (chat.get("first_name"), chat.get("last_name"))
    return " ".join(part for part in parts if part) or chat.get("title")


def _may_join(message: dict[str, Any]) -> bool:
    if not message or message.get("text", "").startswith("/"):
        return False
    said = ("text", "photo", "video", "voice", "audio", "document")
    return any(key in message for key in said)
