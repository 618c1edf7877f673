"""Forum topics."""

from typing import Any

from tests.botapi.chats import Chat, Topic
from tests.botapi.errors import bad_request, gone
from tests.botapi.methods.registry import method
from tests.botapi.methods.targets import open_chat, topic
from tests.botapi.request import Request
from tests.botapi.world import World

COLOURS = {7322096, 16766590, 13338331, 9367192, 16749490, 16478047}


def open_topic(world: World, chat: Chat, name: str, by: Any, colour: int = 7322096) -> Topic:
    """Create a topic; its opening message gives it its id."""
    told = {"forum_topic_created": {"name": name, "icon_color": colour}}
    opening = world.post(chat, by, told, thread_id=chat.last_id + 1)
    chat.topics[opening.id] = Topic(opening.id, name, colour, made_by=by.id)
    return chat.topics[opening.id]


@method("createForumTopic")
def create_forum_topic(world: World, request: Request) -> Any:
    chat = _forum(world, request)
    if chat.bot_status != "administrator":
        raise bad_request("not enough rights to create a topic")
    name = request.text("name").strip()
    if not 1 <= len(name) <= 128:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_INVALID")
    colour = request.integer("icon_color", 7322096)
    if colour not in COLOURS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    world.pace.spend(chat.id, group=True)
    return open_topic(world, chat, name, world.bot, colour).to_json()


@method("editForumTopic")
def edit_forum_topic(world: World, request: Request) -> Any:
    chat = _forum(world, request)
    opened = _own(world, request, chat)
    name = request.text("name").strip() or opened.name
    if len(name) > 128:
        raise bad_request("TOPIC_TITLE_INVALID")
    if name == opened.name:
        raise gone("TOPIC_NOT_MODIFIED")
    world.pace.spend(chat.id, group=True)
    opened.name = name
    world.post(chat, world.bot, {"forum_topic_edited": {"name": name}}, thread_id=opened.id)
    return True


@method("closeForumTopic")
def close_forum_topic(world: World, request: Request) -> Any:
    return _turn(world, request, closed=True)


@method("reopenForumTopic")
def reopen_forum_topic(world: World, request: Request) -> Any:
    return _turn(world, request, closed=False)


def _turn(world: World, request: Request, *, closed: bool) -> bool:
    chat = _forum(world, request)
    opened = _own(world, request, chat)
    if opened.closed == closed:
        raise gone("TOPIC_NOT_MODIFIED")
    world.pace.spend(chat.id, group=True)
    opened.closed = closed
    told = "forum_topic_closed" if closed else "forum_topic_reopened"
    world.post(chat, world.bot, {told: {}}, thread_id=opened.id)
    return True


def _forum(world: World, request: Request) -> Chat:
    chat = open_chat(world, request)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    return chat


def _own(world: World, request: Request, chat: Chat) -> Topic:
    """A topic that the bot may change: it made it, or is an admin."""
    opened = topic(chat, request.integer("message_thread_id"))
    if chat.bot_status != "administrator" and opened.made_by != world.bot.id:
        raise bad_request("not enough rights to manage topics")
    return opened
