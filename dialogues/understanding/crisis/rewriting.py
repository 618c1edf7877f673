"""A message in the words of the rules: other forms of a word become one ("cryin" is "crying"),
typing errors are put right where only a word of the rules can be meant."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogues.understanding.text import normalise

_SHORTEST = 5  # letters of a word that may be put right
_DROPPED_G = re.compile(r"[^\W\d_]{3,}in")  # "cryin"; not "thin"
_TWO_ERRORS = 8  # from which on two errors are
_KEPT = 4096


class Rewriting:
    """`same` maps a form to the others that mean it: "dont" to "do not" and "dnt". `words` are
    those of the rules; what is in `language` is meant as it is written."""

    def __init__(
        self, same: Mapping[str, Sequence[str]], words: Collection[str], language: Collection[str]
    ) -> None:
        self._form = {
            normalise(other): normalise(form) for form, others in same.items() for other in others
        }
        self._forms = _any_of(self._form)
        self._words = frozenset(words)
        self._known = self._words | frozenset(language) | frozenset(self._form)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted({*words, *(it for it in self._form if " " not in it)}):
            if len(word) >= _SHORTEST and word.isalpha():
                self._by_length[len(word)].append(word)
        self._meant = lru_cache(_KEPT)(self._find)

    def rewrite(self, said: str) -> str:
        """`said` is normalised; so is what comes back, with a blank before and after it."""
        words = (self._word(it) for it in said.split())
        padded = f" {' '.join(words)} "
        if self._forms is None:
            return padded
        return self._forms.sub(lambda it: self._form[it[0]], padded)

    def _word(self, word: str) -> str:
        if _DROPPED_G.fullmatch(word) and f"{word}g" in self._words:
            return f"{word}g"
        return word if word in self._known else self._meant(word)

    def _find(self, word: str) -> str:
        if len(word) < _SHORTEST or not word.isalpha():
            return word
        most = 2 if len(word) >= _TWO_ERRORS else 1
        lengths = range(len(word) - most, len(word) + most + 1)
        near = [it for length in lengths for it in self._by_length.get(length, ())]
        found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=most)
        return found[0] if found else word


def _any_of(phrases: Collection[str]) -> re.Pattern[str] | None:
    if not phrases:
        return None
    longest = sorted(phrases, key=lambda it: (-len(it), it))
    return re.compile("(?<= )(?:" + "|".join(map(re.escape, longest)) + ")(?= )")
