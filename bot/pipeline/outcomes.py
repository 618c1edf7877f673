"""What became of a claimed row, and what an error in sending it means for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.pipeline.composing import Load
from bot.pipeline.parcel import (
    ChatGoneError,
    ChatMovedError,
    CredentialError,
    MessageLostError,
    NoTopicsError,
    RefusedError,
    SendError,
    SilencedError,
    TopicGoneError,
    TryLaterError,
)
from storage.outbox import Claimed, Lane
from storage.threads import TOPIC

REPLY_GIVES_UP = timedelta(hours=1)
POST_GIVES_UP = timedelta(hours=12)  # one that never goes through must not hold up the rest
MOST_MISHAPS = 5
FIRST_BACKOFF = 2.0
LONGEST_BACKOFF = 300.0
REFUSED_REST = 30.0  # seconds without any try after our token was refused


class MishapError(SendError):
    """Sending failed in our own code."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took it, and calls it so."""

    external_id: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """The channel has made the topic that the chat is, and calls the chat so."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Unbegun:
    """It was given back before it was begun: that was no attempt."""


@dataclass(frozen=True, slots=True)
class Again:
    """It is to be tried again; with `pauses`, nothing else goes to this chat before."""

    due_at: datetime
    reason: str
    pauses: bool = False


@dataclass(frozen=True, slots=True)
class Anew:
    """The message to edit is gone: what it says goes out as a new one."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The group has another id now, and gets it there."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody is there; or we are, and are silenced; or with `topic` it is only the topic that is
    gone."""

    reason: str
    is_silenced: bool = False
    topic: bool = False


@dataclass(frozen=True, slots=True)
class NoTopics:
    """No topic can be made where it belongs, or named."""

    reason: str


@dataclass(frozen=True, slots=True)
class Aside:
    """It is kept with its error, and not tried again."""

    reason: str


Result = Sent | Opened | Unbegun | Again | Anew | Moved | Gone | NoTopics | Aside


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be written of a row; `at` is when that was known, by the monotonic clock."""

    load: Load
    result: Result
    at: float


def judge(claimed: Claimed, error: SendError, *, now: datetime) -> Result:
    """What an error means for the row that met it."""
    match error:
        case TryLaterError():
            later = now + timedelta(seconds=error.seconds)
            return Again(later, "told to wait", pauses=True)
        case ChatGoneError():
            return Gone(
                str(error),
                is_silenced=isinstance(error, SilencedError),
                topic=isinstance(error, TopicGoneError),
            )
        case NoTopicsError():
            return NoTopics(str(error))
        case ChatMovedError():
            return Moved(error.external_id)
        case CredentialError():
            return Again(now + timedelta(seconds=REFUSED_REST), str(error))
    return _about_message(claimed, error, now)


def _about_message(claimed: Claimed, error: SendError, now: datetime) -> Result:
    if isinstance(error, MessageLostError):
        return Sent(None) if claimed.kind == "deletion" else Anew()  # the former is gone already
    mishaps = isinstance(error, MishapError) and claimed.attempts >= MOST_MISHAPS
    if mishaps or isinstance(error, RefusedError):
        return Aside(str(error))
    return _back_off(claimed, error, now)


def _back_off(claimed: Claimed, error: SendError, now: datetime) -> Result:
    is_reply = claimed.lane == Lane.REPLIES and claimed.kind != TOPIC
    patience = REPLY_GIVES_UP if is_reply else POST_GIVES_UP
    if now - claimed.created_at > patience:
        return Aside(str(error))
    delay = min(FIRST_BACKOFF * 2 ** (claimed.attempts - 1), LONGEST_BACKOFF)
    return Again(now + timedelta(seconds=delay), str(error))
