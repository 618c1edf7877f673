"""When somebody wants to be reminded, in their own words: a moment, how often, what time of day.

The words are the programme's (`moments` in its file); here is only how they go together.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from datetime import date as Date  # noqa: N812 - `date` reads better as a name here
from zoneinfo import ZoneInfo

from actions.programme import Moments

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)
_SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_DAYS_OF = {"day": 1, "week": 7, "fortnight": 14}
_FIRST_MORNING_HOUR = 8  # "at 7", with nothing else said, is in the evening
_NOT_WORDS = re.compile(r"[^\w:.]+|[:.](?!\d)|(?<!\d)[:.]")


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
    said = _plain(text)
    offsets, said = _offsets(said, moments)
    local = now.astimezone(zone)
    named = _key_in(said, {name: it.words for name, it in moments.times.items()})
    if named is not None and _is_there(said, moments.negation):
        return Wishes(offsets=offsets, not_at=named)
    span = _span(said, moments)
    if span is not None:
        return Wishes(at=_after(local, *span), offsets=offsets)
    clock = _clock_in(said, moments) or (clock_of(moments.times[named].at) if named else None)
    day = _key_in(said, moments.days)
    if day is not None:
        return Wishes(at=_on(day, clock, local, moments), offsets=offsets)
    if clock is None:
        return Wishes(offsets=offsets)
    if offsets is not None or _is_there(said, moments.habit):
        return Wishes(offsets=offsets, at_clock=f"{clock:%H:%M}")
    return Wishes(at=_next(clock, local))


def clock_of(text: str) -> time:
    """`12:30` as a time of day."""
    return time.fromisoformat(text)


def instant_at(day: Date, clock: time, zone: ZoneInfo) -> datetime:
    """That time of that day in the zone, in UTC; the first of two, where the clocks show it twice.
    A time that the clocks skip is as much later."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _plain(text: str) -> str:
    return _NOT_WORDS.sub(" ", text.casefold().replace("'", "").replace("’", "")).strip()


def _pattern(phrases: Iterable[str]) -> str:
    longest_first = sorted(set(map(_plain, phrases)), key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, longest_first)) + ")" if longest_first else "(?!)"


def _is_there(said: str, phrases: Iterable[str]) -> bool:
    return re.search(rf"\b{_pattern(phrases)}\b", said) is not None


def _key_in(said: str, phrases: Mapping[str, Sequence[str]]) -> str | None:
    """The key whose longest phrase stands in what was said; of equals the first."""
    found = {
        key: max((len(it[0]) for it in re.finditer(rf"\b{_pattern(words)}\b", said)), default=0)
        for key, words in phrases.items()
    }
    best = max(found, key=lambda key: found[key], default=None)
    return best if best is not None and found[best] else None


def _offsets(said: str, moments: Moments) -> tuple[tuple[str, ...] | None, str]:
    """How often, and what was said besides."""
    often = _key_in(said, {name: it.words for name, it in moments.often.items()})
    if often is not None:
        chosen = moments.often[often]
        return tuple(chosen.offsets), re.sub(rf"\b{_pattern(chosen.words)}\b", " ", said)
    found = _counted(said, moments, after=moments.before)
    if found is None:
        return None, said
    number, unit, rest = found
    days = _DAYS_OF.get(unit)
    text = f"{round(number * days)}d" if days else f"{round(number)}{unit[0]}"
    return (text,), rest


def _span(said: str, moments: Moments) -> tuple[float, str] | None:
    """`in two hours`: how many of which unit."""
    found = _counted(said, moments, before=moments.within)
    return found[:2] if found else None


def _counted(
    said: str, moments: Moments, *, before: Sequence[str] = (), after: Sequence[str] = ()
) -> tuple[float, str, str] | None:
    """A number of units with one of these words before or after it, and what stands around it."""
    lead = rf"\b{_pattern(before)} " if before else r"\b"
    tail = rf" {_pattern(after)}\b" if after else r"\b"
    number = rf"(\d{{1,3}}|{_pattern(moments.numbers)})"
    for unit, words in moments.units.items():
        found = re.search(rf"{lead}{number} ({_pattern(words)}){tail}", said)
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


def _clock_in(said: str, moments: Moments) -> time | None:
    """`at 10`, `10am`, `5.30pm`, `17:30`: a bare number is a time only after a word such as at."""
    half = rf"(?P<half>{_pattern((*moments.am, *moments.pm))})"
    found = re.search(
        rf"(?:\b(?P<at>{_pattern(moments.at)}) )?\b(?P<hour>\d{{1,2}})"
        rf"(?:[:.](?P<minute>[0-5]\d))?(?: ?{half})?\b(?![:.\d])",
        said,
    )
    if found is None or not (found["at"] or found["minute"] or found["half"]):
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] and hour <= 12:
        hour = hour % 12 + (12 if _is_there(found["half"], moments.pm) else 0)
    elif not found["half"] and hour < _FIRST_MORNING_HOUR and len(found["hour"]) == 1:
        hour += 12
    return time(hour, minute) if hour < 24 else None
