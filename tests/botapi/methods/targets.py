"""What a call speaks of: the chat it may write to, the topic, the message."""

from tests.botapi.chats import IN_CHAT, SILENCED, Chat, Topic
from tests.botapi.errors import ApiError, bad_request, forbidden, gone, migrated
from tests.botapi.messages import Message
from tests.botapi.request import Request
from tests.botapi.world import World


def known_chat(world: World, request: Request, name: str = "chat_id") -> Chat:
    """The chat, whether or not the bot may write there."""
    if not request.text(name):
        raise bad_request(f"{name} is empty")
    chat = world.chats.get(request.integer(name))
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    return chat


def open_chat(world: World, request: Request, name: str = "chat_id") -> Chat:
    """A chat the bot may write to. Raises 400 or 403 as Telegram does."""
    chat = known_chat(world, request, name)
    refusal = _private_refusal(chat) if chat.is_private else _group_refusal(chat)
    if refusal is not None:
        raise refusal
    return chat


def _private_refusal(chat: Chat) -> ApiError | None:
    if chat.person is not None and chat.person.deactivated:
        return forbidden("user is deactivated")
    if chat.blocked:
        return forbidden("bot was blocked by the user")
    if not chat.started:
        refusal = forbidden("bot can't initiate conversation with a user")
        refusal.fault = True
        return refusal
    return None


def _group_refusal(chat: Chat) -> ApiError | None:
    if chat.bot_status == SILENCED:
        return gone("not enough rights to send text messages to the chat")
    if chat.bot_status in IN_CHAT:
        return None
    if chat.bot_status == "kicked":
        return forbidden(f"bot was kicked from the {chat.type} chat")
    return forbidden(f"bot is not a member of the {chat.type} chat")


def thread(request: Request, chat: Chat, reply_to: Message | None) -> int | None:
    """The topic a message goes to: the one named, else that of the message replied to."""
    thread_id = request.integer("message_thread_id")
    if not thread_id:
        return reply_to.thread_id if reply_to is not None else None
    opened = topic(chat, thread_id)
    if opened.closed and chat.bot_status != "administrator":
        raise gone("TOPIC_CLOSED")
    return opened.id


def topic(chat: Chat, thread_id: int) -> Topic:
    if thread_id not in chat.topics:
        raise gone("message thread not found")
    return chat.topics[thread_id]


def replied_to(world: World, request: Request, chat: Chat) -> Message | None:
    """The message a call answers. One that is gone is an error unless the call allows for it."""
    wanted = request.json("reply_parameters", "reply parameters") or {
        "message_id": request.integer("reply_to_message_id"),
        "allow_sending_without_reply": request.flag("allow_sending_without_reply"),
    }
    if not isinstance(wanted, dict):
        raise bad_request("object expected as reply parameters")
    if not wanted.get("message_id"):
        return None
    other = world.chats.get(int(wanted.get("chat_id") or chat.id), chat)
    message = other.messages.get(int(wanted["message_id"]))
    if message is None or message.deleted:
        if wanted.get("allow_sending_without_reply"):
            return None
        raise gone("message to be replied not found")
    return message


def message_in(chat: Chat, message_id: int, missing: str) -> Message:
    """A message that still exists; `missing` is what Telegram says when it does not."""
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise gone(missing)
    return message
