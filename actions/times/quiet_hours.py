"""The hours in which nobody is written to, and the nearest moments outside of them.

Moments are whole minutes. Quiet hours begin with their first minute and end before their last, so
with 20:00-09:00 the last allowed moment of a day is 19:59 and the first is 09:00.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_MINUTE = timedelta(minutes=1)


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
    moment = _minute_up(instant) if _clocks_change(instant, ends, zone) else ends
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
    moment = _minute_down(instant) if _clocks_change(begins, instant, zone) else begins
    while not is_allowed(moment, zone=zone, quiet=quiet):
        moment -= _MINUTE
    return moment


def quiet_from(instant: datetime, *, zone: ZoneInfo, quiet: str) -> datetime | None:
    """When quiet hours begin next after an instant outside of them, in UTC; None: never."""
    hours = parse_quiet_hours(quiet)
    if hours is None:
        return None
    local = instant.astimezone(zone)
    return _at_clock(local, int(local.time() >= hours.start), hours.start, zone)


def _clocks_change(first: datetime, last: datetime, zone: ZoneInfo) -> bool:
    """Whether an hour in between comes twice, or not at all: then the way is felt by minutes."""
    return first.astimezone(zone).utcoffset() != last.astimezone(zone).utcoffset()


def _at_clock(local: datetime, days: int, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(local.date() + timedelta(days=days), at, zone).astimezone(UTC)


def _minute_down(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def _minute_up(instant: datetime) -> datetime:
    down = _minute_down(instant)
    return down if down == instant else down + _MINUTE
