"""A time of day as people write it: `at 10`, `5.30pm`, `17:30`, `half ten`, `at 7 tonight`."""

import re
from datetime import time

from dialogues.moments.phrases import is_there, pattern
from dialogues.moments.words import Moments

_DAY = 24 * 60
_HALF_DAY = 12 * 60
_FIRST_MORNING_HOUR = 8  # "at 7", with nothing else said, is in the evening


def clock_of(text: str) -> time:
    """`12:30` as a time of day."""
    return time.fromisoformat(text)


def time_said(said: str, moments: Moments, *, named: str | None) -> time | None:
    """The time that plain words tell; None if they tell none. `named` is a part of the day that
    they name as well: a bare `at 8` is the one that is nearer to it."""
    for found in re.finditer(_clock_pattern(moments), said):
        if _is_time(found, said, moments):
            return _read(found, moments, clock_of(moments.times[named].at) if named else None)
    return clock_of(moments.times[named].at) if named else None


def _clock_pattern(moments: Moments) -> str:
    past, hours = pattern(moments.past), pattern(moments.hours)
    return (
        rf"(?:\b(?P<at>{pattern(moments.at)}) )?(?:\b(?P<past>{past}) )?"
        rf"\b(?:(?P<hour>\d{{1,2}})(?:[:.](?P<minute>[0-5]\d))?|(?P<word>{hours}))"
        rf"(?: ?(?P<half>{pattern((*moments.am, *moments.pm))}))?\b(?![:./\d])"
    )


def _is_time(found: re.Match[str], said: str, moments: Moments) -> bool:
    """A bare number is a time only after a word such as `at`; one in letters only where nothing
    follows that it might count: `about one of them`."""
    if int(found["hour"] or 0) >= 24:
        return False
    if found["past"] or found["minute"] or found["half"]:
        return True
    rest = said[found.end() :].strip()
    return bool(found["at"]) and (not found["word"] or not rest or _begins_with_time(rest, moments))


def _begins_with_time(rest: str, moments: Moments) -> bool:
    words = [it for words in moments.days.values() for it in words]
    words += [it for named in moments.times.values() for it in named.words]
    return re.match(rf"(?:{pattern(moments.of)} )*{pattern(words)}\b", rest) is not None


def _read(found: re.Match[str], moments: Moments, near: time | None) -> time:
    hour = int(found["hour"]) if found["hour"] else moments.hours[found["word"]]
    half = found["half"]
    if half and hour <= 12:
        hour = hour % 12 + (12 if is_there(half, moments.pm) else 0)
    past = int(moments.past[found["past"]]) if found["past"] else 0
    minutes = (hour * 60 + int(found["minute"] or 0) + past) % _DAY
    if not half and hour <= 12:
        is_exact = len(found["hour"] or "") > 1  # 07:30
        minutes = _nearer(minutes, near) if near else minutes if is_exact else _by_day(minutes)
    return time(minutes // 60, minutes % 60)


def _by_day(minutes: int) -> int:
    return minutes + _HALF_DAY if minutes < _FIRST_MORNING_HOUR * 60 else minutes


def _nearer(minutes: int, near: time) -> int:
    """That time or the one twelve hours on, whichever is nearer on the clock's face."""

    def away(one: int) -> int:
        apart = abs(one - near.hour * 60 - near.minute)
        return min(apart, _DAY - apart)

    return min(minutes % _DAY, (minutes + _HALF_DAY) % _DAY, key=away)
