"""The pulse of intake: says now and then that updates can be taken in, so that an outage is known.

Who polls says it after each answer of the channel, so that a line that is down is an outage as
well. Where the outside posts to us, who serves it says it: whether anybody could reach us is not
known here. Either way it takes the database, for without it nothing is taken in.
"""

import logging
import time
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.pipeline.signals import Signals
from storage import intake_spans
from storage.database import Database

log = logging.getLogger(__name__)

EVERY = 15.0  # seconds


class Pulse:
    """Of one channel in one process. `monotonic` tells seconds, and only goes forwards."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        channel: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._channel = channel
        self._monotonic = monotonic
        self._beaten_at = float("-inf")

    async def beat(self) -> None:
        """Updates can be taken in now; written down no more often than need be. Raises what the
        database raises."""
        moment = self._monotonic()
        if moment - self._beaten_at < EVERY:
            return
        await self._database.write(
            lambda session: intake_spans.note_alive(
                session, channel=self._channel, now=self._clock.now()
            )
        )
        self._beaten_at = moment

    async def run(self, signals: Signals) -> None:
        """Beat until told to stop: for a process that is posted to."""
        while not signals.stopping.is_set():
            try:
                await self.beat()
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
            await signals.pause(EVERY)
