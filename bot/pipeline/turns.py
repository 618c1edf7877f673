"""Turns: an update, or several that make one answer, and all that follows, in one transaction."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.arrival import Arrival
from bot.pipeline.signals import Signals
from storage import chats, inbox
from storage.crypto import WrongKeyError
from storage.database import Database
from storage.inbox import Waiting
from storage.models import Chat

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
RETRY_AFTER = (timedelta(seconds=0.5), timedelta(seconds=3))
POLL_SECONDS = 1.0

Decode = Callable[[dict[str, Any]], Arrival]


class Handler(Protocol):
    """What a kind of chat does with what arrived: the dialogue, or the staff desk."""

    def take(self, session: Session, chat: Chat, arrivals: list[Arrival]) -> str | None:
        """Do it within the transaction; words for a press that deserves a short notice, or None."""
        ...

    def apologise(self, session: Session, chat: Chat) -> None:
        """Something went wrong on our side: say so, and say how to go on."""
        ...


@dataclass(frozen=True, slots=True)
class Press:
    """A button press to be answered once its turn is over."""

    channel: str
    callback_id: str
    text: str | None


@dataclass(slots=True)
class Turn:
    """What one turn took and what it leaves to do after the commit."""

    rows: list[Waiting] = field(default_factory=list)
    chat_id: int = 0
    presses: list[Press] = field(default_factory=list)


class Turns:
    """Takes waiting updates, oldest chat first, until it is stopped."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        decoders: Mapping[str, Decode],
        handler: Handler,
        signals: Signals,
        on_press: Callable[[Press], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._decoders = decoders
        self._handler = handler
        self._signals = signals
        self._on_press = on_press

    async def run(self) -> None:
        """Take turns until told to stop; as many side by side as the database has writers."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._database.writers):
                group.create_task(self._work())

    async def run_waiting(self) -> int:
        """Take what can be taken now, then return how many turns that were."""
        count = 0
        while await self._one() is not None:
            count += 1
        return count

    async def _work(self) -> None:
        while not self._signals.stopping.is_set():
            try:
                if await self._one() is None:
                    await self._signals.wait(self._signals.inbox, at_most=await self._patience())
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
                await asyncio.sleep(POLL_SECONDS)

    async def _patience(self) -> float:
        channels = tuple(self._decoders)
        ready_at = await self._database.read(
            lambda session: inbox.next_ready_at(session, channels=channels)
        )
        if ready_at is None:
            return POLL_SECONDS
        return min(max((ready_at - self._clock.now()).total_seconds(), 0.02), POLL_SECONDS)

    async def _one(self) -> Turn | None:
        turn = await asyncio.get_running_loop().run_in_executor(
            self._database.write_pool, self.take_one
        )
        if turn is not None:
            for press in turn.presses:
                self._on_press(press)
            self._signals.after_turn()
        return turn

    def take_one(self) -> Turn | None:
        """Take one turn, on the calling thread. None if there was nothing to take."""
        turn = Turn()
        try:
            with self._database.transaction() as session:
                self._take(session, turn)
        except WrongKeyError:
            self._unreadable(turn)
            return turn
        except Exception as error:
            if not turn.rows:
                raise
            self._failed(turn, error)
        return turn if turn.rows else None

    def _take(self, session: Session, turn: Turn) -> None:
        now = self._clock.now()
        chat_id = inbox.next_chat(session, now=now, channels=tuple(self._decoders))
        if chat_id is None:
            return
        turn.chat_id = chat_id
        turn.rows = inbox.take(session, chat_id, now=now)
        if not turn.rows:
            return
        chat = chats.get_chat(session, chat_id)
        decode = self._decoders[chat.channel]
        arrivals = [
            (Arrival.from_json if row.kind == "internal" else decode)(row.payload or {})
            for row in turn.rows
        ]
        notice = self._handler.take(session, chat, arrivals)
        inbox.finish(session, turn.rows, now=now)
        turn.presses = [
            Press(chat.channel, arrival.callback_id, notice)
            for arrival in arrivals
            if arrival.callback_id
        ]

    def _unreadable(self, turn: Turn) -> None:
        """Something of this chat cannot be opened: the update that met it is set aside."""
        log.error("an update cannot be opened with this key; it is set aside")
        now = self._clock.now()
        with self._database.transaction() as session:
            inbox.set_oldest_aside(session, turn.chat_id, now=now, error="WrongKeyError")

    def _failed(self, turn: Turn, error: Exception) -> None:
        """The transaction is rolled back; note the failure in one of its own."""
        reason = f"{type(error).__name__} in {_place(error)}"
        attempts = max(row.attempts for row in turn.rows) + 1
        log.error("turn failed, attempt %s of %s: %s", attempts, MOST_ATTEMPTS, reason)
        now = self._clock.now()
        with self._database.transaction() as session:
            if isinstance(error, OperationalError):  # a deadlock or an outage is nobody's fault
                later = now + RETRY_AFTER[0]
                inbox.retry_later(session, turn.rows, ready_at=later, error=reason, counts=False)
                return
            if attempts < MOST_ATTEMPTS:
                later = now + RETRY_AFTER[attempts - 1]
                inbox.retry_later(session, turn.rows, ready_at=later, error=reason)
                return
            inbox.set_aside(session, turn.rows, now=now, error=reason)
        self._apologise(turn)

    def _apologise(self, turn: Turn) -> None:
        try:
            with self._database.transaction() as session:
                self._handler.apologise(session, chats.get_chat(session, turn.chat_id))
        except Exception as error:  # noqa: BLE001  # the next turn must go on, whatever it was
            log.error("apology failed: %s in %s", type(error).__name__, _place(error))


def _place(error: BaseException) -> str:
    """Where it happened, without the message: an error's words may quote what a person wrote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    code = trace.tb_frame.f_code
    return f"{code.co_qualname}, line {trace.tb_lineno}"
