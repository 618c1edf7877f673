"""What an update says, before the dialogue is asked: who, where, and what they did."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from dialogues.exchange import Attachment, Medium


class Happened(StrEnum):
    """The kinds of update that matter here."""

    SAID = "said"  # words or media
    PRESSED = "pressed"
    EDITED = "edited"
    BLOCKED = "blocked"  # the resident blocked the bot, or it was removed or silenced in the group
    UNBLOCKED = "unblocked"
    ADDED = "added"  # to a group, or allowed to write there again
    RENAMED = "renamed"  # the group, or the topic; the text is its new name
    MOVED = "moved"  # the group has another id now
    INTERNAL = "internal"  # written by ourselves: words from staff, a result of slow work
    NOTHING = "nothing"  # an update that needs no answer


@dataclass(frozen=True, slots=True)
class Sender:
    """Who did it, as the channel knows them. With `is_anonymous` it is an admin who speaks as the
    group itself: nobody knows who. `language` is the code of what their app is set to."""

    external_id: str
    name: str
    username: str | None = None
    is_anonymous: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One update, in the words of no channel in particular. Ids are the channel's own."""

    happened: Happened
    sender: Sender | None = None
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    message_id: int | None = None  # of the message said, edited, or pressed on
    reply_to: int | None = None  # the message it replies to
    replies_to_us: bool | None = None  # whether that is one of ours; None if nobody can tell
    is_addressed: bool = False  # a command that names us
    forwarded: bool = False  # somebody else's words, passed on
    token: str | None = None  # of the button pressed
    callback_id: str | None = None  # to answer the press with
    is_silenced: bool = False  # blocked: still there, but nothing may be written
    is_forum: bool | None = None  # whether the group has topics; None if that is not told
    sent_at: datetime | None = None
    intent: str | None = None  # internal: what the dialogue is asked to do
    values: dict[str, Any] | None = None  # internal: slots that come with it

    def to_json(self) -> dict[str, Any]:
        """As stored in the inbox by channels that have no update format of their own."""
        data = {key: value for key, value in asdict(self).items() if value not in (None, "", ())}
        if self.sent_at:
            data["sent_at"] = self.sent_at.timestamp()
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Arrival":
        """What `to_json` wrote."""
        sent_at = data.get("sent_at")
        sender = data.get("sender")
        return cls(
            **{
                **data,
                "happened": Happened(data["happened"]),
                "sender": Sender(**sender) if sender else None,
                "sent_at": datetime.fromtimestamp(sent_at, UTC) if sent_at else None,
                "attachments": tuple(_attachment(item) for item in data.get("attachments", ())),
            }
        )


def _attachment(data: dict[str, Any]) -> Attachment:
    return Attachment(**{**data, "medium": Medium(data["medium"])})
