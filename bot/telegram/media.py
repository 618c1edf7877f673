"""What a message carries beside words, as we call it."""

from collections.abc import Callable

from telegram import Message

from dialogues.exchange import Attachment, Medium


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """What it carries beside words."""
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
