"""When somebody of the team is there: on which days, at which hours, and how far so many minutes of
their time reach.

Hours are times of day in the programme's zone, so a change of the clock makes a day's hours longer
or shorter where it falls into them. Instants are aware UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.programme import Programme
from actions.times.wishes import instant_at
from actions.times.working_days import is_holiday
from dialogues.moments.days import WEEKDAYS
from dialogues.moments.times import clock_of

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

    def are_on(self, day: date) -> bool:
        """Whether this is a day of the team."""
        is_theirs = not self.hours or WEEKDAYS[day.weekday()] in self.hours
        return is_theirs and not is_holiday(day, self.country)

    def days_after(self, day: date) -> Iterator[date]:
        """The days of the team after this one, the nearest first."""
        days = (day + number * _DAY for number in range(1, _LOOK_AHEAD))
        return (it for it in days if self.are_on(it))

    def is_first_of_week(self, day: date) -> bool:
        """Whether no day of the team came before this one in its week, which begins on Monday."""
        before = (day - number * _DAY for number in range(1, day.weekday() + 1))
        return not any(self.are_on(it) for it in before)

    def instant(self, day: date, clock: str) -> datetime:
        """That time of that day, `HH:MM`; `24:00` is the next midnight. One that the clocks skip is
        as much later."""
        if clock == "24:00":
            day, clock = day + _DAY, "00:00"
        return instant_at(day, clock_of(clock), self.zone)

    def _stretches(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Those that end after `at`, in order."""
        first = at.astimezone(self.zone).date() - _DAY
        for number in range(_LOOK_AHEAD):
            stretch = self._of_day(first + number * _DAY)
            if stretch is not None and stretch[1] > max(stretch[0], at):
                yield stretch

    def _of_day(self, day: date) -> tuple[datetime, datetime] | None:
        if not self.are_on(day):
            return None
        hours = self.hours[WEEKDAYS[day.weekday()]] if self.hours else "00:00-24:00"
        begin, _, end = hours.partition("-")
        return self.instant(day, begin), self.instant(day, end)
