"""Works: what is slow is done beside the turns, one piece at a time each, until told to stop.

A piece is claimed in one transaction, done outside of any, and its result is written together with
its end in another. Whoever dies in between leaves it to be done again: a result has one effect.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.signals import Signals
from storage import works
from storage.database import Database
from storage.waking import Kind, woken
from storage.works import Work

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
LEASE = timedelta(minutes=2)
DONE_WITHIN = 100.0  # seconds of the lease; the rest is for writing the result
MOST_AT_ONCE = 4
MOST_ATTEMPTS = 5
RETRY_AFTER = (2.0, 15.0, 60.0, 300.0)  # seconds after each attempt
FINISH_WITHIN = 5.0  # seconds for what is under way when everything is to stop


class PointlessError(Exception):
    """There is nothing to be done any more; the message says why."""


Keep = Callable[[Session], None]  # stores a result, within the transaction that ends the work


@dataclass(frozen=True, slots=True)
class Again:
    """It is to be tried again after so many seconds; `keep` writes down why."""

    seconds: float
    reason: str
    keep: Keep


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It will never be done, or with `dropped` need not be; `keep` writes down what follows."""

    reason: str
    keep: Keep
    state: Literal["set_aside", "dropped"] = "set_aside"


Result = Keep | Again | GivenUp
Worker = Callable[[Work], Awaitable[Result]]  # outside any transaction; if busy, in a thread


