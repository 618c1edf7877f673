"""Which words tell of a time by themselves, and which only join those that do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialogues.moments.phrases import plain
from dialogues.moments.words import Moments

_FIGURES = re.compile(
    r"\d{1,2}(?:[.:]\d\d)?(?:st|nd|rd|th|am|pm)?|20\d\d"
    r"|\d{1,2}/\d{1,2}(?:/(?:\d\d)?\d\d)?|\d{1,2}\.\d{1,2}\.(?:\d\d)?\d\d"
)
_MOST_WORDS = 3  # longer phrases are made of words that tell of no time
STRONG, WEAK = "strong", "weak"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`strong` words tell of a time, `weak` ones join them."""

    strong: frozenset[str]
    weak: frozenset[str]

    @classmethod
    def of(cls, moments: Moments) -> "Vocabulary":
        joining = [*moments.at, *moments.within, *moments.beyond, *moments.of, *moments.numbers]
        weak = _words(joining)
        strong = _words(_telling(moments)) - weak
        hours = {plain(hour) for hour in moments.hours} & {plain(it) for it in moments.numbers}
        return cls(frozenset(strong | hours), frozenset(weak - hours))

    def kind(self, word: str) -> str | None:
        """Which of the two a word is; None for any other. Figures are strong."""
        said = plain(word)
        if said in self.strong or _FIGURES.fullmatch(said):
            return STRONG
        return WEAK if said in self.weak else None


def _telling(moments: Moments) -> Iterator[str]:
    for words in (*moments.days.values(), *moments.units.values(), *moments.months.values()):
        yield from words
    for named in moments.times.values():
        yield from named.words
    yield from (*moments.am, *moments.pm, *moments.next_week, *moments.past, *moments.hours)


def _words(phrases: list[str] | Iterator[str]) -> set[str]:
    said = (plain(phrase).split() for phrase in phrases)
    return {it for words in said if len(words) <= _MOST_WORDS for it in words}
