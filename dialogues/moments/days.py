"""A day as people write it: `friday`, `a week on tuesday`, `tuesday week`, `friday next week`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dialogues.moments.phrases import is_there, key_in, pattern
from dialogues.moments.words import Moments

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_OF = {"day": 1, "week": 7, "fortnight": 14}
_COUNTED = ("week", "fortnight")  # what a day is counted on by: "friday fortnight"
_TOMORROW = "tomorrow"


@dataclass(frozen=True, slots=True)
class SaidDay:
    """`name` is a weekday, today or tomorrow; `beyond` so many days later, or in the week that
    begins on Monday next, if `next_week`."""

    name: str
    beyond: int = 0
    next_week: bool = False

    def coming(self, today: date) -> Iterator[date]:
        """The day that is meant; of a weekday that is today, the one a week later as well, for who
        names a time that has gone by."""
        if self.name not in WEEKDAYS:
            yield today + timedelta(days=self.beyond + (self.name == _TOMORROW))
            return
        weekday = WEEKDAYS.index(self.name)
        if self.next_week:
            yield today + timedelta(days=7 - today.weekday() + weekday)
            return
        first = today + timedelta(days=(weekday - today.weekday()) % 7 + self.beyond)
        yield from (first, first + timedelta(days=7))


def day_said(said: str, moments: Moments) -> SaidDay | None:
    """The day in plain words; None if they name none."""
    name = key_in(said, moments.days)
    next_week = is_there(said, moments.next_week)
    if name is None:
        return SaidDay("today", beyond=7) if next_week else None
    return SaidDay(name, _counted_on(said, moments), next_week=next_week and name in WEEKDAYS)


def _counted_on(said: str, moments: Moments) -> int:
    """How many days beyond the day that is named: 7 for `a week on tuesday` and `tuesday week`."""
    day = pattern(word for words in moments.days.values() for word in words)
    number = rf"(?:(?P<number>\d{{1,2}}|{pattern(moments.numbers)}) )?"
    for unit in _COUNTED:
        words = pattern(moments.units.get(unit, ()))
        before = rf"\b{number}{words}(?: {pattern(moments.beyond)})? {day}\b"
        found = re.search(before, said) or re.search(rf"\b{day} {words}\b", said)
        if found:
            return round(_number(found.groupdict().get("number"), moments) * DAYS_OF[unit])
    return 0


def _number(written: str | None, moments: Moments) -> float:
    if written is None:
        return 1
    return int(written) if written.isdecimal() else moments.numbers[written]
