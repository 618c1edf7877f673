"""One round of turns: those that share a transaction, and what is done about those that fail."""

import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival
from bot.pipeline.composing import Load
from bot.pipeline.failures import Failures
from bot.pipeline.foresight import Foresight, UnreadError
from bot.pipeline.handover import Allowance, HandedOver, Handover
from bot.pipeline.storing import Storing
from bot.pipeline.turn import Answered, Handler, Press, Turn, presses_of, turn_of
from dialogues.state import State
from storage import applicants, chats, inbox
from storage.database import Database, savepoint
from storage.inbox import Taken, Waiting
from storage.waking import Kind, woken

log = logging.getLogger(__name__)

MOST_TOGETHER = 64
LONGEST_TOGETHER = 0.05  # seconds after which no further turn joins the transaction

Decode = Callable[[dict[str, Any]], Arrival]


@dataclass(slots=True)
class _Round:
    """What became of one transaction's turns. `done` and `over` count only once it is committed."""

    careful: bool = False  # each turn has a savepoint, so that a failing one is undone alone
    is_read: bool = False  # what takes time to read was read before
    allowance: Allowance | None = None
    storing: Storing | None = None
    chat_ids: list[int] = field(default_factory=list)  # whose turns it tries
    done: list[Answered] = field(default_factory=list)
    over: HandedOver = field(default_factory=lambda: HandedOver(str(uuid.uuid4())))
    alone: list[int] = field(default_factory=list)  # chats whose turn failed beside others
    suspects: list[int] = field(default_factory=list)  # chats whose update may be a killer
    rows: list[Waiting] = field(default_factory=list)  # of the turn that was tried last
    ready_at: datetime | None = None  # when the earliest of what is left may be taken
    slowest: float = 0.0  # seconds that a single turn took
    wakes: frozenset[Kind] = frozenset()


class Looked(NamedTuple):
    """What came of a look at the inbox: how many turns were tried, the presses that are to be
    answered now, and when the next turn may be taken, None if nothing waits. `loads` are handed
    over to be sent, `wakes` is what else is to be done now. `slowest` are the seconds that a single
    turn took at most, without what the database takes to commit."""

    tried: int
    presses: list[Press]
    ready_at: datetime | None
    loads: list[Load]
    wakes: frozenset[Kind]
    slowest: float


