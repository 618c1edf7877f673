"""Keeps the content of this process at rows that another process may have written: a look for those
that count every other second, and nothing asked in anybody's turn."""

import logging
import threading
from abc import ABC, abstractmethod

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.live_content import LiveContent
from bot.pipeline.signals import Signals
from storage.database import Database

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0  # seconds


class LiveRows(ABC):
    """Hands rows to the live content whenever others count. `what` names them in the log."""

    what: str

    def __init__(self, *, database: Database, live: LiveContent) -> None:
        self._database = database
        self._live = live
        self._known: tuple[int, ...] = ()
        self._lock = threading.Lock()

    @abstractmethod
    def counting(self, session: Session) -> tuple[int, ...]:
        """The ids of the rows that count now."""

    @abstractmethod
    def take_up(self, session: Session, ids: tuple[int, ...]) -> None:
        """Give these to the live content, in place of all that were given before."""

    def look(self, session: Session) -> None:
        """Take up what has come, or gone, since the last look."""
        with self._lock:  # who looks later has seen at least as much
            ids = self.counting(session)
            if ids != self._known:
                self.take_up(session, ids)
                self._known = ids

    async def look_now(self) -> None:
        """The same at once, for the process in which it was written."""
        await self._database.read(self.look)

    async def run(self, signals: Signals) -> None:
        """Look until told to stop."""
        while not signals.stopping.is_set():
            await signals.pause(LOOK_EVERY)
            try:
                await self.look_now()
            except DBAPIError as error:
                kind = type(error.orig).__name__
                log.error("database: %s; looking for %s again", kind, self.what)
