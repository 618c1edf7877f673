"""When somebody wants to be reminded, in their own words: a moment, how often, what time of day.

The words are the programme's (`moments` in its file); here is only how they go together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from datetime import date as Date  # noqa: N812 - `date` reads better as a name here
from zoneinfo import ZoneInfo

from actions.phrases import is_there, key_in, pattern, plain
from actions.programme import Moments
from actions.said_dates import SaidDate, date_said
from actions.said_times import clock_of, time_said

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)
_SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_DAYS_OF = {"day": 1, "week": 7, "fortnight": 14}
_LONGEST = 999  # of any unit: an offset has three digits


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was said of it. `at` is a moment in UTC; `offsets` are times before the deadline, empty
    for those of the call; `at_clock` is a time of day, HH:MM; `not_at` one that does not suit."""

    at: datetime | None = None
    offsets: tuple[str, ...] | None = None
    at_clock: str | None = None
    not_at: str | None = None

    @property
    def is_habit(self) -> bool:
        """Whether it is about all reminders to come, and not about one more."""
        return self.offsets is not None or self.at_clock is not None or self.not_at is not None


def read_wishes(text: str, *, now: datetime, zone: ZoneInfo, moments: Moments) -> Wishes:
    """All that the words say about when; empty wishes where they say nothing of it."""
    said = plain(text)
    offsets, said = _offsets(said, moments)
    local = now.astimezone(zone)
    named = key_in(said, {name: it.words for name, it in moments.times.items()})
    if named is not None and is_there(said, moments.negation):
        return Wishes(offsets=offsets, not_at=named)
    span = _span(said, moments)
    if span is not None:
        return Wishes(at=_after(local, *span), offsets=offsets)
    date, said = date_said(said, moments)
    clock, day = time_said(said, moments, named=named), key_in(said, moments.days)
    if date is not None or day is not None:
        at = (
            _on_date(date, clock, local, moments) if date else _on(day or "", clock, local, moments)
        )
        return Wishes(at=at, offsets=offsets)
    if clock is None:
        return Wishes(offsets=offsets)
    if offsets is not None or is_there(said, moments.habit):
        return Wishes(offsets=offsets, at_clock=f"{clock:%H:%M}")
    return Wishes(at=_next(clock, local))


def instant_at(day: Date, clock: time, zone: ZoneInfo) -> datetime:
    """That time of that day in the zone, in UTC; the first of two, where the clocks show it twice.
    A time that the clocks skip is as much later."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _offsets(said: str, moments: Moments) -> tuple[tuple[str, ...] | None, str]:
    """How often, and what was said besides."""
    often = key_in(said, {name: it.words for name, it in moments.often.items()})
    if often is not None:
        chosen = moments.often[often]
        return tuple(chosen.offsets), re.sub(rf"\b{pattern(chosen.words)}\b", " ", said)
    found = _counted(said, moments, after=moments.before)
    if found is None:
        return None, said
    number, unit, rest = found
    text = _offset(number, unit)
    return ((text,), rest) if text else (None, said)


def _offset(number: float, unit: str) -> str | None:
    """As a call's plan writes it; None for what is no time at all, or too long."""
    if unit in _DAYS_OF:
        count, letter = round(number * _DAYS_OF[unit]), "d"
    elif number == round(number):
        count, letter = round(number), unit[0]
    else:
        count, letter = round(number * _SPANS[unit] / _SPANS["minute"]), "m"
    return f"{count}{letter}" if 0 < count <= _LONGEST else None


def _span(said: str, moments: Moments) -> tuple[float, str] | None:
    """`in two hours`: how many of which unit."""
    found = _counted(said, moments, before=moments.within)
    return found[:2] if found else None


def _counted(
    said: str, moments: Moments, *, before: Sequence[str] = (), after: Sequence[str] = ()
) -> tuple[float, str, str] | None:
    """A number of units with one of these words before or after it, and what stands around it."""
    lead = rf"\b{pattern(before)} " if before else r"\b"
    tail = rf" {pattern(after)}\b" if after else r"\b"
    number = rf"(\d{{1,3}}|{pattern(moments.numbers)})"
    for unit, words in moments.units.items():
        found = re.search(rf"{lead}{number} ({pattern(words)}){tail}", said)
        if found:
            value = float(found[1]) if found[1].isdecimal() else moments.numbers[found[1]]
            return value, unit, said[: found.start()] + " " + said[found.end() :]
    return None


def _after(local: datetime, number: float, unit: str) -> datetime:
    """So much later: days keep the time of day, hours and minutes elapse."""
    if unit in _SPANS:
        at = local.astimezone(UTC) + number * _SPANS[unit]
        return at.replace(second=0, microsecond=0)
    return (
        (local + round(number * _DAYS_OF[unit]) * _DAY)
        .astimezone(UTC)
        .replace(second=0, microsecond=0)
    )


def _on_date(
    date: SaidDate, clock: time | None, local: datetime, moments: Moments
) -> datetime | None:
    """The next such day on which that time is still to come."""
    clock, zone = clock or clock_of(moments.snooze_at), _zone_of(local)
    coming = (instant_at(day, clock, zone) for day in date.coming(local.date()))
    return next((at for at in coming if at > local), None)


def _on(day: str, clock: time | None, local: datetime, moments: Moments) -> datetime:
    zone = _zone_of(local)
    clock = clock or clock_of(moments.snooze_at)
    if day in WEEKDAYS:
        ahead = (WEEKDAYS.index(day) - local.weekday()) % 7
        at = instant_at(local.date() + ahead * _DAY, clock, zone)
        return at if at > local else instant_at(local.date() + (ahead + 7) * _DAY, clock, zone)
    return instant_at(local.date() + (day == "tomorrow") * _DAY, clock, zone)


def _next(clock: time, local: datetime) -> datetime:
    """The next time that the clocks show this."""
    at = instant_at(local.date(), clock, _zone_of(local))
    return at if at > local else instant_at(local.date() + _DAY, clock, _zone_of(local))


def _zone_of(local: datetime) -> ZoneInfo:
    assert isinstance(local.tzinfo, ZoneInfo)  # noqa: S101 - made by `astimezone` above
    return local.tzinfo
