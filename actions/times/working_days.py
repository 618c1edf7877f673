"""Which days are worked: not weekends, and not the holidays of the programme's country."""

from datetime import date, timedelta
from functools import lru_cache

import holidays
from holidays import HolidayBase

_DAY = timedelta(days=1)


def is_working_day(day: date, country: str) -> bool:
    """`country` is `GB`, with a part of it `GB-ENG`, or empty where only weekends count."""
    return bool(_calendar(country, day.year).is_working_day(day))


def is_holiday(day: date, country: str) -> bool:
    """Whether it is a holiday there; `country` as above."""
    return day in _calendar(country, day.year)


def last_working_day(day: date, country: str) -> date:
    """The day itself, or the last working day before it."""
    while not is_working_day(day, country):
        day -= _DAY
    return day


def working_days_before(day: date, count: int, country: str) -> date:
    """The day that lies so many working days before; the day itself need not be one."""
    for _ in range(count):
        day = last_working_day(day - _DAY, country)
    return day


def working_days_after(day: date, count: int, country: str) -> date:
    """The day that lies so many working days later; the day itself need not be one."""
    for _ in range(count):
        day += _DAY
        while not is_working_day(day, country):
            day += _DAY
    return day


@lru_cache(maxsize=64)
def _calendar(country: str, year: int) -> HolidayBase:
    """One year's holidays, complete, so that threads only read it."""
    if not country:
        return HolidayBase(years=year, expand=False)
    code, _, part = country.partition("-")
    return holidays.country_holidays(code, subdiv=part or None, years=year, expand=False)
