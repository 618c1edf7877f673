"""Methods that change or remove what was said."""

from typing import Any

from telegram.constants import ReactionEmoji

from tests.botapi.chats import Chat
from tests.botapi.errors import bad_request, gone
from tests.botapi.keyboards import check_markup
from tests.botapi.messages import Message
from tests.botapi.methods.content import caption_content, text_content
from tests.botapi.methods.registry import method
from tests.botapi.methods.targets import known_chat, message_in, open_chat
from tests.botapi.request import Request
from tests.botapi.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
DELETABLE_FOR = 48 * 3600  # seconds
EMOJI = frozenset(str(emoji.value) for emoji in ReactionEmoji)


@method("editMessageText")
def edit_message_text(world: World, request: Request) -> Any:
    content = text_content(request)
    chat, message = _own(world, request)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _apply(world, request, chat, message, content)


@method("editMessageCaption")
def edit_message_caption(world: World, request: Request) -> Any:
    words = caption_content(request)
    chat, message = _own(world, request)
    if message.medium is None:
        raise bad_request("there is no caption in the message to edit")
    kept = {k: v for k, v in message.content.items() if not k.startswith("caption")}
    return _apply(world, request, chat, message, kept | words)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, request: Request) -> Any:
    chat, message = _own(world, request)
    return _apply(world, request, chat, message, message.content)


def _own(world: World, request: Request) -> tuple[Chat, Message]:
    """A message of the bot's own that can still be edited."""
    if request.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = open_chat(world, request)
    if not request.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = message_in(chat, request.integer("message_id"), "message to edit not found")
    if message.sender is not world.bot or message.is_service:
        raise bad_request("message can't be edited")
    if message.markup is not None and message.inline is None:
        raise bad_request("message can't be edited")
    return chat, message


def _apply(
    world: World, request: Request, chat: Chat, message: Message, content: dict[str, Any]
) -> Any:
    """An edit without `reply_markup` takes the buttons away, as it does on Telegram."""
    asked = request.json("reply_markup", "reply keyboard markup")
    markup = check_markup(asked, chat, editing=True)
    if content == message.content and markup == message.inline:
        raise gone(NOT_MODIFIED)
    world.pace.spend(chat.id, group=not chat.is_private)
    if message.inline is not None:
        message.earlier_markups.append(message.inline)
    message.markup = markup
    world.rewrite(message, content)
    return message.to_json()


@method("deleteMessage")
def delete_message(world: World, request: Request) -> Any:
    chat = known_chat(world, request)
    number = request.integer("message_id")
    message = message_in(chat, number, "message to delete not found")
    foreign = not chat.is_private and message.sender is not world.bot
    if foreign and chat.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    if world.now() - message.date > DELETABLE_FOR:
        raise gone("message can't be deleted")
    message.deleted = True
    world.signal.announce()
    return True


@method("pinChatMessage")
def pin_chat_message(world: World, request: Request) -> Any:
    """Everybody in the chat is told by a service message; only `disable_notification` is quiet."""
    chat = _pinning(world, request)
    message = message_in(chat, request.integer("message_id"), "message to pin not found")
    world.pace.spend(chat.id, group=not chat.is_private)
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        told = {"pinned_message": message.to_json(with_reply=False)}
        world.post(chat, world.bot, told, thread_id=message.thread_id)
    return True


@method("unpinChatMessage")
def unpin_chat_message(world: World, request: Request) -> Any:
    """The message named, or else the newest that is pinned."""
    chat = _pinning(world, request)
    number = request.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise gone("message to unpin not found")
    world.pace.spend(chat.id, group=not chat.is_private)
    chat.pinned.remove(number)
    return True


def _pinning(world: World, request: Request) -> Chat:
    """A chat whose messages the bot may pin. It cannot know that before it tries."""
    chat = open_chat(world, request)
    if not (chat.is_private or chat.members_pin or chat.bot_status == "administrator"):
        raise gone("not enough rights to manage pinned messages in the chat")
    return chat


@method("setMessageReaction")
def set_message_reaction(world: World, request: Request) -> Any:
    chat = open_chat(world, request)
    number = request.integer("message_id")
    message = message_in(chat, number, "message to react not found")
    wanted = request.json("reaction", "reaction types") or []
    emoji = [each.get("emoji", "") if isinstance(each, dict) else "" for each in wanted]
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not EMOJI.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    message.reactions = emoji
    world.signal.announce()
    return True
