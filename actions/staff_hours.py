"""When somebody of the team is there, and how far so many minutes of their time reach.

Hours are times of day in the programme's zone, so a change of the clock makes a day's hours longer
or shorter where it falls into them. Instants are aware UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.programme import Programme
from actions.working_days import is_holiday

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)
_LOOK_AHEAD = 400  # days: who is there once a year is found


@dataclass(frozen=True, slots=True)
class StaffHours:
    """`hours` are `HH:MM-HH:MM` by weekday; without any somebody is always there. Never on the
    holidays of `country`."""

    zone: ZoneInfo
    hours: Mapping[Any, str] = field(default_factory=dict)
    country: str = ""

    @classmethod
    def of(cls, programme: Programme) -> "StaffHours":
        """The team's."""
        return cls(programme.zone, programme.staffing.hours, programme.holiday_country)

    def are_open(self, at: datetime) -> bool:
        """Whether somebody is there."""
        return self.open_from(at) == at

    def open_from(self, at: datetime) -> datetime:
        """The first instant from `at` on when somebody is there; `at` itself if nobody ever is."""
        return next((max(begin, at) for begin, _end in self._stretches(at)), at)

    def after(self, at: datetime, minutes: int) -> datetime:
        """The instant at which somebody has been there for so many minutes since `at`."""
        left, last = timedelta(minutes=minutes), at
        for begin, end in self._stretches(at):
            span = end - max(begin, at)
            if left <= span:
                return end - span + left
            left, last = left - span, end
        return last + left

    def _stretches(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Those that end after `at`, in order."""
        first = at.astimezone(self.zone).date() - _DAY
        for number in range(_LOOK_AHEAD):
            stretch = self._of_day(first + number * _DAY)
            if stretch is not None and stretch[1] > max(stretch[0], at):
                yield stretch

    def _of_day(self, day: date) -> tuple[datetime, datetime] | None:
        hours = self.hours.get(_WEEKDAYS[day.weekday()]) if self.hours else "00:00-24:00"
        if hours is None or is_holiday(day, self.country):
            return None
        begin, _, end = hours.partition("-")
        return self._instant(day, begin), self._instant(day, end)

    def _instant(self, day: date, clock: str) -> datetime:
        if clock == "24:00":
            day, clock = day + _DAY, "00:00"
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)
