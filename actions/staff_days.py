"""The days on which the team works: by its hours, and never on holidays."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.said_days import WEEKDAYS
from actions.said_times import clock_of
from actions.wishes import instant_at
from actions.working_days import is_holiday

_DAY = timedelta(days=1)
_LONGEST_REST = 366  # days: with hours on one weekday that is always a holiday, there is no day


def is_staffed(day: date, hours: Mapping[Any, str], country: str) -> bool:
    """Whether somebody of the team is there on this day. `hours` are by weekday; without any it is
    each day of the week."""
    is_theirs = not hours or WEEKDAYS[day.weekday()] in hours
    return is_theirs and not is_holiday(day, country)


def staffed_days(after: date, hours: Mapping[Any, str], country: str) -> Iterator[date]:
    """The days of the team after this one, the nearest first, for a year."""
    days = (after + number * _DAY for number in range(1, _LONGEST_REST))
    return (day for day in days if is_staffed(day, hours, country))


def first_of_week(day: date, hours: Mapping[Any, str], country: str) -> bool:
    """Whether no day of the team came before this one in its week, which begins on Monday."""
    before = (day - number * _DAY for number in range(1, day.weekday() + 1))
    return not any(is_staffed(it, hours, country) for it in before)


def morning_of(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """That time of that day, in UTC; a time that the clocks skip is as much later."""
    return instant_at(day, clock_of(clock), zone).astimezone(UTC)
