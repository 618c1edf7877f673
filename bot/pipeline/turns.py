"""Turns: takes what waits, round after round, until it is told to stop."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.pipeline.composing import Load
from bot.pipeline.foresight import Foresight
from bot.pipeline.handover import Handover, Outlet
from bot.pipeline.rounds import Decode, Looked, Rounds
from bot.pipeline.signals import Signals
from bot.pipeline.storing import Storing, Work
from bot.pipeline.turn import Handler, Press
from storage.database import Database

log = logging.getLogger(__name__)

T = TypeVar("T")

POLL_SECONDS = 1.0
TAKEN_ELSEWHERE = 0.02  # seconds before looking again at what could not be taken
HAND_OVER_AFTER = 0.1  # seconds, after which a round has company: a slow turn holds up nobody
MANY = 16  # turns, of which a round may take as long, though none is slow; of more, longer
SLOW = 0.1  # seconds that a single turn takes
SLOW_FOR = 10.0  # seconds after such a turn


class TurnsEndedError(Exception):
    """Whoever took turns here has failed; nothing was stored."""


class Turns:
    """Takes waiting updates, oldest first, until it is stopped. What they are answered is handed
    over to the `outlet`, if anybody sends here."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        decoders: Mapping[str, Decode],
        handler: Handler,
        signals: Signals,
        on_press: Callable[[Press], None],
        handover: Handover,
        outlet: Outlet | None,
        is_calm: Callable[[], bool],
        foresight: Foresight | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._rounds = Rounds(
            database=database,
            clock=clock,
            decoders=decoders,
            handler=handler,
            handover=handover,
            foresight=foresight,
        )
        self._signals = signals
        self._on_press = on_press
        self._outlet = outlet
        self._is_calm = is_calm
        self._next = asyncio.Lock()
        self._idle = False
        self._storing: Storing | None = None
        self._slow_at = float("-inf")
        self._tried = 0  # turns in the last round

    async def run(self) -> None:
        """Take turns until told to stop: one round after the other, for those that share one cost
        less than those side by side; beside a slow one as many as the database has writers."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._database.writers):
                    group.create_task(self._work())
        except BaseException:
            self._refuse_storing()
            raise
        if self._storing is not None:  # it came just before the end
            await self._look()

    async def store(self, work: Work[T]) -> T:
        """See `Store`. If nobody is at work here, the turns are taken in the same transaction: that
        saves one, and the update is answered sooner.

        Not after a process has died: what is handled before it is stored leaves no trace if it
        kills. And not after a slow turn: what came with it would wait for the next one as well.
        """
        is_slow = time.monotonic() - self._slow_at < SLOW_FOR
        if not self._idle or self._storing is not None or is_slow or not self._is_calm():
            made: T = await self._database.write(work)
            self._signals.inbox.set()
            return made
        self._storing = storing = Storing(work, asyncio.get_running_loop().create_future())
        self._signals.inbox.set()
        return cast("T", await storing.done)

    async def run_waiting(self) -> int:
        """Take what can be taken now, then return how many turns that were."""
        count = 0
        while tried := (await self._look()).tried:
            count += tried
        return count

    async def _work(self) -> None:
        while not self._signals.stopping.is_set():
            try:
                async with self._next:
                    look = asyncio.create_task(self._look())
                    await asyncio.wait([look], timeout=self._company_after())
                    if look.done():
                        await self._wait_for_more(look.result())
                await look
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
                await asyncio.sleep(POLL_SECONDS)

    def _company_after(self) -> float:
        """How long a round may take before others begin beside it."""
        return HAND_OVER_AFTER * max(1.0, self._tried / MANY)

    async def _wait_for_more(self, looked: Looked) -> None:
        """Until something comes or may be taken; what is left may be in another process's hands."""
        patience = POLL_SECONDS
        if looked.ready_at is not None:
            until_ready = (looked.ready_at - self._clock.now()).total_seconds()
            patience = min(until_ready, POLL_SECONDS)
        at_least = 0.0 if looked.tried else TAKEN_ELSEWHERE
        self._idle = not self._signals.stopping.is_set()
        try:
            await self._signals.wait(self._signals.inbox, at_most=max(patience, at_least))
        finally:
            self._idle = False

    def _refuse_storing(self) -> None:
        """Nobody is at work here any more: who stores must not wait for it."""
        storing, self._storing = self._storing, None
        if storing is not None:
            storing.error = TurnsEndedError()
            storing.tell()

    async def _look(self) -> Looked:
        allowance = self._outlet.allowance() if self._outlet else None
        storing, self._storing = self._storing, None
        loop, began = asyncio.get_running_loop(), time.monotonic()
        loads: list[Load] = []
        try:
            looked = await loop.run_in_executor(
                self._database.write_pool, self._rounds.take_waiting, allowance, storing
            )
            loads, self._tried = looked.loads, looked.tried
            if looked.slowest > SLOW:
                self._slow_at = time.monotonic()
        finally:
            if storing is not None:
                storing.tell()
            if self._outlet and allowance:
                doubtful = self._rounds.doubts()
                self._outlet.take_over(loads, leased_at=began, doubtful=doubtful)
        if storing is not None:
            await asyncio.sleep(0)  # whoever stored it is told of it first
        for press in looked.presses:
            self._on_press(press)
        self._signals.wake(looked.wakes)
        return looked
