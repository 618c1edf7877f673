"""The supervisor: a loop that fails for no reason we know is logged, told of and begun again.

A bug in one of them must not take the others along, nor stay unseen. What it is useless to try
again ends the process: see `FATAL`.
"""

import logging
import os
import socket
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.lock import DatabaseInUseError
from bot.pipeline.signals import Signals
from bot.settings import SettingError
from bot.stopping import Loop
from bot.telegram.bot import NoTelegramError, TokenRefusedError
from dialogues.findings import ContentError
from storage import loop_failures
from storage.database import Database
from storage.loop_failures import Failing

log = logging.getLogger(__name__)

FATAL = (
    SettingError,
    TokenRefusedError,
    NoTelegramError,
    ContentError,
    DatabaseInUseError,
)
FIRST_PAUSE = 1.0  # seconds
LONGEST_PAUSE = 60.0
STEADY_AFTER = 60.0  # seconds for which a loop has to run before it counts as well again


class Supervisor:
    """Knows which loops of this process fail, and since when."""

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
        self._process = f"{socket.gethostname()[:12]}:{os.getpid()}"
        self._failing: dict[str, Failing] = {}

    def watched(self, name: str, loop: Loop) -> Loop:
        """The same loop, begun again whenever it fails, after a pause that grows. `name` says in a
        word what the loop does. Raises what is fatal, and what fails while all is to stop."""

        async def run() -> None:
            while True:
                begun_at = self._monotonic()
                try:
                    return await loop()
                except Exception as error:
                    if self._signals.stopping.is_set() or _is_fatal(error):
                        raise
                    pause = await self._note(name, error, ran=self._monotonic() - begun_at)
                await self._signals.pause(pause)  # told to stop, it still has to wind up

        return run

    def failing(self) -> list[Failing]:
        """What fails in this process, the longest first."""
        now = self._clock.now()
        return sorted(
            (it for it in self._failing.values() if it.until > now), key=lambda it: it.since
        )

    async def close(self) -> None:
        """Nothing of this process fails any more: it stops."""
        if not self._failing:
            return
        with suppress(DBAPIError):  # else it runs out
            await self._database.write(
                lambda session: loop_failures.forget_all(session, process=self._process)
            )

    async def _note(self, name: str, error: Exception, *, ran: float) -> float:
        """Log it and tell of it; how many seconds to wait before it is begun again."""
        now, known = self._clock.now(), self._failing.get(name)
        still = known if known is not None and known.until > now else None
        failures = still.failures + 1 if still else 1
        pause = min(FIRST_PAUSE * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE)
        failing = Failing(
            loop=name,
            process=self._process,
            since=still.since if still else now,
            failures=failures,
            until=now + timedelta(seconds=pause + max(STEADY_AFTER, 2 * ran)),
        )
        self._failing[name] = failing
        log.error("the loop %s failed; again in %.0f s: %s", name, pause, _trace(error))
        try:
            await self._database.write(lambda session: loop_failures.note(session, failing))
        except DBAPIError as database_error:
            log.error("database: %s; that is not written", type(database_error.orig).__name__)
        return pause


def _is_fatal(error: Exception) -> bool:
    if isinstance(error, ExceptionGroup):
        return error.subgroup(FATAL) is not None
    return isinstance(error, FATAL)


def _trace(error: BaseException) -> str:
    """Where it happened, without its message: an error's words may quote what a person wrote."""
    if isinstance(error, BaseExceptionGroup):
        return "\n".join(map(_trace, error.exceptions))
    places = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{_trace(cause)}\nand then " if cause is not None else ""
    return f"{before}{type(error).__name__}\n{places}"
