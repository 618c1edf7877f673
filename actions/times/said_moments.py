"""A moment and what belongs to it in one line: `friday 10am ring them`, `ring them tomorrow`."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from actions.times.local_times import LocalTimeError, local_instant
from actions.times.wishes import read_wishes
from dialogues.moments.vocabulary import Vocabulary
from dialogues.moments.words import Moments

_MOST_WORDS = 8  # in a moment: "at half past ten on friday next week"
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?(?:\s+|$)")


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
    vocabulary = Vocabulary.of(moments)
    known = [vocabulary.kind(word) for word in words]
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
