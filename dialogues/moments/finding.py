"""Where a message speaks of when, and what of it is understood."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dialogues.moments.dates import MONTHS, SaidDate, SaidEnd, date_said
from dialogues.moments.days import SaidDay, day_said
from dialogues.moments.phrases import key_in, pattern, plain
from dialogues.moments.times import time_said
from dialogues.moments.vocabulary import STRONG, WEAK, Vocabulary
from dialogues.moments.words import Moments


@dataclass(frozen=True, slots=True)
class Found:
    """What was said of when, as `3 december`, `tuesday in 7 days` or `12:30`. `start` and `end` are
    where it stands in the message."""

    value: str
    start: int
    end: int


def moments_in(text: str, moments: Moments) -> list[Found]:
    """All that the message says of when, in its order."""
    words = list(re.finditer(r"\S+", text))
    found = []
    for first, end in _runs([it[0] for it in words], moments):
        start, stop = words[first].start(), words[end - 1].end()
        following = words[end][0] if end < len(words) else ""  # "about two" years is no time
        value = _value(plain(f"{text[start:stop]} {following}"), moments)
        if value:
            found.append(Found(value, start, stop))
    return found


def _runs(words: Sequence[str], moments: Moments) -> Iterator[tuple[int, int]]:
    """The longest runs of words of time, with one at least that tells of it."""
    vocabulary = Vocabulary.of(moments)
    before = {plain(it) for it in moments.before}
    kinds = [vocabulary.kind(it) or (WEAK if plain(it) in before else None) for it in words]
    for at in _in_phrases([plain(it) for it in words], moments):
        kinds[at] = STRONG
    first = 0
    while first < len(kinds):
        end = next((n for n in range(first, len(kinds)) if kinds[n] is None), len(kinds))
        if STRONG in kinds[first:end]:
            yield first, end
        first = end + 1


def _in_phrases(words: Sequence[str], moments: Moments) -> Iterator[int]:
    """The words of phrases that tell of a time only as a whole: "end of the month"."""
    phrases = [it for words in moments.ends.values() for it in words]
    phrases += [it for named in moments.times.values() for it in named.words]
    for phrase in (plain(it).split() for it in phrases):
        for at in range(len(words) - len(phrase) + 1):
            if list(words[at : at + len(phrase)]) == phrase:
                yield from range(at, at + len(phrase))


def _value(said: str, moments: Moments) -> str | None:
    length = _length(said, moments)
    if length:
        return length
    named = key_in(said, {name: it.words for name, it in moments.times.items()})
    date, rest = date_said(said, moments)
    day = None if date else day_said(said, moments)
    clock = time_said(rest, moments, named=named)
    parts = (_date(date), _day(day), f"{clock:%H:%M}" if clock else None)
    told = " ".join(it for it in parts if it)
    return told or key_in(said, moments.months)


def _length(said: str, moments: Moments) -> str | None:
    """ "a fortnight before", "in two hours"."""
    units = pattern(it for words in moments.units.values() for it in words)
    numbers = rf"(?:\d{{1,3}}|{pattern(moments.numbers)})"
    counted = rf"{numbers} {units}"
    before, within = pattern(moments.before), pattern(moments.within)
    found = re.search(rf"\b{counted} {before}\b|\b{within} {counted}\b", said)
    return found[0] if found else None


def _date(date: SaidDate | SaidEnd | None) -> str | None:
    if isinstance(date, SaidDate):
        month = MONTHS[date.month - 1] if date.month else None
        return " ".join(str(it) for it in (date.day, month, date.year) if it)
    return f"end of {date.of}" if date else None


def _day(day: SaidDay | None) -> str | None:
    if day is None:
        return None
    later = f" in {day.beyond} days" if day.beyond else ""
    return f"{day.name}{later}{' next week' if day.next_week else ''}"
