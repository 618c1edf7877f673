"""Turns: takes what waits, round after round, until it is told to stop."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.pipeline.rounds import Decode, Rounds
from bot.pipeline.signals import Signals
from bot.pipeline.turn import Handler, Press
from storage import inbox
from storage.database import Database

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
HAND_OVER_AFTER = 0.1  # seconds, after which a round has company: a slow turn holds up nobody


class Turns:
    """Takes waiting updates, oldest first, until it is stopped."""

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
        self._channels = tuple(decoders)
        self._rounds = Rounds(database=database, clock=clock, decoders=decoders, handler=handler)
        self._signals = signals
        self._on_press = on_press
        self._next = asyncio.Lock()

    async def run(self) -> None:
        """Take turns until told to stop: one round after the other, for those that share one cost
        less than those side by side; beside a slow one as many as the database has writers."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._database.writers):
                group.create_task(self._work())

    async def run_waiting(self) -> int:
        """Take what can be taken now, then return how many turns that were."""
        count = 0
        while tried := await self._some():
            count += tried
        return count

    async def _work(self) -> None:
        while not self._signals.stopping.is_set():
            try:
                async with self._next:
                    round_ = asyncio.create_task(self._some())
                    await asyncio.wait([round_], timeout=HAND_OVER_AFTER)
                    if round_.done() and not round_.result():
                        await self._signals.wait(
                            self._signals.inbox, at_most=await self._patience()
                        )
                await round_
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
                await asyncio.sleep(POLL_SECONDS)

    async def _patience(self) -> float:
        ready_at = await self._database.read(
            lambda session: inbox.next_ready_at(session, channels=self._channels)
        )
        if ready_at is None:
            return POLL_SECONDS
        return min(max((ready_at - self._clock.now()).total_seconds(), 0.02), POLL_SECONDS)

    async def _some(self) -> int:
        loop = asyncio.get_running_loop()
        tried, presses = await loop.run_in_executor(
            self._database.write_pool, self._rounds.take_waiting
        )
        for press in presses:
            self._on_press(press)
        if tried:
            self._signals.after_turn()
        return tried
