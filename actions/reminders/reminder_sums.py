"""What became of all reminders that were planned for a deadline, offset by offset."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.programme import Programme
from actions.reminders.reminder_calendar import Line
from actions.times.deadlines import parse_offset
from actions.times.planning import schedule_of
from storage import reminder_log
from storage.models import Call
from storage.reminder_log import Tally
from storage.reminders import SNOOZE

TO_COME = "to_come"
STOPPED = "stopped"  # before its moment came, so that nothing is logged of it
_LONG = timedelta(days=1000)  # longer before than any offset reaches


@dataclass(frozen=True, slots=True)
class Sum:
    """An offset: for how many subscriptions a reminder was planned, and how many came to each end,
    which together are as many."""

    offset: str
    ends: Mapping[str, int] = field(default_factory=dict)

    @property
    def planned(self) -> int:
        """All of them."""
        return sum(self.ends.values())


def sums(
    session: Session,
    call: Call,
    closes_at: datetime,
    known: Iterable[Tally],
    ahead: Iterable[Line],
    *,
    programme: Programme,
) -> list[Sum]:
    """The offset furthest from the deadline first; what people chose themselves last. `known` are
    the call's tallies, `ahead` is what is still to come of it."""
    ends: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for tally in known:
        if tally.closes_at == closes_at:
            ends[tally.offset][tally.state] += tally.count
    for line in ahead:
        if line.closes_at == closes_at:
            ends[line.offset][TO_COME] += line.count
    for offset, count in (+_stopped(session, call, closes_at, programme)).items():
        ends[offset][STOPPED] += count
    found = [Sum(offset, dict(counted)) for offset, counted in ends.items() if counted.total()]
    return sorted(found, key=lambda it: _before(it.offset), reverse=True)


def _stopped(
    session: Session, call: Call, closes_at: datetime, programme: Programme
) -> Counter[str]:
    """Who ended their reminders before the moment of one."""
    found: Counter[str] = Counter()
    for key in reminder_log.keys_stopped(session, call_id=call.id, closes_at=closes_at):
        for entry in schedule_of(key, call, programme).plan(after=closes_at - _LONG):
            if entry.skipped is None:
                found[entry.offset] += reminder_log.stopped_before(
                    session, key, offset=entry.offset, due_at=entry.due_at
                )
    return found


def _before(offset: str) -> timedelta:
    if offset == SNOOZE:
        return timedelta(-1)
    parsed = parse_offset(offset)
    return timedelta(days=parsed.days) + parsed.elapsed
