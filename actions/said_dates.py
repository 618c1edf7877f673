"""A day of the calendar as people write it: `on the 3rd`, `the 3rd of december`, `dec 3`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from actions.phrases import key_in, pattern
from actions.programme import Moments

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_DAY = timedelta(days=1)
_YEARS_AHEAD = 8  # the longest that a 29 February is away


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A day of a month; without one, of whichever comes."""

    day: int
    month: int | None = None

    def coming(self, today: date) -> Iterator[date]:
        """Such days from today on, the nearest first; none if the calendar never has it."""
        last = today.replace(year=today.year + _YEARS_AHEAD, day=1)
        at = today
        while at < last:
            if at.day == self.day and self.month in (None, at.month):
                yield at
            at += _DAY


def date_said(said: str, moments: Moments) -> tuple[SaidDate | None, str]:
    """The date in plain words, and what was said besides."""
    for form in _forms(moments):
        found = re.search(form, said)
        if found:
            month = found.groupdict().get("month")
            key = key_in(month, moments.months) if month else None
            day = SaidDate(int(found["day"]), MONTHS.index(key) + 1 if key else None)
            return day, said[: found.start()] + " " + said[found.end() :]
    return None, said


def _forms(moments: Moments) -> Iterator[str]:
    """Day and month, month and day, and the day alone, which needs the end of an ordinal."""
    ends, between = pattern(moments.ordinal_ends), pattern(moments.of)
    month = rf"(?P<month>{pattern(it for words in moments.months.values() for it in words)})"
    day = r"\b(?P<day>[1-9]|[12]\d|3[01])"
    half = pattern((*moments.am, *moments.pm))
    yield rf"{day} ?{ends}?(?: {between})* {month}\b"
    yield rf"\b{month}(?: {between})* {day}{ends}?\b(?![:.\d]| ?{half}\b)"
    yield rf"{day}{ends}\b"
