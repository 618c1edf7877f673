"""What tops up the outbox: a loop that one process runs at a time, by a lease, in small batches."""

import asyncio
import logging
from abc import ABC, abstractmethod
from contextlib import suppress
from datetime import timedelta
from typing import ClassVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.signals import Signals
from dialogues.programme import Programme
from storage import leases
from storage.database import Database
from storage.waking import Kind

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
BATCH = 100  # of those concerned in one transaction
MOST_WAITING = 1000  # rows of a lane in the outbox; the rest waits where it is
LEASE = timedelta(seconds=30)


class TopUp(ABC):
    """A subclass says what there is to do, `lease` by which name, and `woken_by` what."""

    lease: ClassVar[str]
    woken_by: ClassVar[Kind]

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        programme: Programme,
        signals: Signals,
        owner: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._programme = programme
        self._signals = signals
        self._owner = owner

    async def run(self) -> None:
        """Top up until told to stop, then let go of the lease."""
        event = self._signals.of(self.woken_by)
        while not self._signals.stopping.is_set():
            try:
                while await self.top_up() and not self._signals.stopping.is_set():
                    self._signals.outbox.set()
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
                await asyncio.sleep(POLL_SECONDS)
            await self._signals.wait(event, at_most=POLL_SECONDS)
        with suppress(DBAPIError):  # else it runs out
            await self._database.write(
                lambda session: leases.let_go(session, name=self.lease, owner=self._owner)
            )

    async def top_up(self) -> int:
        """Deal with a batch, if it is time and there is room; how many were dealt with."""
        if not await self._database.read(self._is_time):
            return 0
        return await self._database.write(self.work)

    def work(self, session: Session) -> int:
        """See `top_up`; also when it is not time. Nothing without the lease."""
        now = self._clock.now()
        if not leases.hold(session, name=self.lease, owner=self._owner, now=now, period=LEASE):
            return 0
        return self._deal(session)

    @abstractmethod
    def _is_time(self, session: Session) -> bool:
        """Whether there is something to do. It only reads, so that idling costs little."""

    @abstractmethod
    def _deal(self, session: Session) -> int:
        """Deal with a batch; how many were dealt with, 0 at the end."""
