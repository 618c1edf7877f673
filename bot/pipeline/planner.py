"""The planner: due reminders become outbox rows, as many as the outbox has room for."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.times.deadlines import may_begin_early
from actions.times.overdue import settle
from actions.times.planning import schedule_of
from actions.times.quiet_hours import allowed_from, is_allowed
from bot.clock import Clock
from bot.pipeline.reminders import queue_reminders
from bot.pipeline.signals import Signals
from bot.pipeline.spreading import EARLIEST, Burst, early_starts
from bot.pipeline.topping_up import BATCH, MOST_WAITING, TopUp
from dialogues.programme import Programme
from storage import calls, due, fanout, reminders, switches
from storage.database import Database
from storage.due import Cohort
from storage.outbox import Lane
from storage.reminders import SNOOZE, Due, Entry, Key, Settled
from storage.subscriptions import earlier
from storage.switches import REMINDERS

WAITING_SECONDS = 10  # more reminders in the outbox where the usual number does not last so long
LOOK_AHEAD_EVERY = timedelta(minutes=1)


class Planner(TopUp):
    """Tops up the outbox with due reminders.

    What is due is found by index in small batches, the nearest deadline first, so that however
    many are due at once, the outbox is not flooded and nobody waits for a long transaction.
    """

    lease = "planner"
    woken_by = "reminders"

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
        super().__init__(
            database=database, clock=clock, programme=programme, signals=signals, owner=owner
        )
        self._rate = rate
        self._most = max(MOST_WAITING, int(rate * WAITING_SECONDS))
        self._early: list[tuple[datetime, Cohort]] = []
        self._looked_at: datetime | None = None

    def _deal(self, session: Session) -> int:
        """Queue a batch of what is due; how many subscriptions moved on."""
        if switches.is_off(session, REMINDERS):  # by now: it is looked at in every transaction
            return 0
        now = self._clock.now()
        room = fanout.room_in(session, Lane.REMINDERS, most=self._most)
        found = self._take(session, now=now, limit=min(BATCH, room))
        if found:
            self._settle(session, found, now)
        return len(found)

    def _is_time(self, session: Session) -> bool:
        """Whether something is due or begins early. It only reads, so that idling costs little."""
        if switches.is_off(session, REMINDERS):
            return False
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
            settled = settle(session, key, entry, programme=self._programme, now=now)
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
