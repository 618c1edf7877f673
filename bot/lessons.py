"""Keeps what this process has learnt at what was trained, whichever process did it: a look for what
is in force every other second, and nothing asked in anybody's turn."""

import logging
import threading

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.live_content import LiveContent
from bot.pipeline.signals import Signals
from storage import training_examples, trainings
from storage.database import Database

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0  # seconds


class Lessons:
    """Hands what is learnt to the live content. Words that somebody had deleted are among it no
    more from the next look on; the model is then trained anew (see `bot.warming`)."""

    def __init__(self, *, database: Database, live: LiveContent) -> None:
        self._database = database
        self._live = live
        self._known: tuple[int, ...] = ()
        self._lock = threading.Lock()

    def look(self, session: Session) -> None:
        """Take up what has been learnt, taken back or deleted since the last look."""
        with self._lock:  # who looks later has seen at least as much
            training = trainings.in_force(session)
            learnt = training.examples if training else []
            ids = training_examples.still_there(session, learnt) if learnt else ()
            if ids != self._known:
                rows = training_examples.get_many(session, ids)
                self._live.learn(tuple((it.intent, it.text) for it in rows))
                self._known = ids

    async def look_now(self) -> None:
        """The same at once."""
        await self._database.read(self.look)

    async def run(self, signals: Signals) -> None:
        """Look until told to stop."""
        while not signals.stopping.is_set():
            await signals.pause(LOOK_EVERY)
            try:
                await self.look_now()
            except DBAPIError as error:
                log.error("database: %s; looking for lessons again", type(error.orig).__name__)