@dataclass(frozen=True, slots=True)
class Craft:
    """How work of one kind is done, and what is said or noted when it is given up.

    `do` raises PointlessError, or anything else to be tried again, if there were not `most`
    attempts. What it judges itself it gives back, and that is tried as often as it says.
    """

    do: Worker
    give_up: Callable[[Session, Work], None]
    most: int = MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is done at once and for how long, and whether what a chat waits for keeps its
    order: one at a time, and nothing before what is earlier has come to an end."""

    lease: timedelta = LEASE
    done_within: float = DONE_WITHIN  # seconds of the lease; the rest is for writing the result
    at_once: int = MOST_AT_ONCE
    in_order: bool = False


USUAL = Pace()


class Works:
    """Does the work of the kinds that have a craft here, when it is `woken_by` such work."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        crafts: Mapping[str, Craft],
        signals: Signals,
        pace: Pace = USUAL,
        woken_by: Kind = "works",
    ) -> None:
        self._database = database
        self._clock = clock
        self._crafts = crafts
        self._signals = signals
        self._pace = pace
        self._event = signals.of(woken_by)
        self._under_way: dict[asyncio.Task[None], Work] = {}

    async def run(self) -> None:
        """Work until told to stop, then finish what takes no long, and give back the rest."""
        while not self._signals.stopping.is_set():
            try:
                begun = await self._begin()
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
                begun = 0
            if not begun:
                await self._signals.wait(self._event, at_most=POLL_SECONDS)
        await self._wind_up()

    async def run_waiting(self) -> int:
        """Do what can be done now, then return how many pieces that were."""
        count = 0
        while begun := await self._begin():
            count += begun
            await asyncio.wait(self._under_way)
        return count

    async def _begin(self) -> int:
        """Claim what there is room for, and begin it; how many pieces."""
        room = self._pace.at_once - len(self._under_way)
        if room <= 0 or not await self._database.read(self._is_due):
            return 0
        claimed = await self._database.write(lambda session: self._claim(session, room))
        for work in claimed:
            task = asyncio.create_task(self._do(work))
            self._under_way[task] = work
            task.add_done_callback(self._done)
        return len(claimed)

    def _is_due(self, session: Session) -> bool:
        return works.is_due(
            session,
            self._crafts,
            now=self._clock.now(),
            lease_for=self._pace.lease,
            in_order=self._pace.in_order,
        )

    def _claim(self, session: Session, room: int) -> list[Work]:
        return works.claim(
            session,
            self._crafts,
            now=self._clock.now(),
            lease=str(uuid.uuid4()),
            lease_for=self._pace.lease,
            most=room,
            in_order=self._pace.in_order,
        )

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self._event.set()

    async def _do(self, work: Work) -> None:
        """Do it, and write what became of it; what cannot be written is done again later."""
        try:
            await self._write(await self._ended(work))
        except DBAPIError as error:  # its lease runs out
            log.error("database: %s; work %s is done again", type(error.orig).__name__, work.id)
        except Exception as error:  # noqa: BLE001  # a bug where the result is stored, or the word
            with suppress(DBAPIError):
                await self._write(self._failed(work, error, has_words=False))

    async def _ended(self, work: Work) -> Keep:
        """Do it; what is to be written of it."""
        craft = self._crafts[work.kind]
        if work.attempts > craft.most:  # nobody lived to say how the last attempt ended
            return self._given_up(work, "ended the process")
        try:
            async with asyncio.timeout(self._pace.done_within):
                return self._judged(work, await craft.do(work))
        except PointlessError as error:
            return self._dropped(work, str(error))
        except Exception as error:  # noqa: BLE001  # one piece of work must not hold up the others
            return self._failed(work, error)

    async def _write(self, keep: Keep) -> None:
        def write(session: Session) -> frozenset[Kind]:
            keep(session)
            return woken(session)

        self._signals.wake(await self._database.write(write))

    def _judged(self, work: Work, result: Result) -> Keep:
        if isinstance(result, Again):
            return self._put_back(work, result)
        if isinstance(result, GivenUp):
            return self._set_aside(work, result)
        return self._finished(work, result)

    def _put_back(self, work: Work, again: Again) -> Keep:
        due_at = self._clock.now() + timedelta(seconds=again.seconds)

        def write(session: Session) -> None:
            if works.put_back(session, work, due_at=due_at, error=again.reason):
                again.keep(session)

        return write

    def _set_aside(self, work: Work, given_up: GivenUp) -> Keep:
        def write(session: Session) -> None:
            now, reason = self._clock.now(), given_up.reason
            if works.finish(session, work, state=given_up.state, now=now, error=reason):
                given_up.keep(session)

        return write

    def _finished(self, work: Work, keep: Keep) -> Keep:
        def write(session: Session) -> None:
            if works.finish(session, work, state="done", now=self._clock.now()):
                keep(session)

        return write

    def _dropped(self, work: Work, reason: str) -> Keep:
        def write(session: Session) -> None:
            works.finish(session, work, state="dropped", now=self._clock.now(), error=reason)

        return write

    def _failed(self, work: Work, error: Exception, *, has_words: bool = True) -> Keep:
        reason = type(error).__name__  # its words may quote what a person wrote
        log.warning("work %s (%s), attempt %s: %s", work.id, work.kind, work.attempts, reason)
        if work.attempts >= self._crafts[work.kind].most:
            return self._given_up(work, reason, has_words=has_words)
        delay = RETRY_AFTER[min(work.attempts, len(RETRY_AFTER)) - 1]
        due_at = self._clock.now() + timedelta(seconds=delay)

        def write(session: Session) -> None:
            works.put_back(session, work, due_at=due_at, error=reason)

        return write

    def _given_up(self, work: Work, reason: str, *, has_words: bool = True) -> Keep:
        log.error("work %s (%s) is set aside: %s", work.id, work.kind, reason)

        def write(session: Session) -> None:
            now = self._clock.now()
            ours = works.finish(session, work, state="set_aside", now=now, error=reason)
            if ours and has_words:
                self._crafts[work.kind].give_up(session, work)

        return write

    async def _wind_up(self) -> None:
        if not self._under_way:
            return
        _done, late = await asyncio.wait(self._under_way, timeout=FINISH_WITHIN)
        left = [self._under_way[task] for task in late]
        for task in late:
            task.cancel()
        if left:
            await asyncio.wait(late)
            await self._write(lambda session: self._give_back(session, left))

    def _give_back(self, session: Session, left: list[Work]) -> None:
        for work in left:
            works.give_back(session, work, now=self._clock.now())
