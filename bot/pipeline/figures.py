"""Counts the days: how many people came, asked, sent. The last days are counted anew, for they go
on; what was counted of older ones stays, also when those who were counted are deleted."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actions.insight import counting
from bot.clock import Clock
from bot.pipeline.signals import Signals
from dialogues.model import Act, Content
from storage import day_counts, day_figures, leases
from storage.database import Database

log = logging.getLogger(__name__)

LEASE_NAME = "figures"
FIRST_AFTER = 30.0  # seconds; a start has better things to do
EVERY = 600.0
LEASE = timedelta(minutes=5)
PAUSE = 0.05  # seconds between two days, in which others write
LONGEST_AGO = 366  # days of an earlier time that are counted at first
ANSWERED_WITHIN = 8  # days after which the time to an answer is no longer counted anew
JUDGES = "action_judge_calls"  # flows that run it find out who may apply


class Figures:
    """Keeps the figures of the days; one process at a time, by a lease."""

    def __init__(
        self, *, database: Database, clock: Clock, content: Content, signals: Signals, owner: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._zone = content.programme.zone
        self._checking = flows_running(content, JUDGES)
        self._signals = signals
        self._owner = owner

    async def run(self) -> None:
        """Count every ten minutes until told to stop, then let go of the lease."""
        rest = FIRST_AFTER
        while not await self._is_stopped_within(rest):
            rest = EVERY
            try:
                await self.count()
            except DBAPIError as error:
                log.error("database: %s; counting later", type(error.orig).__name__)
        with suppress(DBAPIError):  # else it runs out
            await self._database.write(
                lambda session: leases.let_go(session, name=LEASE_NAME, owner=self._owner)
            )

    async def count(self) -> int:
        """Count what is due; how many days that were. It ends early when told to stop, or while
        another process does it."""
        counted = 0
        for day in await self._database.read(self._days):
            if self._signals.stopping.is_set() or not await self._count(day):
                break
            counted += 1
            await asyncio.sleep(PAUSE)
        return counted

    def _days(self, session: Session) -> list[date]:
        """The days to count: those since the newest that was counted, itself included, yesterday,
        and those whose answers may have come since."""
        today = counting.day_of(self._clock.now(), self._zone)
        newest = day_figures.newest_day(session)
        if newest is None:
            oldest = day_counts.oldest_chat(session)
            since = counting.day_of(oldest, self._zone) if oldest else today
            return _days_from(max(since, today - timedelta(days=LONGEST_AGO)), today)
        first = min(newest, today - timedelta(days=1))
        answers_from = today - timedelta(days=ANSWERED_WITHIN)
        return _days_from(min(first, answers_from), today)

    async def _count(self, day: date) -> bool:
        figures, counts = await self._database.read(lambda session: self._counted(session, day))

        def write(session: Session) -> bool:
            now = self._clock.now()
            if not leases.hold(session, name=LEASE_NAME, owner=self._owner, now=now, period=LEASE):
                return False
            day_figures.write_day(session, day, counts, figures=figures)
            return True

        return await self._database.write(write)

    def _counted(self, session: Session, day: date) -> tuple[tuple[str, ...], day_figures.Counts]:
        """Which figures of the day are to be written anew, and what they are."""
        now = self._clock.now()
        answers = counting.count_answers(session, day, zone=self._zone, now=now)
        newest = day_figures.newest_day(session)
        yesterday = counting.day_of(now, self._zone) - timedelta(days=1)
        if newest is not None and day < min(newest, yesterday):
            return counting.ANSWER_FIGURES, answers
        counts = counting.count_day(session, day, zone=self._zone, checking=self._checking)
        return (*counting.FIGURES, *counting.ANSWER_FIGURES), counts + answers

    async def _is_stopped_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._signals.stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True


def flows_running(content: Content, action: str) -> frozenset[str]:
    """The flows that have a step which runs this action."""

    def runs(steps: Iterable[object]) -> bool:
        return any(isinstance(it, Act) and it.name == action for it in steps)

    return frozenset(name for name, flow in content.flows.items() if runs(flow.steps.values()))


def _days_from(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
