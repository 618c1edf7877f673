"""When somebody wants to be reminded, in their own words: a moment, how often, what time of day.

The words are the programme's (`moments` in its file); here is only how they go together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from datetime import date as Date  # noqa: N812 - `date` reads better as a name here
from zoneinfo import ZoneInfo

from dialogues.moments.dates import SaidDate, SaidEnd, date_said
from dialogues.moments.days import DAYS_OF, SaidDay, day_said
from dialogues.moments.phrases import is_there, key_in, pattern, plain
from dialogues.moments.times import clock_of, time_said
from dialogues.moments.words import Moments

_DAY = timedelta(days=1)
_SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_LONGEST = 999  # of any unit: an offset has three digits


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was said of it. `at` is a moment in UTC, `names_day` if it is more than when the
    clocks show a time next; `offsets` are times before the deadline, empty for those of the call;
    `at_clock` is a time of day, HH:MM; `not_at` one that does not suit."""

    at: datetime | None = None
    names_day: bool = False
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
    span, named_day = _span(said, moments), day_said(said, moments)
    if span is not None and not (named_day and named_day.beyond):
        return Wishes(at=_after(local, *span), names_day=True, offsets=offsets)
    date, said = date_said(said, moments)
    clock, day = time_said(said, moments, named=named), date or named_day
    if day is not None:
        at = _on(day, clock or clock_of(moments.snooze_at), local)
        return Wishes(at=at, names_day=at is not None, offsets=offsets)
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
    if unit in DAYS_OF:
        count, letter = round(number * DAYS_OF[unit]), "d"
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
        (local + round(number * DAYS_OF[unit]) * _DAY)
        .astimezone(UTC)
        .replace(second=0, microsecond=0)
    )


def _on(day: SaidDay | SaidDate | SaidEnd, clock: time, local: datetime) -> datetime | None:
    """The first such day on which that time is still to come; where there is but one, that one."""
    coming = (instant_at(it, clock, _zone_of(local)) for it in day.coming(local.date()))
    first = next(coming, None)
    if first is None or first > local:
        return first
    return next((at for at in coming if at > local), first)


def _next(clock: time, local: datetime) -> datetime:
    """The next time that the clocks show this."""
    at = instant_at(local.date(), clock, _zone_of(local))
    return at if at > local else instant_at(local.date() + _DAY, clock, _zone_of(local))


def _zone_of(local: datetime) -> ZoneInfo:
    assert isinstance(local.tzinfo, ZoneInfo)  # noqa: S101 - made by `astimezone` above
    return local.tzinfo
