"""The vigil: each process that takes turns says that it lives, and notices when another has died.

A process that dies without a word may have been killed by an update that it was handling, which
then kills the next one. What waited while it died is suspect: see `rounds.Rounds`.
"""

import asyncio
import logging
import os
import socket
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.signals import Signals
from storage import inbox, leases
from storage.database import Database
from storage.leases import Held

log = logging.getLogger(__name__)

PREFIX = "process:"
BEAT_SECONDS = 10.0
SILENCE = timedelta(seconds=30)  # after which a process counts as dead
CALM_AFTER = 600.0  # seconds after a death


class Vigil:
    """Keeps this process's sign of life fresh, and looks for signs that are not."""

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
        self._monotonic = monotonic
        self._died_at = float("-inf")
        self._name = f"{PREFIX}{uuid.uuid4().hex}"
        self._host = socket.gethostname()[:40]
        self._owner = f"{self._host}:{os.getpid()}"

    async def run(self) -> None:
        """Beat until told to stop; the last beat says that this is no death."""
        while not self._signals.stopping.is_set():
            try:
                await self._database.write(self.beat)
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._signals.stopping.wait()
            except TimeoutError:
                continue
        await self._database.write(
            lambda session: leases.let_go(session, name=self._name, owner=self._owner)
        )

    def is_calm(self) -> bool:
        """Whether no process has died lately, as far as this one knows."""
        return self._monotonic() - self._died_at > CALM_AFTER

    def mourn(self) -> None:
        """A process has died without a word."""
        self._died_at = self._monotonic()

    def beat(self, session: Session) -> None:
        """Say that this process lives. If another has died, what waits now is suspect."""
        now = self._clock.now()
        signs = leases.held(session, prefix=PREFIX)
        dead = [it for it in signs if it.name != self._name and self._is_dead(it)]
        for sign in dead:
            leases.let_go(session, name=sign.name, owner=sign.owner)
        if dead:
            self.mourn()
            count = inbox.suspect_all(session)
            log.warning(
                "a process died without a word; %s updates that wait are tried alone", count
            )
        leases.hold(session, name=self._name, owner=self._owner, now=now, period=SILENCE)

    def _is_dead(self, sign: Held) -> bool:
        """Silent for too long; or it ran here, and is not there any more."""
        host, _, number = sign.owner.rpartition(":")
        return sign.until < self._clock.now() or (host == self._host and _is_gone(int(number)))


def _is_gone(process_id: int) -> bool:
    if process_id == os.getpid():  # an earlier life in the same container
        return True
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
