"""Puts typing errors right, by which word is likeliest where it stands.

A word is taken for another when the examples have that other one often, or next to the same
neighbours, and few letters differ. What is only unknown, such as a name, is left as it is.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

# Chosen on the examples, by how many words come back that letters were changed in.
_ERROR = 7.0  # what a wrong letter costs, in logarithms of likelihood
_ERROR_IN_KNOWN = 8.5  # the same where the word as it stands may be meant
_NOVEL = 11.0  # what it costs that a word is one that nobody knows
_UNUSUAL = 3.0  # that it is a word of the language, but rare, and in no example
_OTHER_START = 2.0  # that the first letter is wrong: seldom
_SLIP = 1.0  # less for letters swapped, doubled, or beside each other on the keyboard
_PAIRS_SHARE = 0.7  # of a word's likelihood, what its neighbour says
_OF_LANGUAGE = 0.3  # how often a word that no example has counts as seen
_COMMON = 6000  # words of the language that are usual: they come first in its list
_LISTED = 12000  # words of the language that may be meant
_CLOSED = 1996  # before these the list holds letters and signs
_SHORTEST = 3
_TWO_ERRORS = 6  # letters from which on two errors are put right
_MOST = 8  # candidates for one word
_KEYS = "qwertyuiopasdfghjklzxcvbnm"
_AROUND = (
    "wa qes wrd etf ryg tuh yij uok ipl ol qwsz awedzx serfcx drtgvc ftyhbv gyujnb huiknm jiolm "
    "kop asx zsdc xdfv cfgb vghn bhjm njk"
)
_NEAR = dict(zip(_KEYS, _AROUND.split(), strict=True))

Candidates = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Spelling:
    """`seen` counts the words of the examples and `pairs` their neighbours; `ranks` are the words
    of the language by how usual they are; `apart` are spellings with a meaning of their own."""

    seen: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    ranks: Mapping[str, int]
    apart: frozenset[str]
    lengths: Mapping[int, Sequence[str]]
    total: int
    _kept: dict[str, Candidates] = field(default_factory=dict)

    def right(self, said: str) -> str:
        """The normalised message, with its typing errors put right."""
        best: dict[str, tuple[float, tuple[str, ...]]] = {"": (0.0, ())}
        for word in said.split():
            reached: dict[str, tuple[float, tuple[str, ...]]] = {}
            for meant, cost in self._candidates(word):
                reached[meant] = max(
                    (score + self._likelihood(before, meant) - cost, (*words, meant))
                    for before, (score, words) in best.items()
                )
            best = reached
        return " ".join(max(best.values())[1])

    def knows_any(self, said: str) -> bool:
        """Whether a word of the normalised message, as it stands, is one that is known."""
        return any(word in self.seen or word in self.ranks for word in said.split())

    def _likelihood(self, before: str, word: str) -> float:
        alone = max(self.seen.get(word, 0), _OF_LANGUAGE) / self.total
        together = self.pairs.get((before, word), 0) / (self.seen.get(before, 0) + 2)
        return math.log(_PAIRS_SHARE * together + (1 - _PAIRS_SHARE) * alone)

    def _candidates(self, word: str) -> Candidates:
        found = self._kept.get(word)
        if found is None:
            found = self._find(word)
            if word in self.seen:  # what is not stays out: it would pile up
                self._kept[word] = found
        return found

    def _find(self, word: str) -> Candidates:
        as_it_is = self._cost_as_it_is(word)
        if len(word) < _SHORTEST or not word.isalpha() or word in self.apart:
            return ((word, 0.0),)
        each = _ERROR if as_it_is else _ERROR_IN_KNOWN
        found = [(other, _cost(word, other, each)) for other in self._like(word)]
        found.sort(key=lambda it: it[1] - self._likelihood("", it[0]))
        return ((word, as_it_is), *found[:_MOST])

    def _cost_as_it_is(self, word: str) -> float:
        if word in self.seen or self.ranks.get(word, _LISTED) < _COMMON:
            return 0.0
        return _UNUSUAL if word in self.ranks else _NOVEL

    def _like(self, word: str) -> list[str]:
        most = 2 if len(word) >= _TWO_ERRORS and word not in self.seen else 1
        lengths = range(len(word) - most, len(word) + most + 1)
        near = [it for length in lengths for it in self.lengths.get(length, ())]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=most, limit=40)
        return [other for other, errors, _ in found if errors]


def spelling(texts: Iterable[str], language: Sequence[str], apart: Iterable[str] = ()) -> Spelling:
    """`texts` are normalised; `language` are its words, the usual ones first."""
    seen: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        words = text.split()
        seen.update(words)
        pairs.update(pairwise(("", *words)))
    ranks = {word: rank for rank, word in enumerate(language) if rank >= _CLOSED and _plain(word)}
    lengths: dict[int, list[str]] = defaultdict(list)
    for word in sorted(seen):
        if _plain(word) and (word in ranks or seen[word] > 2):
            lengths[len(word)].append(word)
    for word, rank in ranks.items():
        if rank < _LISTED and word not in seen:
            lengths[len(word)].append(word)
    total = max(seen.total(), 1)
    return Spelling(dict(seen), dict(pairs), ranks, frozenset(apart), dict(lengths), total)


def _plain(word: str) -> bool:
    return word.isascii() and word.isalpha() and len(word) > 1


@lru_cache(maxsize=4096)
def _cost(word: str, other: str, each: float) -> float:
    cost = each * OSA.distance(word, other)
    if word[0] != other[0]:
        cost += _OTHER_START
    return cost - (_SLIP if _is_slip(word, other) else 0.0)


def _is_slip(word: str, other: str) -> bool:
    """Whether one error is of the kind that fingers make."""
    if len(word) == len(other):
        wrong = [it for it in range(len(word)) if word[it] != other[it]]
        if len(wrong) == 2:
            return sorted(word) == sorted(other)
        return len(wrong) == 1 and word[wrong[0]] in _NEAR.get(other[wrong[0]], "")
    return len(word) == len(other) + 1 and any(
        word[it] == word[it + 1] and word[:it] + word[it + 1 :] == other
        for it in range(len(word) - 1)
    )
