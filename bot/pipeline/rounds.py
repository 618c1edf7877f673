"""One round of turns: those that share a transaction, and what is done about those that fail."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival
from bot.pipeline.turn import Answer, Handler, NotYetError, Press, Turn
from storage import applicants, chats, inbox, staff
from storage.crypto import WrongKeyError
from storage.database import Database
from storage.inbox import Taken, Waiting
from storage.waking import wake

log = logging.getLogger(__name__)

MOST_TOGETHER = 64
LONGEST_TOGETHER = 0.05  # seconds after which no further turn joins the transaction
MOST_ATTEMPTS = 3
RETRY_AFTER = (timedelta(seconds=0.5), timedelta(seconds=3))
SUSPECT_WAITS = timedelta(seconds=10)  # before one that killed the process is tried again

Decode = Callable[[dict[str, Any]], Arrival]


@dataclass(slots=True)
class _Round:
    """What became of one transaction's turns. `done` counts only once it is committed."""

    careful: bool = False  # each turn has a savepoint, so that a failing one is undone alone
    chat_ids: list[int] = field(default_factory=list)  # whose turns it tries
    done: list[tuple[Turn, Answer]] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)  # chats whose turn failed beside others
    suspects: list[int] = field(default_factory=list)  # chats whose update may be a killer
    rows: list[Waiting] = field(default_factory=list)  # of the turn that was tried last
    ready_at: datetime | None = None  # when the earliest of what is left may be taken


class Looked(NamedTuple):
    """What came of a look at the inbox: how many turns were tried, the presses that are to be
    answered now, and when the next turn may be taken, None if nothing waits."""

    tried: int
    presses: list[Press]
    ready_at: datetime | None


