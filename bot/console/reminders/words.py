"""How the pages about reminders say things."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from actions.reminders.reminder_sums import STOPPED, TO_COME
from actions.times.deadlines import parse_offset
from storage.reminders import SNOOZE

# In the order in which the totals show them.
ENDS = {
    "sent": "Sent",
    "merged": "Told with another",
    TO_COME: "Still to come",
    "queued": "On its way",
    "skipped": "Skipped",
    "dropped": "Not sent",
    "failed": "Failed",
    STOPPED: "Stopped before",
}
_UNITS = ((timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


def offset_words(offset: str) -> str:
    """`7 days before`, `5 working days before`, `2 hours before`, `At a moment of their own`."""
    if offset.startswith(SNOOZE):
        return "At a moment of their own"
    parsed, said = parse_offset(offset), []
    if parsed.days:
        said.append(counted(parsed.days, "working day" if parsed.worked == "wd" else "day"))
    rest = parsed.elapsed
    for unit, name in _UNITS:
        number, rest = divmod(rest, unit)
        said += [counted(number, name)] if number else []
    back = ", or the working day before that" if parsed.worked == "d@wd" else ""
    return f"{' and '.join(said)} before{back}"


def counted(number: int, name: str) -> str:
    """`1 day`, `1,200 days`."""
    return f"{number:,} {name}" if number == 1 else f"{number:,} {name}s"


def day_words(day: date) -> str:
    """`Tuesday 2 June 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which this day begins and ends there."""
    begins = datetime.combine(day, time(), zone)
    return begins, datetime.combine(day + timedelta(days=1), time(), zone)


def read_day(given: str) -> date | None:
    """The day that is written 2026-06-01; None where that is none."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
