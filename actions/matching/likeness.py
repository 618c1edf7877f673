"""How alike two ideas are, and why: by their words, their borough and their theme. No I/O.

A word is known by its stem, and looked for by its sound: its first letter and the consonants that
follow, so that most misspellings are found where the word itself is. Rare words weigh more.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from actions.programme import Likeness

_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHES = re.compile(r"['’‘`´]")
_SHORTEST, _LONGEST = 3, 32  # letters
_LEAST_LEFT = 3  # letters that an ending leaves
_MOST_SHOWN = 4
_ENOUGH = 0.06
_PLACE, _THEME = 0.012, 0.018


class Word(NamedTuple):
    """`place` counts the words of a text, so that neighbours are known; `shown` is as written."""

    sound: str
    stem: str
    shown: str
    place: int


@dataclass(frozen=True, slots=True)
class Likable:
    """What an idea is compared by."""

    stems: Mapping[str, Sequence[str]]  # by sound
    borough: str | None = None
    theme: str | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """How two ideas resemble one another; `sounds` are those of the words they share, the rarest
    first."""

    score: float
    sounds: tuple[str, ...] = ()
    borough: str | None = None
    theme: str | None = None


class Rarity:
    """How much a word weighs: 1 if it is in one idea of `many`, less the more there are."""

    def __init__(self, counts: Mapping[str, int], many: int) -> None:
        self._many = max(many, 2)
        self._weights = {sound: self._weight(count) for sound, count in counts.items()}

    def __call__(self, sound: str) -> float:
        return self._weights.get(sound, 1.0)

    def _weight(self, count: int) -> float:
        return math.log1p(self._many / max(count, 1)) / math.log1p(self._many)


@dataclass(frozen=True, slots=True)
class Wordbook:
    """Takes texts apart into words, in one language."""

    language: Likeness
    longest: int
    known: dict[str, str] = field(default_factory=dict)  # stems, kept as long as they are few

    def words(self, texts: Iterable[str | None]) -> Iterator[Word]:
        """The words that say something, in order. Texts do not join."""
        place = 0
        for text in texts:
            said = _plain(text or "")
            at = 0
            while at < len(said):
                size, word = self._word_at(said, at)
                if word is not None:
                    yield word._replace(place=place)
                at, place = at + size, place + 1
            place += 1

    def _word_at(self, said: Sequence[str], at: int) -> tuple[int, Word | None]:
        """How many of the words make one here, and that one; None for one that says nothing."""
        for size in range(min(self.longest, len(said) - at), 0, -1):
            one = self.language.same.get(" ".join(said[at : at + size]))
            if one is not None:
                return size, self._known_word(one)
        return 1, self._plain_word(said[at])

    def _known_word(self, one: str) -> Word:
        """One that others stand for. One that is several words is not misspelt."""
        if " " in one:
            return Word(one[:_LONGEST], one, one, 0)
        stem = self.stem(one)
        return Word(self.sound(stem), stem, one, 0)

    def _plain_word(self, word: str) -> Word | None:
        if not _SHORTEST <= len(word) <= _LONGEST or word in self.language.ignored:
            return None
        stem = self.stem(word)
        one = self.language.same.get(stem)
        if one is not None:
            return self._known_word(one)
        return None if stem in self.language.ignored else Word(self.sound(stem), stem, word, 0)

    def stem(self, word: str) -> str:
        """The word without its ending."""
        known = self.known.get(word)
        if known is None:
            known = self._stem(word)
            if len(self.known) < 50_000:
                self.known[word] = known
        return known

    def _stem(self, word: str) -> str:
        for size in range(min(6, len(word) - _LEAST_LEFT), 0, -1):
            instead = self.language.endings.get(word[-size:])
            if instead is not None:
                word = word[:-size] + instead
                break
        is_doubled = len(word) > _LEAST_LEFT and word[-1] == word[-2]
        return word[:-1] if is_doubled and word[-1] not in self.language.vowels else word

    def sound(self, stem: str) -> str:
        """What misspellings leave as it is: the first letter and which consonants follow it."""
        if len(stem) <= _SHORTEST:
            return stem
        return stem[0] + "".join(sorted(set(stem[1:]) - self.language.vowels))


@lru_cache(maxsize=4)
def wordbook(language: Likeness) -> Wordbook:
    """The wordbook of a language."""
    return Wordbook(language, max((it.count(" ") + 1 for it in language.same), default=1))


def by_sound(words: Iterable[Word]) -> dict[str, list[str]]:
    """The stems of words by their sound, in the order of the alphabet."""
    found: dict[str, set[str]] = {}
    for word in words:
        found.setdefault(word.sound, set()).add(word.stem)
    return {sound: sorted(found[sound]) for sound in sorted(found)}


def compare(one: Likable, other: Likable, rarity: Rarity) -> Alike | None:
    """How alike they are; None if they are not. Which is called the first makes no difference."""
    shared = [sound for sound in one.stems.keys() & other.stems.keys() if _meet(one, other, sound)]
    if not shared:
        return None
    borough = one.borough if one.borough == other.borough else None
    theme = one.theme if one.theme == other.theme else None
    if len(shared) == 1 and not (borough and theme):
        return None  # one word may be chance
    shared.sort(key=lambda sound: (-rarity(sound), sound))
    weight = math.fsum(map(rarity, shared))
    # One word weighs less among many, and two long ideas share some by chance.
    score = weight / math.sqrt(len(one.stems) * len(other.stems))
    score += (_PLACE if borough else 0) + (_THEME if theme else 0)
    return Alike(score, tuple(shared), borough, theme) if score >= _ENOUGH else None


def mentions(one: Sequence[Word], other: Sequence[Word], alike: Alike) -> list[str]:
    """The words that both use, as they are written, for somebody who may read both."""
    shared = set(alike.sounds)
    pairs = _pairs(one, shared) & _pairs(other, shared)
    shown: dict[str, str] = {}
    for word in (*one, *other):
        if word.sound in shared:
            known = shown.get(word.sound, word.shown)
            shown[word.sound] = min(known, word.shown, key=lambda it: (len(it), it))
    found: list[str] = []
    told: set[str] = set()
    for sound in alike.sounds:
        if sound in told or sound not in shown:
            continue
        pair = min((it for it in pairs if sound in it and not told & {*it}), default=(sound,))
        told |= {*pair}
        found.append(" ".join(shown[it] for it in pair))
    return found[:_MOST_SHOWN]


def _pairs(words: Sequence[Word], shared: set[str]) -> set[tuple[str, str]]:
    """Which of the shared words stand beside each other."""
    return {
        (left.sound, right.sound)
        for left, right in pairwise(words)
        if right.place == left.place + 1
        and left.sound != right.sound
        and {left.sound, right.sound} <= shared
    }


def _meet(one: Likable, other: Likable, sound: str) -> bool:
    ours, theirs = one.stems[sound], other.stems[sound]
    return ours == theirs or any(_nearly(it, that) for it in ours for that in theirs)


@lru_cache(maxsize=20_000)
def _nearly(stem: str, other: str) -> bool:
    """Whether one is the other with a slip of the pen."""
    shorter = min(len(stem), len(other))
    most = 0 if shorter < 4 else 1 if shorter < 6 else 2
    return bool(OSA.distance(stem, other, score_cutoff=most) <= most)


def _plain(text: str) -> list[str]:
    text = _APOSTROPHES.sub("", text.casefold())
    if not text.isascii():
        text = "".join(it for it in unicodedata.normalize("NFKD", text) if not _is_mark(it))
    return _WORD.findall(text)


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")
