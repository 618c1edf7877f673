"""What will go to how many, and when: reckoned from what subscriptions have in common."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from actions.programme import Programme
from actions.times.overdue import HAS_SENT, settle, untrue
from actions.times.planning import all_ahead, schedule_of
from actions.times.quiet_hours import allowed_from
from storage import calls, coming, late_links
from storage.coming import Cohort
from storage.models import Call
from storage.reminders import Entry
from storage.subscriptions import earlier


@dataclass(frozen=True, slots=True)
class Line:
    """So many reminders of one offset before one deadline, for one moment. With `skipped` they do
    not go, for that reason; `is_late` says that their own moment has passed."""

    due_at: datetime
    call: Call
    closes_at: datetime
    offset: str
    count: int
    skipped: str | None = None
    is_late: bool = False


_Moment = tuple[datetime, datetime, str, str | None, bool]  # a line without its call and count


def lines_ahead(
    session: Session, *, programme: Programme, now: datetime, call_id: int | None = None
) -> list[Line]:
    """All reminders that are still to come, by time, of one call if it is given. As things are now:
    who sends theirs in or stops meanwhile gets none. What waits in the outbox is not among them."""
    reckoned: dict[int, list[Cohort]] = defaultdict(list)
    for cohort in coming.cohorts(session, call_id=call_id):
        reckoned[cohort.key.call_id].append(cohort)
    found = (
        line
        for number, cohorts in reckoned.items()
        for line in _of_call(session, calls.get_call(session, number), cohorts, programme, now)
    )
    return sorted(found, key=lambda it: (it.due_at, it.closes_at, it.call.id, it.offset))


def _of_call(
    session: Session, call: Call, cohorts: Iterable[Cohort], programme: Programme, now: datetime
) -> Iterator[Line]:
    leaves = late_links.leaves_of_call(session, call, now=now).values()
    counted: dict[_Moment, int] = defaultdict(int)
    for cohort in cohorts:
        closes_at, is_late = cohort.key.closes_at, cohort.next.due_at <= now
        for entry in _entries(session, call, cohort, programme, now):
            why_not = entry.skipped or untrue(call, closes_at, entry.due_at, leaves=leaves)
            moment = (entry.due_at, closes_at, entry.offset)
            has_sent = 0 if why_not else cohort.has_sent
            counted[*moment, why_not, is_late] += cohort.count - has_sent
            counted[*moment, HAS_SENT, is_late] += has_sent
            is_late = False  # that was the first
    for (due_at, closes_at, offset, why_not, is_late), count in counted.items():
        if count:
            yield Line(due_at, call, closes_at, offset, count, why_not, is_late)


def _entries(
    session: Session, call: Call, cohort: Cohort, programme: Programme, now: datetime
) -> list[Entry]:
    """What the cohort gets, one after the other. What is overdue goes as soon as it may, and the
    last of it tells for all."""
    schedule = schedule_of(cohort.key, call, programme)
    if cohort.next.due_at > now:
        return all_ahead(schedule, cohort.next, cohort.snoozed_until)
    settled = settle(session, cohort.key, cohort.next, programme=programme, now=now)
    send_at = allowed_from(now, zone=programme.zone, quiet=programme.quiet_hours)
    first = settled.goes or settled.skipped[-1]
    snoozed = cohort.snoozed_until
    still = snoozed if snoozed is not None and snoozed > send_at else None
    upcoming = earlier(settled.upcoming, still, closes_at=cohort.key.closes_at)
    return [
        Entry(first.offset, send_at, first.skipped),
        *all_ahead(schedule, upcoming, still),
    ]
