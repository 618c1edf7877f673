"""The moments at which a channel may be sent to: evenly spaced, so that no second has too many.

One process counts them in memory. Several share a row of the database, and reserve a few at a time.
All moments here are of this process's monotonic clock, in seconds.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from storage import paces
from storage.database import Database
from storage.paces import Reserved

log = logging.getLogger(__name__)

LIMIT = 30.0  # what Telegram takes in any second
FASTER = 1.03  # how far a process that is late may hurry
CATCH_UP = 1.0  # seconds; what was missed longer ago is not made up for
MOST_AT_ONCE = 8
STOCK = 3  # slots left when the next are reserved: time enough for the database to answer
TRY_AGAIN = 0.5  # seconds, when it did not

Give = Callable[[Sequence[float], float], None]


class Slots(Protocol):
    """Where moments come from."""

    rate: float  # how many a second
    least_gap: float  # seconds between any two sends of this process
    latest: float  # seconds after which a moment that was not used is void
    stock: int  # how many may be left when more are asked for

    def ask(self, count: int, give: Give) -> Sequence[float]:
        """Up to `count` moments; or none yet, and `give` is called with them (and with the seconds
        for which nobody may send) once there are some."""
        ...


class OwnSlots:
    """For the only process that sends."""

    latest = float("inf")
    stock = 0

    def __init__(self, rate: float, *, monotonic: Callable[[], float]) -> None:
        self.rate = rate
        self.least_gap = 1 / (rate * FASTER)
        self._monotonic = monotonic
        self._next = 0.0

    def ask(self, _count: int, _give: Give) -> Sequence[float]:
        """See `Slots`. One at a time is enough, for it costs nothing."""
        moment = max(self._next, self._monotonic() - CATCH_UP)
        self._next = moment + 1 / self.rate
        return (moment,)


class SharedSlots:
    """For several processes on one PostgreSQL database."""

    least_gap = 0.0
    stock = STOCK

    def __init__(
        self, rate: float, *, monotonic: Callable[[], float], database: Database, name: str
    ) -> None:
        self.rate = rate
        self.latest = 0.75 * max(LIMIT - rate, rate / 15) / rate
        self._monotonic = monotonic
        self._database = database
        self._name = name
        self._more: float | None = None  # what the database's clock shows more than ours
        self._asking: asyncio.Task[None] | None = None

    def ask(self, count: int, give: Give) -> Sequence[float]:
        """See `Slots`. A few at a time, so that what another process has to say is not kept
        waiting; and no more than there are messages, so that none is wasted."""
        if self._asking is None:
            work = self._reserve(min(count, MOST_AT_ONCE), give)
            self._asking = asyncio.create_task(work)
        return ()

    async def _reserve(self, count: int, give: Give) -> None:
        before, gap = self._monotonic(), 1 / self.rate
        moments, held_for = [], 0.0
        try:
            reserved = await self._database.write(
                lambda session: paces.reserve(session, self._name, count=count, gap=gap)
            )
            moments, held_for = self._in_our_time(reserved, before), reserved.held_for
        except DBAPIError as error:
            log.error("database: %s; no moment to send at", type(error.orig).__name__)
            await asyncio.sleep(TRY_AGAIN)
        self._asking = None
        give(moments, held_for)

    def _in_our_time(self, reserved: Reserved, before: float) -> list[float]:
        """The moments on our clock; rather a little late than too early.

        The database told the time somewhere between the question and the answer. What its clock
        shows more than ours is known best from the quickest answer, until its clock is set anew.
        """
        least, most = reserved.now - self._monotonic(), reserved.now - before
        if self._more is None or not least <= self._more <= most:
            self._more = least
        return [moment - self._more for moment in reserved.moments]
