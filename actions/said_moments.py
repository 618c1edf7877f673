"""A moment and what belongs to it in one line: `friday 10am ring them`, `ring them tomorrow`."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from actions.local_times import LocalTimeError, local_instant
from actions.phrases import plain
from actions.programme import Moments
from actions.wishes import read_wishes

_MOST_WORDS = 8  # in a moment: "at half past ten on friday next week"
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?(?:\s+|$)")
_FIGURES = re.compile(r"\d{1,2}(?:[.:]\d\d)?(?:st|nd|rd|th|am|pm)?")


def moment_said(
    text: str, *, now: datetime, zone: ZoneInfo, moments: Moments
) -> tuple[datetime | None, str]:
    """The moment that the line begins or ends with, in UTC, and the rest of the line; None and the
    whole line if it does neither. A day without a time is at the programme's own."""
    iso = _ISO.match(text)
    if iso:
        return _written(iso, text, zone, moments)
    words = text.split()
    for taken, rest in _splits(words, moments):
        at = read_wishes(" ".join(taken), now=now, zone=zone, moments=moments).at
        if at is not None:
            return at, " ".join(rest)
    return None, text


def _written(
    iso: re.Match[str], text: str, zone: ZoneInfo, moments: Moments
) -> tuple[datetime | None, str]:
    """`2026-06-05 10:00 ring them`."""
    try:
        at = local_instant(f"{iso[1]} {iso[2] or moments.snooze_at}", zone)
    except LocalTimeError:
        return None, text
    return at.astimezone(UTC), text[iso.end() :].strip()


def _splits(
    words: Sequence[str], moments: Moments
) -> Iterable[tuple[Sequence[str], Sequence[str]]]:
    """The words of time at the beginning, then those at the end, with what is left."""
    strong, weak = _vocabulary(moments)
    known = [_kind(word, strong, weak) for word in words]
    ahead = _run(known)
    while ahead and known[ahead - 1] == "weak":  # "friday for the money" is about the money
        ahead -= 1
    if ahead:
        yield words[:ahead], words[ahead:]
    behind = _run(known[::-1])
    if behind:
        yield words[-behind:], words[:-behind]


def _run(known: Sequence[str | None]) -> int:
    length = next((at for at, kind in enumerate(known) if kind is None), len(known))
    return min(length, _MOST_WORDS)


def _kind(word: str, strong: set[str], weak: set[str]) -> str | None:
    said = plain(word)
    if said in strong or _FIGURES.fullmatch(said):
        return "strong"
    return "weak" if said in weak else None


def _vocabulary(moments: Moments) -> tuple[set[str], set[str]]:
    """The words that tell of a time by themselves, and those that only join them."""
    phrases = [it for words in moments.days.values() for it in words]
    phrases += [it for words in moments.units.values() for it in words]
    phrases += [it for words in moments.months.values() for it in words]
    phrases += [it for named in moments.times.values() for it in named.words]
    phrases += [*moments.am, *moments.pm, *moments.next_week, *moments.past, *moments.hours]
    joining = [*moments.at, *moments.within, *moments.beyond, *moments.of, *moments.numbers]
    weak = {it for phrase in joining for it in plain(phrase).split()}
    strong = {it for phrase in phrases for it in plain(phrase).split()} - weak
    hours = {plain(hour) for hour in moments.hours} & {plain(it) for it in moments.numbers}
    return strong | hours, weak - hours
