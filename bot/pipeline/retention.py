"""Retention: once an hour what was kept long enough is deleted, in steps nobody notices."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.signals import Signals
from storage import leases, retention, space
from storage.database import Database
from storage.retention import Rule

log = logging.getLogger(__name__)

FIRST_AFTER = 60.0  # seconds; a start has better things to do
EVERY = 3600.0
LEASE = timedelta(minutes=5)
PAUSE = 0.1  # between batches, in which others write
SUBSCRIPTIONS = 100  # in a batch: each takes the log of its reminders along
PAGES = 200  # in a step of shortening the file
SPARE_PAGES = 2000  # free ones that stay: they are soon needed again

Tidy = Callable[[], Awaitable[None]]
DeleteOver = Callable[[int, Session, Sequence[int]], None]


class Over(Protocol):
    """Finds something that is over, by its id, and chats that were told of it."""

    def __call__(
        self, session: Session, *, before: datetime, limit: int
    ) -> tuple[int, Sequence[int]] | None: ...


class Retention:
    """Deletes what is too old; one process at a time, by a lease.

    `days` are the programme's; `tidy` is called after each round, for what lies in files.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        days: Mapping[str, int],
        signals: Signals,
        owner: str,
        tidy: Sequence[Tidy] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._days = days
        self._signals = signals
        self._owner = owner
        self._tidy = tidy

    async def run(self) -> None:
        """Clean up every hour until told to stop, then let go of the lease."""
        rest = FIRST_AFTER
        while not await self._is_stopped_within(rest):
            rest = EVERY
            try:
                gone = await self.clean_up()
                if gone:
                    log.info("kept long enough, and deleted: %s", dict(gone))
            except DBAPIError as error:
                log.error("database: %s; cleaning up later", type(error.orig).__name__)
        with suppress(DBAPIError):  # else it runs out
            await self._database.write(
                lambda session: leases.let_go(session, name="retention", owner=self._owner)
            )

    async def clean_up(self, *, spare_pages: int = SPARE_PAGES) -> Counter[str]:
        """One round; how many rows went, by kind. It ends early when told to stop, or when another
        process has taken over."""
        now = self._clock.now()
        gone: Counter[str] = Counter()
        days = self._days.get("reminders", retention.DEFAULT_DAYS["reminders"])
        long_over = now - timedelta(days=days)
        gone["broadcast recipients"] += await self._forget(
            retention.recipients_over, retention.delete_recipients, long_over
        )
        for rule in retention.rules(now=now, days=self._days):
            gone[rule.name] += await self._walk(rule)
        gone["subscriptions"] += await self._end_subscriptions(long_over)
        gone["told verdicts"] += await self._forget(
            retention.verdicts_over, retention.delete_verdicts, long_over
        )
        for tidy in self._tidy:
            await tidy()
        if self._database.is_sqlite:
            await self._shrink(spare_pages)
        return +gone

    async def _walk(self, rule: Rule) -> int:
        gone, place = 0, 0
        while True:
            stretch = await self._database.read(partial(self._look, rule, place))
            if stretch.ids:
                if not await self._removed(rule.remove, stretch.ids):
                    return gone
                gone += len(stretch.ids)
            if stretch.walk_on is None:
                return gone
            place = stretch.walk_on

    def _look(self, rule: Rule, place: int, session: Session) -> retention.Stretch:
        return retention.walk(session, rule, after_id=place)

    async def _end_subscriptions(self, before: datetime) -> int:
        """Those of calls that were over then, and what was planned for them."""
        gone = 0
        while ids := await self._database.read(
            lambda session: retention.subscriptions_over(
                session, before=before, limit=SUBSCRIPTIONS
            )
        ):
            if not await self._removed(retention.delete_subscriptions, ids):
                return gone
            gone += len(ids)
        await self._database.write(lambda session: retention.delete_plans(session, before=before))
        return gone

    async def _forget(self, find: Over, delete: DeleteOver, before: datetime) -> int:
        """What chats were told about something that was over then."""
        gone = 0
        while found := await self._database.read(
            lambda session: find(session, before=before, limit=retention.MANY)
        ):
            about, chat_ids = found
            if not await self._removed(partial(delete, about), chat_ids):
                return gone
            gone += len(chat_ids)
        return gone

    async def _removed(self, remove: retention.Remove, ids: Sequence[int]) -> bool:
        """Remove a batch and rest; False if we are to stop instead, or no longer hold the lease."""
        if self._signals.stopping.is_set():
            return False
        held = await self._database.write(partial(self._remove, remove, ids))
        await asyncio.sleep(PAUSE if held else 0)
        return held

    def _remove(self, remove: retention.Remove, ids: Sequence[int], session: Session) -> bool:
        now = self._clock.now()
        if not leases.hold(session, name="retention", owner=self._owner, now=now, period=LEASE):
            return False
        remove(session, ids)
        return True

    async def _shrink(self, spare_pages: int) -> None:
        while await self._database.read(space.free_pages) > spare_pages:
            if self._signals.stopping.is_set():
                return
            await self._on_writer(partial(space.give_back, pages=PAGES))
        await self._on_writer(space.fold_log)

    async def _on_writer(self, work: Callable[[Database], None]) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._database.write_pool, work, self._database)

    async def _is_stopped_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._signals.stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True
