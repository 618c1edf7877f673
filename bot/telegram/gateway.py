"""Update JSON in, `Arrival` out. Nothing here talks to the network."""

from collections.abc import Callable
from typing import Any

from telegram import Chat, ChatMemberUpdated, Message, Update, User

from bot.pipeline.arrival import Arrival, Happened, Sender
from dialogues.exchange import Attachment, Medium
from storage.accepting import Accepted
from storage.chats import ChatKey

CHANNEL = "telegram"
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
_GONE = {"left", "kicked"}


def accepted(update: dict[str, Any]) -> Accepted | None:
    """An update as the inbox takes it; None if it belongs to no chat."""
    chat = _chat_of(update)
    if chat is None:
        return None
    message = update.get("message", {})
    old_id = message.get("migrate_from_chat_id", chat["id"])
    moved_to = message.get("migrate_to_chat_id") or (chat["id"] if old_id != chat["id"] else None)
    return Accepted(
        dedupe_key=f"{CHANNEL}:{update['update_id']}",
        chat=ChatKey(CHANNEL, str(old_id), _kind(chat.get("type")), _name(chat)),
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
    return _said(message, Happened.SAID, bot_username)


def _said(message: Message, happened: Happened, bot_username: str | None) -> Arrival:
    text = message.text or message.caption or ""
    attachments = _attachments(message)
    if not text and not attachments:
        return Arrival(Happened.NOTHING)  # pinned, title changed, topic made, …
    return Arrival(
        happened,
        sender=_sender(message.from_user),
        text=_without_address(text, bot_username),
        attachments=attachments,
        message_id=message.message_id,
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        sent_at=message.edit_date or message.date,
    )


def _press(query: dict[str, Any]) -> Arrival:
    """Read by hand: the library would build the whole message that was pressed on."""
    return Arrival(
        Happened.PRESSED,
        sender=_sender(User.de_json(query["from"], None)),
        token=query.get("data", ""),
        message_id=query.get("message", {}).get("message_id"),
        callback_id=query["id"],
    )


def _membership(change: ChatMemberUpdated) -> Arrival:
    was_gone = change.old_chat_member.status in _GONE
    is_gone = change.new_chat_member.status in _GONE
    sender = _sender(change.from_user)
    if is_gone:
        return Arrival(Happened.BLOCKED, sender=sender)
    if was_gone and change.chat.type == Chat.PRIVATE:
        return Arrival(Happened.UNBLOCKED, sender=sender)
    return Arrival(Happened.ADDED if was_gone else Happened.NOTHING, sender=sender)


def _attachments(message: Message) -> tuple[Attachment, ...]:
    return tuple(found for found in (read(message) for read in _READERS) if found is not None)[
        :1
    ]  # an animation is also a document, a venue also a location: the first reading counts


def _photo(message: Message) -> Attachment | None:
    if not message.photo:
        return None
    largest = message.photo[-1]
    return Attachment(Medium.PHOTO, file_id=largest.file_id, size=largest.file_size)


def _file(name: str, medium: Medium) -> Callable[[Message], Attachment | None]:
    def read(message: Message) -> Attachment | None:
        file = getattr(message, name)
        if file is None:
            return None
        return Attachment(
            medium,
            file_id=file.file_id,
            file_name=getattr(file, "file_name", None),
            mime_type=getattr(file, "mime_type", None),
            size=file.file_size,
        )

    return read


def _location(message: Message) -> Attachment | None:
    place = message.location
    if place is None:
        return None
    return Attachment(Medium.LOCATION, latitude=place.latitude, longitude=place.longitude)


def _contact(message: Message) -> Attachment | None:
    contact = message.contact
    if contact is None:
        return None
    own = message.from_user is not None and contact.user_id == message.from_user.id
    return Attachment(Medium.CONTACT, phone=contact.phone_number, own_contact=own)


def _anything_else(message: Message) -> Attachment | None:
    others = (message.poll, message.dice, message.game, message.story, message.venue)
    return Attachment(Medium.OTHER) if any(others) else None


_READERS: tuple[Callable[[Message], Attachment | None], ...] = (
    _photo,
    _file("voice", Medium.VOICE),
    _file("video_note", Medium.VIDEO),
    _file("animation", Medium.STICKER),
    _file("video", Medium.VIDEO),
    _file("audio", Medium.AUDIO),
    _file("document", Medium.DOCUMENT),
    _file("sticker", Medium.STICKER),
    _location,
    _contact,
    _anything_else,
)


def _sender(person: User | None) -> Sender | None:
    if person is None:
        return None
    return Sender(str(person.id), person.full_name, person.username)


def _without_address(text: str, bot_username: str | None) -> str:
    """`/start@our_bot x` is `/start x`."""
    if not text.startswith("/") or not bot_username:
        return text
    command, _, rest = text.partition(" ")
    name, _, address = command.partition("@")
    if address.lower() != bot_username.lower():
        return text
    return f"{name} {rest}".strip()


def _chat_of(update: dict[str, Any]) -> dict[str, Any] | None:
    for kind in ALLOWED_UPDATES:
        if kind in update:
            event = update[kind]
            holder = event.get("message") if kind == "callback_query" else event
            chat: dict[str, Any] | None = (holder or {}).get("chat")
            return chat
    return None


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
