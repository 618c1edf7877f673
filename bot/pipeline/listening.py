"""Listening: what other processes left to do here sets this process's signals."""

import logging

from bot.pipeline.signals import Signals
from storage import waking
from storage.database import Database
from storage.waking import CutOffError

log = logging.getLogger(__name__)

AGAIN_AFTER = 1.0  # seconds; meanwhile the slow polls find the work


class Listening:
    """Hears the wake-up calls of the processes that share this PostgreSQL."""

    def __init__(self, *, database: Database, signals: Signals) -> None:
        self._database = database
        self._signals = signals

    async def run(self) -> None:
        """Listen until told to stop, on a new connection whenever the last one is cut."""
        await self._signals.unless_stopped(self._listen_on())

    async def _listen_on(self) -> None:
        while True:
            try:
                async for kind in waking.listen(self._database.engine):
                    self._signals.of(kind).set()
            except CutOffError as error:
                log.warning("cut off from the wake-up calls (%s); listening again", error)
            await self._signals.pause(AGAIN_AFTER)
