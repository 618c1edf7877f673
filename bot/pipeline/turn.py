"""One turn as data: what came from a chat, and what it is answered with."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.pipeline.arrival import Arrival
from dialogues.exchange import Reply
from storage.chats import Marks
from storage.inbox import Taken, Waiting
from storage.models import Chat


@dataclass(frozen=True, slots=True)
class Press:
    """A button press to be answered once its turn is over."""

    channel: str
    callback_id: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """An update, or several that make one answer, and the chat they came from.

    The chat is locked for as long as the transaction lasts. `state` is where its dialogue stands,
    as it was saved; None if it has not begun.
    """

    chat: Chat
    rows: list[Waiting]
    arrivals: list[Arrival]
    state: dict[str, Any] | None = None
    staff_chat_id: int | None = None  # where the leads of this channel arrive
    is_staffs: bool = False  # it came from such a chat itself
    is_members: bool = False  # it is the private chat of somebody of the staff
    is_owed: bool = True  # posts were on their way to the chat when it was locked, or may have been

    @property
    def is_deferred(self) -> bool:
        """Whether it was held back because the chat sent too much at once."""
        return bool(self.rows) and self.rows[0].is_deferred


@dataclass(frozen=True, slots=True)
class Answer:
    """What a turn leaves behind in its chat; None leaves a thing as it was."""

    replies: list[Reply] = field(default_factory=list)
    state: dict[str, Any] | None = None
    marks: Marks | None = None
    notice: str | None = None  # words for a press that deserves a short notice


Answered = tuple[Turn, Answer]


class NotYetError(Exception):
    """The turn needs something that is still being written: it is done again in a moment."""


class Handler(Protocol):
    """What a kind of chat does with what arrived: the dialogue, or the staff desk."""

    def take(self, session: Session, turn: Turn) -> Answer:
        """Do it within the transaction. What the answer holds is written by the caller."""
        ...

    def apologise(self, session: Session, turn: Turn) -> Answer:
        """Something went wrong on our side: say so, and say how to go on."""
        ...


def turn_of(taken: Taken, arrivals: list[Arrival]) -> Turn:
    """What was taken, as a turn."""
    return Turn(
        taken.chat,
        taken.rows,
        arrivals,
        state=taken.state,
        staff_chat_id=taken.staff_chat_id,
        is_staffs=taken.is_staffs,
        is_members=taken.is_members,
        is_owed=taken.is_owed,
    )


def presses_of(turn: Turn, answer: Answer) -> list[Press]:
    """The button presses that this turn answers."""
    return [
        Press(turn.chat.channel, arrival.callback_id, answer.notice)
        for arrival in turn.arrivals
        if arrival.callback_id
    ]