class Rounds:
    """Takes turns on the calling thread. Safe to use from several threads at once."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        decoders: Mapping[str, Decode],
        handler: Handler,
        handover: Handover,
        foresight: Foresight | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._decoders = decoders
        self._handler = handler
        self._handover = handover
        self._foresight = foresight
        self._failures = Failures(
            database=database, clock=clock, handler=handler, keep=self._keep_apology
        )
        self._limit = MOST_TOGETHER
        self._doubtful: deque[str] = deque()  # leases of transactions that failed, or seemed to

    def take_waiting(
        self, allowance: Allowance | None = None, storing: Storing | None = None
    ) -> Looked:
        """Take turns that wait, on the calling thread, and hand over what they say as far as it is
        allowed. What is to be stored first is stored, whatever becomes of the turns."""
        together = self._try(_Round(allowance=allowance, storing=storing), limit=self._limit)
        rounds, tried = [together], len(together.done) + len(together.alone)
        self._limit = _next_limit(self._limit, tried, of=len(together.chat_ids))
        rounds += [self._try(_Round(), only=chat_id) for chat_id in together.alone]
        begun = time.monotonic()
        for chat_id in together.suspects:
            if time.monotonic() - begun > LONGEST_TOGETHER:
                break
            tried += 1
            if self._failures.count_suspect(chat_id):
                rounds.append(self._try(_Round(), only=chat_id))
        done = [answered for it in rounds for answered in it.done]
        presses = [press for turn, answer in done for press in presses_of(turn, answer)]
        wakes = frozenset[Kind]().union(*(it.wakes for it in rounds))
        slowest = max(it.slowest for it in rounds)
        return Looked(tried, presses, together.ready_at, together.over.loads, wakes, slowest)

    def doubts(self) -> list[str]:
        """Leases under which something may have been handed over that nobody took; told once."""
        return [self._doubtful.popleft() for _ in range(len(self._doubtful))]

    def _try(self, tried: _Round, *, limit: int = 1, only: int | None = None) -> _Round:
        """One transaction with as many turns as may share it, or with that of one chat.

        Savepoints cost and are seldom needed, so it is tried without; if a turn fails, all is
        undone and done again with care.
        """
        try:
            with self._database.transaction() as session:
                if tried.storing is not None:
                    tried.storing.made = tried.storing.work(session)
                self._take_together(session, tried, limit=limit, only=only)
                if only is None:
                    tried.ready_at = inbox.next_ready_at(session, channels=tuple(self._decoders))
                tried.wakes = woken(session)
        except UnreadError as error:
            return self._after_reading(tried, error.texts, limit=limit, only=only)
        except Exception as error:  # noqa: BLE001  # whose fault it was is to be found out
            return self._after_failure(tried, error, limit)
        return tried

    def _after_reading(
        self, tried: _Round, texts: Sequence[str], *, limit: int, only: int | None
    ) -> _Round:
        """The transaction is rolled back, with nothing done yet: the words are read outside of it,
        and it begins again. What has come meanwhile is read within."""
        if tried.storing is not None:
            self._store_alone(tried.storing)
        if self._foresight is not None:
            self._foresight.read(texts)
        again = _Round(careful=tried.careful, is_read=True, allowance=tried.allowance)
        return self._try(again, limit=limit, only=only)

    def _after_failure(self, tried: _Round, error: Exception, limit: int) -> _Round:
        """The transaction is rolled back, or seems to be."""
        if tried.over.loads:
            self._doubtful.append(tried.over.lease)
        again = len(tried.chat_ids) > 1 and not tried.careful
        if again:
            log.warning("a turn failed beside others: %s", type(error).__name__)
        if tried.storing is not None:
            self._store_alone(tried.storing)
        if again or tried.storing is not None:
            return self._try(_Round(careful=again, allowance=tried.allowance), limit=limit)
        if not tried.chat_ids:
            raise error
        failed = _Round(chat_ids=tried.chat_ids, ready_at=self._clock.now(), slowest=tried.slowest)
        if len(tried.chat_ids) > 1:  # nobody knows whose fault it was
            failed.alone = tried.chat_ids
        else:
            self._failures.note(tried.chat_ids[0], tried.rows, error)
        return failed

    def _store_alone(self, storing: Storing) -> None:
        try:
            with self._database.transaction() as session:
                storing.made = storing.work(session)
        except Exception as error:  # noqa: BLE001  # whoever wants it stored sees to that
            storing.error = error

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
        turns = self._read(tried, all_taken)
        if self._foresight is not None and not tried.is_read:
            self._foresight.check(turns)
        with speech.at_hand(session, [it.token for turn in turns for it in turn.arrivals]):
            begun = time.monotonic()
            for turn in turns:
                with _timing(tried):
                    self._take_one(session, tried, turn)
                if time.monotonic() - begun > LONGEST_TOGETHER:
                    break
            self._keep(session, tried)

    def _read(self, tried: _Round, all_taken: list[Taken]) -> list[Turn]:
        """What came, as turns. What cannot be read beside others fails alone."""
        turns = []
        for taken in all_taken:
            tried.rows = taken.rows
            with self._fails_alone(tried, taken.chat.id):
                turns.append(turn_of(taken, self._arrivals(taken)))
        return turns

    def _take_one(self, session: Session, tried: _Round, turn: Turn) -> None:
        tried.rows = turn.rows
        if len(tried.chat_ids) == 1 or not tried.careful:
            tried.done.append((turn, self._handler.take(session, turn)))
            return
        with self._fails_alone(tried, turn.chat.id), savepoint(session):
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

    def _keep(self, session: Session, tried: _Round) -> None:
        """Write what the turns leave behind, all of them together."""
        now, done = self._clock.now(), tried.done
        states = {turn.chat.id: answer.state for turn, answer in done if answer.state is not None}
        marks = {turn.chat.id: answer.marks for turn, answer in done if answer.marks is not None}
        chats.save_states(session, states, now=now, open_at=_open_at(states))
        chats.save_marks(session, marks)
        self._handover.keep(session, done, tried.over, allowance=tried.allowance)
        inbox.finish(session, [row for turn, _answer in done for row in turn.rows], now=now)

    def _keep_apology(self, session: Session, done: list[Answered]) -> None:
        self._keep(session, _Round(done=done))


@contextmanager
def _timing(tried: _Round) -> Iterator[None]:
    """Note how long this turn takes, whatever becomes of it."""
    begun = time.monotonic()
    try:
        yield
    finally:
        tried.slowest = max(tried.slowest, time.monotonic() - begun)


def _open_at(states: Mapping[int, dict[str, Any]]) -> dict[int, tuple[str, str]]:
    """The questions that are open in these chats."""
    asked = {chat_id: State.question_in(state) for chat_id, state in states.items()}
    return {chat_id: (it.flow, it.step) for chat_id, it in asked.items() if it is not None}


def _next_limit(limit: int, tried: int, *, of: int) -> int:
    """How many may share the next round: as many as there was time for, and then more again. What
    is read and not come to is read for nothing."""
    if tried < of:
        return max(tried, 1)
    return min(2 * limit, MOST_TOGETHER) if of == limit else limit
