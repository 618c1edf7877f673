"""Keeps the words of this process at those that staff have published, whichever process they did it
in: a look for what counts every other second, and nothing asked in anybody's turn."""

import logging
import threading

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.live_content import LiveContent
from bot.pipeline.signals import Signals
from dialogues.rewording import Rewording, Words
from storage import models, rewordings
from storage.database import Database

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0  # seconds


class Rewordings:
    """Hands what is published to the live content."""

    def __init__(self, *, database: Database, live: LiveContent) -> None:
        self._database = database
        self._live = live
        self._known: tuple[int, ...] = ()
        self._lock = threading.Lock()

    def look(self, session: Session) -> None:
        """Take up what has been published, or taken back, since the last look."""
        with self._lock:  # who looks later has seen at least as much
            ids = rewordings.counting_ids(session)
            if ids != self._known:
                self._live.reword([as_rewording(it) for it in rewordings.counting(session)])
                self._known = ids

    async def look_now(self) -> None:
        """The same at once, for the process in which it was published."""
        await self._database.read(self.look)

    async def run(self, signals: Signals) -> None:
        """Look until told to stop."""
        while not signals.stopping.is_set():
            await signals.pause(LOOK_EVERY)
            try:
                await self.look_now()
            except DBAPIError as error:
                log.error("database: %s; looking for words again", type(error.orig).__name__)


def as_rewording(row: models.Rewording) -> Rewording:
    """The row as the dialogues know it."""
    words = tuple(Words.from_json(it) for it in row.words)
    return Rewording(row.id, row.response, row.language, words)
