"""What a person did, and what is said back: the two sides of a turn, the same for every channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Did(StrEnum):
    """What kind of thing a person did."""

    TEXT = "text"
    PRESS = "press"
    EDIT = "edit"
    ATTACHMENT = "attachment"
    INTERNAL = "internal"  # not a person: a result or a staff message enters the dialogue


class Medium(StrEnum):
    """What was attached."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something other than words. `file_id` is the channel's; `phone` is set for contacts."""

    medium: Medium
    file_id: str | None = None
    file_name: str | None = None
    mime_type: str | None = None
    size: int | None = None  # bytes
    phone: str | None = None
    own_contact: bool = False  # the shared contact is the sender's own
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Names the question a message asked: the flow and the id of its collect step."""

    flow: str
    step: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did. `text` is the words, the caption, or the label of the pressed button.

    `payload` is a pressed button's payload (`/SetSlots(a=b)`, `/intent`, or text), or the trigger
    of an internal event. `asked` is the question that the pressed button, edited answer, or
    replied-to message belongs to; None if it belongs to none. `sent_at` is the channel's own
    instant and `stored_at` when we had it, both aware UTC. `values` are slots that an internal
    event brings with it; they are set before its flow starts.
    """

    did: Did
    text: str = ""
    payload: str | None = None
    asked: Asked | None = None
    attachments: tuple[Attachment, ...] = ()
    sent_at: datetime | None = None
    stored_at: datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """One choice. Exactly one of `payload`, `url`, `copy_text`, `request_contact` is its effect."""

    label: str
    payload: str | None = None
    url: str | None = None
    copy_text: str | None = None
    request_contact: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to send. `text` is Telegram's HTML subset, already escaped.

    `asked` is set when the message asks a question, so that a press of its buttons, however late,
    is known to belong to that question. `response` is the name of the response it was worded by.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    document: str | None = None
    asked: Asked | None = None
    response: str | None = None
