"""How long it takes to write to a great many people, who are left in peace at night."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from actions.times.quiet_hours import allowed_from, quiet_from


@dataclass(frozen=True, slots=True)
class Estimate:
    """When the first goes, and when the last has gone, if nothing else is to be sent."""

    begins_at: datetime
    ends_at: datetime
    waits_for_morning: bool = False  # a night lies in between


def estimate(count: int, *, rate: float, now: datetime, zone: ZoneInfo, quiet: str) -> Estimate:
    """For so many, at so many a second."""
    begins_at = at = allowed_from(now, zone=zone, quiet=quiet)
    left = timedelta(seconds=count / rate)
    while True:
        night = quiet_from(at, zone=zone, quiet=quiet)
        if night is None or at + left <= night:
            return Estimate(begins_at, at + left, waits_for_morning=at > begins_at)
        left -= night - at
        at = allowed_from(night, zone=zone, quiet=quiet)
