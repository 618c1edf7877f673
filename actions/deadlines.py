"""When to remind of a deadline: offsets before it, moved out of the quiet hours.

Moments are whole minutes. Quiet hours begin with their first minute and end before their last, so
with 20:00-09:00 the last allowed moment of a day is 19:59 and the first is 09:00.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from actions.instants import in_words, time_left
from actions.programme import Programme
from storage.models import Call
from storage.subscriptions import Entry

_OFFSET = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,3})h)?(?:(\d{1,4})m)?")
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_MINUTE = timedelta(minutes=1)
_LONGEST_CLOCK_CHANGE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Offset:
    """How long before a deadline: calendar days, then a span that elapses."""

    days: int
    elapsed: timedelta

    def before(self, closes_at: datetime, zone: ZoneInfo) -> datetime:
        """The moment in UTC. Days go back to the deadline's own time of day in the zone; if the
        clocks skip that time it is as much later, and if they show it twice it is the first."""
        local = closes_at.astimezone(zone)
        if self.days:
            local = datetime.combine(
                local.date() - timedelta(days=self.days), local.time(), zone
            ).replace(fold=0)
        return local.astimezone(UTC) - self.elapsed


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Times of day in which nobody is written to: from `start` on, until before `end`."""

    start: time
    end: time

    def cover(self, at: time) -> bool:
        """Whether this time of day is quiet."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def parse_offset(text: str) -> Offset:
    """Read `14d`, `2h`, `15m` or a run such as `1d12h`. Raises ValueError with a sentence."""
    found = _OFFSET.fullmatch(text)
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    if not days and not hours and not minutes:
        raise ValueError(f"{text!r} is no offset such as 14d, 2h or 15m")
    return Offset(days, timedelta(hours=hours, minutes=minutes))


@lru_cache(maxsize=16)
def parse_quiet_hours(text: str) -> QuietHours | None:
    """Read `20:00-09:00`, or `off` as None. Raises ValueError with a sentence."""
    if text == "off":
        return None
    found = _QUIET.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is neither off nor hours such as 20:00-09:00")
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    quiet = QuietHours(time(start_hour, start_minute), time(end_hour, end_minute))
    if quiet.start == quiet.end:
        raise ValueError(f"{text!r} leaves no time of day to write; say off for no quiet hours")
    return quiet


def is_allowed(instant: datetime, *, zone: ZoneInfo, quiet: str) -> bool:
    """Whether people may be written to at this instant."""
    hours = parse_quiet_hours(quiet)
    return hours is None or not hours.cover(instant.astimezone(zone).time())


def allowed_from(instant: datetime, *, zone: ZoneInfo, quiet: str) -> datetime:
    """The instant itself, or the first allowed moment after it, in UTC."""
    hours = parse_quiet_hours(quiet)
    if hours is None or is_allowed(instant, zone=zone, quiet=quiet):
        return instant.astimezone(UTC)
    local = instant.astimezone(zone)
    days = 1 if hours.start > hours.end and local.time() >= hours.start else 0
    ends = _at_clock(local, days, hours.end, zone)
    # Where the clocks change in between, the end comes sooner or later: feel the way from there.
    moment = max(_minute_up(instant), ends - _LONGEST_CLOCK_CHANGE)
    while not is_allowed(moment, zone=zone, quiet=quiet):
        moment += _MINUTE
    return moment


def allowed_until(instant: datetime, *, zone: ZoneInfo, quiet: str) -> datetime:
    """The instant itself, or the last allowed moment before it, in UTC."""
    hours = parse_quiet_hours(quiet)
    if hours is None or is_allowed(instant, zone=zone, quiet=quiet):
        return instant.astimezone(UTC)
    local = instant.astimezone(zone)
    days = -1 if hours.start > hours.end and local.time() < hours.start else 0
    begins = _at_clock(local, days, hours.start, zone)
    moment = min(_minute_down(instant), begins + _LONGEST_CLOCK_CHANGE)
    while not is_allowed(moment, zone=zone, quiet=quiet):
        moment -= _MINUTE
    return moment


def plan(
    closes_at: datetime, offsets: Iterable[str], *, zone: ZoneInfo, quiet: str, after: datetime
) -> list[Entry]:
    """One entry an offset, in the order of time; what cannot be sent after `after` says why.

    An offset that falls in quiet hours moves to the last allowed moment before; if that is not
    after `after`, to the next allowed moment before the deadline; else it is skipped. Nothing is
    at or after the deadline. Of two at the same moment the one nearer the deadline is kept.
    """
    moments = sorted(
        ((parse_offset(text).before(closes_at, zone), text) for text in dict.fromkeys(offsets)),
        key=lambda pair: pair[0],
    )
    entries: list[Entry] = []
    for moment, text in moments:
        entry = _placed(text, moment, closes_at, zone=zone, quiet=quiet, after=after)
        _merge(entries, entry)
        entries.append(entry)
    return entries


def reminder_times(
    closes_at: datetime, offsets: Iterable[str], zone: ZoneInfo, quiet: str, after: datetime
) -> list[tuple[str, datetime]]:
    """What `plan` leaves to be sent: each offset with its moment in UTC, by time."""
    entries = plan(closes_at, offsets, zone=zone, quiet=quiet, after=after)
    return [(entry.offset, entry.due_at) for entry in entries if entry.skipped is None]


def next_reminder(
    closes_at: datetime, offsets: Iterable[str], zone: ZoneInfo, quiet: str, after: datetime
) -> tuple[str, datetime] | None:
    """The first of `reminder_times`, or None."""
    return next(iter(reminder_times(closes_at, offsets, zone, quiet, after)), None)


def reminder_values(call: Call, *, now: datetime, programme: Programme) -> dict[str, Any]:
    """The values of `utter_reminder`, true at this instant."""
    return {
        "call_title": call.title,
        "call_code": call.code,
        "deadline": in_words(call.closes_at, now, programme.zone),
        "time_left": time_left(call.closes_at, now, programme.zone),
    }


def _placed(
    text: str,
    moment: datetime,
    closes_at: datetime,
    *,
    zone: ZoneInfo,
    quiet: str,
    after: datetime,
) -> Entry:
    before = allowed_until(moment, zone=zone, quiet=quiet)
    if after < before < closes_at:
        return Entry(text, before)
    later = allowed_from(moment, zone=zone, quiet=quiet)
    if later <= after:
        return Entry(text, moment, skipped="its time had passed")
    if later >= closes_at:
        return Entry(text, moment, skipped="no allowed moment is left before the deadline")
    return Entry(text, later)


def _merge(entries: list[Entry], entry: Entry) -> None:
    """Skip the entry before, if it would be sent at the very moment of this one."""
    sent = [place for place, earlier in enumerate(entries) if earlier.skipped is None]
    if entry.skipped is None and sent and entries[sent[-1]].due_at == entry.due_at:
        earlier = entries[sent[-1]]
        reason = f"it falls together with {entry.offset}"
        entries[sent[-1]] = Entry(earlier.offset, earlier.due_at, skipped=reason)


def _at_clock(local: datetime, days: int, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(local.date() + timedelta(days=days), at, zone).astimezone(UTC)


def _minute_down(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def _minute_up(instant: datetime) -> datetime:
    down = _minute_down(instant)
    return down if down == instant else down + _MINUTE
