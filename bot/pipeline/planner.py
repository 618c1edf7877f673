"""The planner: due reminders become outbox rows, as many as the outbox has room for."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actions.deadlines import Step, may_begin_early, step
from actions.planning import schedule_of
from actions.quiet_hours import allowed_from, is_allowed
from bot.clock import Clock
from bot.pipeline.merging import untrue
from bot.pipeline.reminders import queue_reminders
from bot.pipeline.signals import Signals
from bot.pipeline.spreading import EARLIEST, Burst, early_starts
from dialogues.programme import Programme
from storage import calls, due, fanout, leases, reminders, waking
from storage.database import Database
from storage.due import Cohort
from storage.outbox import Lane
from storage.reminders import SNOOZE, Due, Entry, Key, Settled
from storage.subscriptions import earlier

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
BATCH = 100  # subscriptions in one transaction
MOST_WAITING = 1000  # reminders in the outbox; the rest waits in its subscriptions
WAITING_SECONDS = 10  # more of them where this does not last so long
LEASE = timedelta(seconds=30)
LOOK_AHEAD_EVERY = timedelta(minutes=1)


class Planner:
    """Tops up the outbox with due reminders; one process at a time, by a lease.

    What is due is found by index in small batches, the nearest deadline first, so that however
    many are due at once, the outbox is not flooded and nobody waits for a long transaction.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        programme: Programme,
        signals: Signals,
        owner: str,
        rate: float,
    ) -> None:
        self._database = database
        self._clock = clock
        self._programme = programme
        self._signals = signals
        self._owner = owner
        self._rate = rate
        self._most = max(MOST_WAITING, int(rate * WAITING_SECONDS))
        self._early: list[tuple[datetime, Cohort]] = []
        self._looked_at: datetime | None = None

    async def run(self) -> None:
        """Plan until told to stop, then let go of the lease."""
        while not self._signals.stopping.is_set():
            try:
                while await self.top_up() and not self._signals.stopping.is_set():
                    self._signals.outbox.set()
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
                await asyncio.sleep(POLL_SECONDS)
            await self._signals.wait(self._signals.reminders, at_most=POLL_SECONDS)
        with suppress(DBAPIError):  # else it runs out
            await self._database.write(
                lambda session: leases.let_go(session, name="planner", owner=self._owner)
            )

    async def top_up(self) -> int:
        """Queue a batch of what is due, if there is room; how many subscriptions moved on."""
        if not await self._database.read(self._is_time):
            return 0
        return await self._database.write(self.plan)

    def plan(self, session: Session) -> int:
        """See `top_up`; also when nothing is due."""
        now = self._clock.now()
        if not leases.hold(session, name="planner", owner=self._owner, now=now, period=LEASE):
            return 0
        room = fanout.room_in(session, Lane.REMINDERS, most=self._most)
        found = self._take(session, now=now, limit=min(BATCH, room))
        if found:
            self._settle(session, found, now)
            waking.wake(session, "outbox")
        return len(found)

    def _is_time(self, session: Session) -> bool:
        """Whether something is due or begins early. It only reads, so that idling costs little."""
        now = self._clock.now()
        if self._looked_at is None or not timedelta() <= now - self._looked_at < LOOK_AHEAD_EVERY:
            self._looked_at = now
            self._early = self._look_ahead(session, now)
        next_due_at = due.next_due_at(session)
        return (next_due_at is not None and next_due_at <= now) or bool(self._begun(now))

    def _look_ahead(self, session: Session, now: datetime) -> list[tuple[datetime, Cohort]]:
        """What begins before its moment, for more falls due then than can go out, and when.

        Whole days before may be told early; hours and minutes before are on time or late.
        """
        an_hour = int(self._rate * EARLIEST.total_seconds())
        found = due.cohorts(session, after=now, until=now + EARLIEST, most=an_hour)
        large = [it for it in found if may_begin_early(it.next.offset)]
        starts = early_starts([self._burst(session, it) for it in large], rate=self._rate)
        early = [pair for pair in zip(starts, large, strict=True) if pair[0] < pair[1].next.due_at]
        return sorted(early, key=lambda pair: pair[1].key.closes_at)

    def _burst(self, session: Session, cohort: Cohort) -> Burst:
        call = calls.get_call(session, cohort.key.call_id)
        schedule = schedule_of(cohort.key, call, self._programme)
        previous = schedule.previous_due_at(cohort.next)
        return Burst(cohort.next.due_at, cohort.count, not_before=previous)

    def _begun(self, now: datetime) -> list[Cohort]:
        zone, quiet = self._programme.zone, self._programme.quiet_hours
        if not is_allowed(now, zone=zone, quiet=quiet):
            return []
        return [cohort for begins_at, cohort in self._early if begins_at <= now]

    def _take(self, session: Session, *, now: datetime, limit: int) -> list[Due]:
        """What is due first, then what may begin early; of both the nearest deadline first."""
        found: list[Due] = []
        for call_id in due.calls_with_due(session, now=now) if limit > 0 else ():
            found += due.due_of_call(session, call_id=call_id, now=now, limit=limit - len(found))
            if len(found) >= limit:
                return found
        for cohort in self._begun(now):
            if len(found) < limit:
                found += due.due_of_cohort(session, cohort, limit=limit - len(found))
        return found

    def _settle(self, session: Session, found: Iterable[Due], now: datetime) -> None:
        """Queue what goes, log what does not, and write what comes next: a statement for each."""
        going: list[Settled] = []
        skipped: list[Settled] = []
        following: dict[tuple[Entry | None, datetime | None], list[int]] = defaultdict(list)
        send_at = self._allowed_from(now)
        for (key, entry), members in _alike(found).items():
            settled = self._step(session, key, entry, now)
            for it in members:
                going += [Settled(it, settled.goes)] if settled.goes else []
                skipped += [Settled(it, entry) for entry in settled.skipped]
                skipped += [Settled(it, entry) for entry in _snoozed_past(it, send_at)]
                still = _snoozed_beyond(it, send_at)
                upcoming = earlier(settled.upcoming, still, closes_at=key.closes_at)
                following[upcoming, still].append(it.id)
        reminders.note_skipped(session, skipped, now=now)
        self._queue(session, going, now)
        for (upcoming, still), ids in following.items():
            due.advance(session, ids, upcoming, snoozed_until=still)

    def _step(self, session: Session, key: Key, entry: Entry, now: datetime) -> Step:
        call = calls.get_call(session, key.call_id)
        settled = step(schedule_of(key, call, self._programme), entry, now=now)
        reason = untrue(call, key.closes_at, now)
        if reason is None or settled.goes is None:
            return settled
        useless = replace(settled.goes, skipped=reason)
        return replace(settled, goes=None, skipped=(*settled.skipped, useless))

    def _queue(self, session: Session, going: list[Settled], now: datetime) -> None:
        ids = reminders.note_queued(session, going, now=now)
        # What has no id went out before: the deadline has moved away and back.
        chat_ids = {ids[it.due.id]: it.due.chat_id for it in going if it.due.id in ids}
        queue_reminders(session, chat_ids, due_at=self._allowed_from(now), now=now)

    def _allowed_from(self, now: datetime) -> datetime:
        return allowed_from(now, zone=self._programme.zone, quiet=self._programme.quiet_hours)


def _snoozed_beyond(it: Due, send_at: datetime) -> datetime | None:
    """The snooze that is still to come after what goes now."""
    return it.snoozed_until if it.snoozed_until and it.snoozed_until > send_at else None


def _snoozed_past(it: Due, send_at: datetime) -> list[Entry]:
    """A snooze that what goes now makes superfluous."""
    if it.next.offset == SNOOZE or it.snoozed_until is None or it.snoozed_until > send_at:
        return []
    return [Entry(SNOOZE, it.snoozed_until, skipped="another was due as well")]


def _alike(found: Iterable[Due]) -> dict[tuple[Key, Entry], list[Due]]:
    """Those with the same wishes and the same next reminder: what follows is the same for all."""
    groups: dict[tuple[Key, Entry], list[Due]] = defaultdict(list)
    for it in found:
        groups[it.key, it.next].append(it)
    return groups
