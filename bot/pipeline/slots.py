"""The moments at which a channel may be sent to: evenly spaced but for short bursts, so that no
second has too many.

One process counts them in memory. Several share a row of the database, and reserve a few at a time.
All moments here are of this process's monotonic clock, in seconds.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from storage import paces
from storage.database import Database
from storage.paces import Reserved, Share

log = logging.getLogger(__name__)

LIMIT = 30.0  # what Telegram takes in any second
FASTER = 1.03  # how far a process that is late may hurry
BURST = 5  # messages that may go at once: what a round of turns says, mostly
CATCH_UP = 1.0  # seconds; what was missed longer ago is not made up for
MOST_AT_ONCE = 8
STOCK = 3  # slots left when the next are reserved: time enough for the database to answer
TRY_AGAIN = 0.5  # seconds, when it did not


@dataclass(frozen=True, slots=True)
class Moment:
    """When one message may be sent: from `at` to `until`, and no sooner than `BURST` times `gap`
    seconds after the one that went `BURST` before."""

    at: float
    until: float
    gap: float


Give = Callable[[Sequence[Moment], float], None]


def most_in_a_second(rate: float) -> int:
    """How many may reach the channel within a second, at so many a second on average: a little
    less than what it takes, or what `rate` says that it takes."""
    return max(int(LIMIT), math.ceil(rate * 16 / 15)) - 1


class Slots(Protocol):
    """Where moments come from."""

    rate: float  # how many a second

    def ask(self, count: int, *, left: int, give: Give) -> Sequence[Moment]:
        """Up to `count` moments beside the `left` ones; or none yet, and `give` is called with them
        (and with the seconds for which nobody may send) once there are some."""
        ...


class OwnSlots:
    """For the only process that sends."""

    def __init__(self, rate: float, *, monotonic: Callable[[], float]) -> None:
        self.rate = rate
        self._monotonic = monotonic
        self._next = 0.0

    def ask(self, _count: int, *, left: int, give: Give) -> Sequence[Moment]:
        """See `Slots`. One at a time is enough, for it costs nothing."""
        if left > 0:
            return ()
        at = max(self._next, self._monotonic() - CATCH_UP)
        self._next = at + 1 / self.rate
        return (Moment(at, until=math.inf, gap=1 / (self.rate * FASTER)),)


class SharedSlots:
    """For several processes on one PostgreSQL database; while there is only one, it is left in
    peace."""

    def __init__(
        self, rate: float, *, monotonic: Callable[[], float], database: Database, share: Share
    ) -> None:
        self.rate = rate
        self._latest = 0.75 * max(LIMIT - rate, rate / 15) / rate
        self._monotonic = monotonic
        self._database = database
        self.share = share
        self._more: float | None = None  # what the database's clock shows more than ours
        self._asking: asyncio.Task[None] | None = None
        self._own = OwnSlots(rate, monotonic=monotonic)
        self._own_until = -math.inf

    def attended(self, *, alone: bool, asked_at: float) -> None:
        """We were seen in the database at `asked_at` or later, beside others or alone."""
        self._own_until = asked_at + paces.OWN_FOR if alone else -math.inf

    def ask(self, count: int, *, left: int, give: Give) -> Sequence[Moment]:
        """See `Slots`. A few at a time, so that what another process has to say is not kept
        waiting; and no more than there are messages, so that none is wasted."""
        if self._monotonic() < self._own_until:
            moments = self._own.ask(count, left=left, give=give)
            return [replace(moment, until=self._own_until) for moment in moments]
        if self._asking is None and left <= STOCK:
            work = self._reserve(min(count, MOST_AT_ONCE), give)
            self._asking = asyncio.create_task(work)
        return ()

    async def _reserve(self, count: int, give: Give) -> None:
        before, gap = self._monotonic(), 1 / self.rate
        moments: list[Moment] = []
        held_for = 0.0
        try:
            reserved = await self._database.write(
                lambda session: paces.reserve(session, self.share, count=count, gap=gap)
            )
            moments, held_for = self._in_our_time(reserved, before), reserved.held_for
        except DBAPIError as error:
            log.error("database: %s; no moment to send at", type(error.orig).__name__)
            await asyncio.sleep(TRY_AGAIN)
        self._asking = None
        give(moments, held_for)

    def _in_our_time(self, reserved: Reserved, before: float) -> list[Moment]:
        """The moments on our clock; rather a little late than too early.

        The database told the time somewhere between the question and the answer. What its clock
        shows more than ours is known best from the quickest answer, until its clock is set anew.
        """
        least, most = reserved.now - self._monotonic(), reserved.now - before
        if self._more is None or not least <= self._more <= most:
            self._more = least
        ours = [moment - self._more for moment in reserved.moments]
        return [Moment(at, until=at + self._latest, gap=0.0) for at in ours]
