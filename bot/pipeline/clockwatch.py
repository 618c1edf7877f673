"""Notices when the machine's clock is set back, and ends the waits that would become too long.

A clock that was an hour ahead and is corrected must not make anybody wait for an hour. Leases look
after themselves: one that runs longer than it may is over.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import STEP, Clock, Drift
from bot.pipeline.signals import Signals
from storage import waits
from storage.database import Database
from storage.leases import APART

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


class ClockWatch:
    """Looks whether the clock was set back. `monotonic` tells seconds, and only goes forwards."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        signals: Signals,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._signals = signals
        self._drift = Drift(clock, monotonic=monotonic)

    async def run(self) -> None:
        """Look every second until told to stop."""
        while not self._signals.stopping.is_set():
            try:
                await self.look()
            except DBAPIError as error:
                log.error("database: %s; looking again", type(error.orig).__name__)
                self._drift.forget()  # as at the start: what was stored tells of the step
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._signals.stopping.wait()
            except TimeoutError:
                continue

    async def look(self) -> bool:
        """Whether the clock was set back since the last look, or, at the first, since the last
        update came in; then waits are ended."""
        stepped = await self._stepped_back()
        if stepped > timedelta():
            log.warning("the clock was set back by %.0f s or so", stepped.total_seconds())
            await self._database.write(self._end_waits)
            self._signals.inbox.set()
            self._signals.outbox.set()
        return stepped > timedelta()

    async def _stepped_back(self) -> timedelta:
        """By how much; nothing if it was not."""
        drift = self._drift.look()
        if drift is None:
            newest = await self._database.read(waits.newest_arrival)
            ahead = newest - self._clock.now() if newest else timedelta()
            return ahead if ahead > APART else timedelta()
        return -drift if -drift > STEP else timedelta()

    def _end_waits(self, session: Session) -> None:
        count = waits.end_waits(session, now=self._clock.now())
        if count:
            log.warning("%s updates, posts and chats need not wait for it", count)
