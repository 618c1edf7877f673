"""What staff write when they ask for changes: which answers, in which words, until when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from actions.times.quiet_hours import allowed_from
from dialogues.moments.dates import date_said
from dialogues.moments.days import day_said
from dialogues.moments.phrases import plain
from dialogues.moments.words import Moments

_CLOSE_ENOUGH = 80  # of 100: a typo, but not another word
_MOST_WORDS = 5  # in the name of a question
_UNTIL = re.compile(r"\b(?:by|until|till|before)\s+((?:\S+\s*){1,5})$", re.IGNORECASE)
_ISO = re.compile(r"\b(\d{4}-\d\d-\d\d)\b")
_LAST_MINUTE = time(23, 59)
_JOINING = ("and", "&", "+")
_REMINDED_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Wish:
    """The slots that are meant, and the words that go with them."""

    questions: list[str]
    words: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """No answer has this number or name; empty where none was named at all."""

    said: str


def wish_in(written: str, named: Mapping[str, str]) -> Wish | Unclear:
    """Read `2 5 please say how many`, or `the plan: please say how many`. `named` are the questions
    by slot with their names, in the order in which they are numbered. Numbers come first and need
    nothing between them, names a comma or an `and`; a colon ends either."""
    head, colon, tail = written.partition(":")
    if colon:
        found, rest = _meant(head.split(), named)
        if isinstance(found, Unclear) or rest:
            return Unclear(" ".join(rest) or getattr(found, "said", ""))
        return Wish(found, tail.strip())
    found, rest = _meant(written.split(), named)
    return found if isinstance(found, Unclear) else Wish(found, " ".join(rest))


def until_said(
    words: str, moments: Moments, *, now: datetime, zone: ZoneInfo, days: int
) -> datetime:
    """Until when answers count: the end of the day that the last words name (`by Friday`,
    `until 12 December`, `by 2026-12-12`), else of the day that is so many days ahead."""
    today = now.astimezone(zone).date()
    tail = _UNTIL.search(words)
    named = _day_in(tail[1], moments, today) if tail else None
    day = named if named is not None and named >= today else today + timedelta(days=days)
    return datetime.combine(day, _LAST_MINUTE, zone).astimezone(UTC)


def reminder_at(asked_at: datetime, until: datetime, *, zone: ZoneInfo, quiet: str) -> datetime:
    """When to remind of it once: after two days, or half way where there is less time."""
    moment = asked_at + min(_REMINDED_AFTER, (until - asked_at) / 2)
    return allowed_from(moment, zone=zone, quiet=quiet)


def _meant(
    words: Sequence[str], named: Mapping[str, str]
) -> tuple[list[str] | Unclear, Sequence[str]]:
    """The slots that the first words mean, and the words that are left."""
    numbered = list(named)
    found: list[str] = []
    rest = list(words)
    while rest and rest[0].strip("#.,;)").isdecimal():
        number = int(rest[0].strip("#.,;)"))
        if not 1 <= number <= len(numbered):
            return Unclear(rest[0]), rest
        found.append(numbered[number - 1])
        del rest[0]
        if len(rest) > 1 and rest[0] in _JOINING and rest[1].strip("#.,;)").isdecimal():
            del rest[0]
    if not found:
        found, rest = _by_name(rest, named)
    if not found:
        return Unclear(" ".join(rest[:_MOST_WORDS])), rest
    return list(dict.fromkeys(found)), rest


def _by_name(words: Sequence[str], named: Mapping[str, str]) -> tuple[list[str], list[str]]:
    found: list[str] = []
    rest = list(words)
    while rest:
        _score, length, slot = max(_named_by(rest[:n], named) for n in _lengths(rest))
        if not slot:
            break
        goes_on = rest[length - 1].endswith((",", ";"))
        found.append(slot)
        rest = rest[length:]
        if len(rest) > 1 and rest[0] in _JOINING and _by_name(rest[1:], named)[0]:
            del rest[0]
        elif not goes_on:
            break
    return found, rest


def _lengths(words: Sequence[str]) -> range:
    return range(1, min(_MOST_WORDS, len(words)) + 1)


def _named_by(words: Sequence[str], named: Mapping[str, str]) -> tuple[float, int, str]:
    """How surely these words name a question, how many they are, and which they name."""
    said = plain(" ".join(words))
    best = (0.0, 0, "")
    for slot, name in named.items():
        for known in (plain(name), plain(slot.partition("_")[2].replace("_", " "))):
            score = fuzz.ratio(said, known) if said and known else 0.0
            if score >= _CLOSE_ENOUGH:
                best = max(best, (score, len(words), slot))
    return best


def _day_in(words: str, moments: Moments, today: date) -> date | None:
    iso = _ISO.search(words)
    if iso:
        try:
            return date.fromisoformat(iso[1])
        except ValueError:
            return None
    said = plain(words)
    dated, _rest = date_said(said, moments)
    meant = dated or day_said(said, moments)
    return next(meant.coming(today), None) if meant else None