class Rounds:
    """Takes turns on the calling thread. Safe to use from several threads at once."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        decoders: Mapping[str, Decode],
        handler: Handler,
    ) -> None:
        self._database = database
        self._clock = clock
        self._decoders = decoders
        self._handler = handler
        self._limit = MOST_TOGETHER

    def take_waiting(self) -> Looked:
        """Take turns that wait, on the calling thread."""
        together = self._try(limit=self._limit)
        done, tried = together.done, len(together.done) + len(together.alone)
        self._limit = _next_limit(self._limit, tried, of=len(together.chat_ids))
        for chat_id in together.alone:
            done += self._try(only=chat_id).done
        begun = time.monotonic()
        for chat_id in together.suspects:
            if time.monotonic() - begun > LONGEST_TOGETHER:
                break
            done += self._try_suspect(chat_id)
            tried += 1
        presses = [press for turn, answer in done for press in _presses(turn, answer)]
        return Looked(tried, presses, together.ready_at)

    def _try(self, *, limit: int = 1, only: int | None = None, careful: bool = False) -> _Round:
        """One transaction with as many turns as may share it, or with that of one chat.

        Savepoints cost and are seldom needed, so it is tried without; if a turn fails, all is
        undone and done again with care.
        """
        tried = _Round(careful)
        try:
            with self._database.transaction() as session:
                self._take_together(session, tried, limit=limit, only=only)
                if only is None:
                    tried.ready_at = inbox.next_ready_at(session, channels=tuple(self._decoders))
        except Exception as error:
            tried.done.clear()
            tried.ready_at = self._clock.now()
            if len(tried.chat_ids) > 1 and not careful:
                log.warning("a turn failed beside others: %s", type(error).__name__)
                return self._try(limit=limit, careful=True)
            if len(tried.chat_ids) > 1:  # nobody knows whose fault it was
                tried.alone = tried.chat_ids
            elif tried.chat_ids:
                self._failed(tried.chat_ids[0], tried.rows, error)
            else:
                raise
        return tried

    def _take_together(
        self, session: Session, tried: _Round, *, limit: int, only: int | None
    ) -> None:
        now = self._clock.now()
        heads = inbox.next_chats(
            session, now=now, channels=tuple(self._decoders), limit=limit, only=only
        )
        tried.suspects = [head.chat_id for head in heads if head.suspect and only is None]
        tried.chat_ids = [head.chat_id for head in heads if head.chat_id not in tried.suspects]
        if not tried.chat_ids:
            return
        all_taken = inbox.take(session, tried.chat_ids, now=now if only is None else None)
        applicants.meet_applicants(session, tried.chat_ids)
        turns = self._read(tried, all_taken, staff.staff_chats(session))
        with speech.at_hand(session, [it.token for turn in turns for it in turn.arrivals]):
            begun = time.monotonic()
            for turn in turns:
                self._take_one(session, tried, turn)
                if time.monotonic() - begun > LONGEST_TOGETHER:
                    break
            _keep(session, tried.done, now=now)

    def _read(
        self, tried: _Round, all_taken: list[Taken], staff_chats: Mapping[int, str]
    ) -> list[Turn]:
        """What came, as turns. What cannot be read beside others fails alone."""
        turns = []
        for taken in all_taken:
            tried.rows = taken.rows
            with self._fails_alone(tried, taken.chat.id):
                turns.append(_turn(taken, self._arrivals(taken), staff_chats))
        return turns

    def _take_one(self, session: Session, tried: _Round, turn: Turn) -> None:
        tried.rows = turn.rows
        if len(tried.chat_ids) == 1 or not tried.careful:
            tried.done.append((turn, self._handler.take(session, turn)))
            return
        with self._fails_alone(tried, turn.chat.id), session.begin_nested():
            tried.done.append((turn, self._handler.take(session, turn)))

    @contextmanager
    def _fails_alone(self, tried: _Round, chat_id: int) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if len(tried.chat_ids) == 1 or not tried.careful:
                raise
            log.warning("a turn fails beside others: %s", type(error).__name__)
            tried.alone.append(chat_id)

    def _arrivals(self, taken: Taken) -> list[Arrival]:
        decode = self._decoders[taken.chat.channel]
        return [
            (Arrival.from_json if row.kind == "internal" else decode)(row.payload or {})
            for row in taken.rows
        ]

    def _try_suspect(self, chat_id: int) -> list[tuple[Turn, Answer]]:
        """An update that waited when a process died: the attempt is counted before it is made."""
        now = self._clock.now()
        with self._database.transaction() as session:
            rows = inbox.hold_suspects(session, chat_id, now=now)
            given_up = any(row.attempts >= MOST_ATTEMPTS for row in rows)
            if given_up:
                log.error("an update that ended the process %s times is set aside", MOST_ATTEMPTS)
                inbox.set_aside(session, rows, now=now, error="ended the process")
            else:
                inbox.count_attempt(session, rows, ready_at=now + SUSPECT_WAITS)
        if given_up:
            self._apologise(chat_id)
            return []
        return self._try(only=chat_id).done if rows else []

    def _failed(self, chat_id: int, rows: list[Waiting], error: Exception) -> None:
        """The transaction is rolled back; note the failure in one of its own."""
        if isinstance(error, WrongKeyError):
            self._unreadable(chat_id)
            return
        if not rows:
            raise error
        reason = f"{type(error).__name__} in {_place(error)}"
        attempts = max(row.attempts for row in rows) + 1
        log.error("turn failed, attempt %s of %s: %s", attempts, MOST_ATTEMPTS, reason)
        now = self._clock.now()
        with self._database.transaction() as session:
            # A deadlock, an outage or something on its way is nobody's fault.
            if isinstance(error, OperationalError | NotYetError):
                later = now + RETRY_AFTER[0]
                inbox.retry_later(session, rows, ready_at=later, error=reason, counts=False)
                return
            if attempts < MOST_ATTEMPTS:
                later = now + RETRY_AFTER[attempts - 1]
                inbox.retry_later(session, rows, ready_at=later, error=reason)
                return
            inbox.set_aside(session, rows, now=now, error=reason)
        self._apologise(chat_id)

    def _unreadable(self, chat_id: int) -> None:
        """Something of this chat cannot be opened: the update that met it is set aside."""
        log.error("an update cannot be opened with this key; it is set aside")
        now = self._clock.now()
        with self._database.transaction() as session:
            inbox.set_oldest_aside(session, chat_id, now=now, error="WrongKeyError")

    def _apologise(self, chat_id: int) -> None:
        try:
            with self._database.transaction() as session:
                taken = Taken(
                    chats.get_chat(session, chat_id), chats.load_state(session, chat_id), rows=[]
                )
                turn = _turn(taken, [], staff.staff_chats(session))
                answer = self._handler.apologise(session, turn)
                _keep(session, [(turn, answer)], now=self._clock.now())
        except Exception as error:  # noqa: BLE001  # the next turn must go on, whatever it was
            log.error("apology failed: %s in %s", type(error).__name__, _place(error))


def _next_limit(limit: int, tried: int, *, of: int) -> int:
    """How many may share the next round: as many as there was time for, and then more again. What
    is read and not come to is read for nothing."""
    if tried < of:
        return max(tried, 1)
    return min(2 * limit, MOST_TOGETHER) if of == limit else limit


def _turn(taken: Taken, arrivals: list[Arrival], staff_chats: Mapping[int, str]) -> Turn:
    of_channel = (it for it, channel in staff_chats.items() if channel == taken.chat.channel)
    return Turn(
        taken.chat,
        taken.rows,
        arrivals,
        state=taken.state,
        staff_chat_id=next(of_channel, None),
        is_staffs=taken.chat.id in staff_chats,
    )


def _keep(session: Session, done: list[tuple[Turn, Answer]], *, now: datetime) -> None:
    """Write what the turns leave behind, all of them together."""
    states = {turn.chat.id: answer.state for turn, answer in done if answer.state is not None}
    marks = {turn.chat.id: answer.marks for turn, answer in done if answer.marks is not None}
    chats.save_states(session, states, now=now)
    chats.save_marks(session, marks)
    speech.queue_to_chats(
        session,
        ((turn.chat.id, reply) for turn, answer in done for reply in answer.replies),
        now=now,
    )
    inbox.finish(session, [row for turn, _answer in done for row in turn.rows], now=now)
    wake(session, "outbox")


def _presses(turn: Turn, answer: Answer) -> list[Press]:
    return [
        Press(turn.chat.channel, arrival.callback_id, answer.notice)
        for arrival in turn.arrivals
        if arrival.callback_id
    ]


def _place(error: BaseException) -> str:
    """Where it happened, without the message: an error's words may quote what a person wrote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    code = trace.tb_frame.f_code
    return f"{code.co_qualname}, line {trace.tb_lineno}"
