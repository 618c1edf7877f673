"""Ranks intents by how like their examples a message is: by words, pairs of words, and letters.

This is what there is until a model is trained (see `classifier`), and where none is wanted.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock

Ranked = list[tuple[str, float]]

# Chosen by leaving out each example in turn and finding its intent by the others.
_WORD_WEIGHT = 2.0  # a whole word shared tells more than the letter groups in it
_NEIGHBOURS = 5
_BEST_SHARE = 0.3  # of the nearest example alone; the rest is the mean of the neighbours
_UNKNOWN_SHARE = 0.3  # what a feature that no example has weighs, of the rarest known one
_KEYWORD_BONUS = 0.2
_MOST = 0.89  # below what a whole example gets


@dataclass(frozen=True, slots=True)
class _Index:
    """`postings` maps a feature to the examples with it; `unknown` weighs one that none has."""

    postings: Mapping[str, Sequence[tuple[int, float]]]
    rarity: Mapping[str, float]
    unknown: float


class Neighbours:
    """`examples` are pairs of an intent and a normalised text, `keywords` map a normalised phrase
    to its intent. What is looked up is made at the first message, and can be given back. Safe to
    use from several threads."""

    def __init__(self, examples: Sequence[tuple[str, str]], keywords: Mapping[str, str]) -> None:
        self._examples = examples
        self._keywords = keywords
        self._lock = Lock()
        self._index: _Index | None = None

    def besides(self, examples: Sequence[tuple[str, str]]) -> "Neighbours":
        """The same, with these examples as well."""
        return Neighbours([*self._examples, *examples], self._keywords)

    @property
    def is_ready(self) -> bool:
        """Whether ranking takes no more time than it does each time."""
        return self._index is not None

    def give_back(self) -> None:
        """The memory that looking up takes, until the next message."""
        with self._lock:
            self._index = None

    def ranked(self, said: str) -> Ranked:
        """Intents with a confidence from 0 to 1, best first, for a normalised message."""
        with self._lock:
            index = self._index = self._index or _index(self._examples)
        found = _by_intent(_alike(said, index), self._examples)
        padded = f" {said} "
        for keyword, intent in self._keywords.items():
            if f" {keyword} " in padded:
                found[intent] = min(_MOST, found.get(intent, 0.0) + _KEYWORD_BONUS)
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _index(examples: Sequence[tuple[str, str]]) -> _Index:
    seen = Counter(feature for _, said in examples for feature in set(_features(said)))
    rarity = {feature: math.log((1 + len(examples)) / count) for feature, count in seen.items()}
    unknown = _UNKNOWN_SHARE * max(rarity.values(), default=1.0)
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, (_, said) in enumerate(examples):
        for feature, weight in _weigh(said, rarity, unknown).items():
            postings[feature].append((number, weight))
    return _Index(dict(postings), rarity, unknown)


def _alike(said: str, index: _Index) -> dict[int, float]:
    scores: dict[int, float] = defaultdict(float)
    for feature, weight in _weigh(said, index.rarity, index.unknown).items():
        for example, other in index.postings.get(feature, ()):
            scores[example] += weight * other
    return scores


def _features(said: str) -> Iterable[str]:
    words = said.split()
    yield from (f"{first} {second}" for first, second in pairwise(words))
    for word in words:
        yield f"={word}"
        padded = f"<{word}>"
        yield from (padded[i : i + 3] for i in range(len(padded) - 2))


def _weigh(said: str, rarity: Mapping[str, float], unknown: float) -> dict[str, float]:
    """Features by weight, their squares adding up to one."""
    weights: dict[str, float] = {}
    for feature in _features(said):
        scale = _WORD_WEIGHT if feature[0] == "=" else 1.0
        weights[feature] = scale * rarity.get(feature, unknown)
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {feature: weight / length for feature, weight in weights.items()}


def _by_intent(
    scores: Mapping[int, float], examples: Sequence[tuple[str, str]]
) -> dict[str, float]:
    """Each intent's confidence: how near its nearest examples are."""
    best: dict[str, list[float]] = defaultdict(list)
    for example, score in sorted(scores.items(), key=lambda pair: -pair[1]):
        if len(best[examples[example][0]]) < _NEIGHBOURS:
            best[examples[example][0]].append(score)
    return {
        intent: _BEST_SHARE * found[0] + (1 - _BEST_SHARE) * sum(found) / _NEIGHBOURS
        for intent, found in best.items()
    }
