"""A day of the calendar as people write it: `the 3rd of december`, `dec 3`, `3/12/26`, `end of the
month`. Day and month stand in the order that is usual here: the day first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dialogues.moments.phrases import key_in, pattern
from dialogues.moments.words import Moments

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_DAY = timedelta(days=1)
_YEARS_AHEAD = 8  # the longest that a 29 February is away
_FRIDAY = 4  # what the end of a week is
_CENTURY = 2000
_DAY_AND_MONTH = (
    r"(?<![\d/.:])(?!24/7(?![\d/]))(?P<day>0?[1-9]|[12]\d|3[01]){mark}(?P<number>0?[1-9]|1[0-2])"
)
_YEAR = r"{mark}(?P<year>20\d\d|\d\d)"
_IN_FIGURES = (
    rf"{_DAY_AND_MONTH.format(mark='/')}(?:{_YEAR.format(mark='/')})?(?![\d/.:])",
    rf"{_DAY_AND_MONTH.format(mark='[.]')}{_YEAR.format(mark='[.]')}(?![\d/.:])",
)


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A day of a month; without one, of whichever comes; without a year, of the next."""

    day: int
    month: int | None = None
    year: int | None = None

    def coming(self, today: date) -> Iterator[date]:
        """Such days from today on, the nearest first; none if the calendar never has it."""
        last = today.replace(year=today.year + _YEARS_AHEAD, day=1)
        at = today
        while at < last:
            is_it = at.day == self.day and self.month in (None, at.month)
            if is_it and self.year in (None, at.year):
                yield at
            at += _DAY


@dataclass(frozen=True, slots=True)
class SaidEnd:
    """The last day of this month or of the next, or the Friday of this week."""

    of: str

    def coming(self, today: date) -> Iterator[date]:
        """That day; of a week that is nearly over, the Friday after."""
        if self.of == "week":
            yield today + timedelta(days=(_FRIDAY - today.weekday()) % 7)
            return
        last = _month_end(today)
        yield _month_end(last + _DAY) if self.of == "next_month" else last


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _DAY


def date_said(said: str, moments: Moments) -> tuple[SaidDate | SaidEnd | None, str]:
    """The date in plain words, and what was said besides."""
    end = key_in(said, moments.ends)
    if end is not None:
        return SaidEnd(end), re.sub(rf"\b{pattern(moments.ends[end])}\b", " ", said)
    for form in _forms(moments):
        found = re.search(form, said)
        if found:
            return _read(found, moments), said[: found.start()] + " " + said[found.end() :]
    return None, said


def _read(found: re.Match[str], moments: Moments) -> SaidDate:
    told = found.groupdict()
    key = key_in(told["month"], moments.months) if told.get("month") else None
    month = MONTHS.index(key) + 1 if key else int(told["number"]) if told.get("number") else None
    year = int(told["year"]) if told.get("year") else None
    return SaidDate(int(told["day"]), month, year + _CENTURY if year and year < 100 else year)


def _forms(moments: Moments) -> Iterator[str]:
    """Day and month, month and day, both in figures, and the day alone, which needs the end of an
    ordinal. Figures with points need a year, or else they are a time."""
    ends, between = pattern(moments.ordinal_ends), pattern(moments.of)
    month = rf"(?P<month>{pattern(it for words in moments.months.values() for it in words)})"
    day = r"\b(?P<day>[1-9]|[12]\d|3[01])"
    year = r"(?: (?P<year>20\d\d))?"
    half = pattern((*moments.am, *moments.pm))
    yield rf"{day} ?{ends}?(?: {between})* {month}\b{year}"
    yield rf"\b{month}(?: {between})* {day}{ends}?\b(?![:.\d]| ?{half}\b){year}"
    yield from _IN_FIGURES
    yield rf"{day}{ends}\b"
