"""Finds the intent of a message by its likeness to the examples: words and groups of letters.

A trained model takes over from that as soon as there is one (see `classifier`).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from rapidfuzz import fuzz, process

from dialogues.understanding.text import normalise

Ranked = list[tuple[str, float]]

OUT_OF_SCOPE = "out_of_scope"  # the intent whose examples are what nobody here can help with
CRISIS = "crisis_or_distress"  # the intent of somebody who may be in danger

# Chosen by leaving out each example in turn and finding its intent by the others.
_WORD_WEIGHT = 2.0  # a whole word shared tells more than the letter groups in it
_NEIGHBOURS = 5
_BEST_SHARE = 0.3  # of the nearest example alone; the rest is the mean of the neighbours
_UNKNOWN_SHARE = 0.3  # what a feature that no example has weighs, of the rarest known one
_KEYWORD_BONUS = 0.2
_MOST = 0.89  # below what a whole example gets
_TYPO_CUTOFF = 92.0  # of 100, for a whole example with a typing error
_LENGTHS = (200 - _TYPO_CUTOFF) / _TYPO_CUTOFF  # the most by which lengths can differ then
_TYPO_LENGTH = 6
_TYPO_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From the confidence `act` on an intent is acted on, from `ask` on it is worth asking whether
    it was meant; others are offered beside the best if they reach that too, or have `beside` of its
    confidence. To be acted on, the first must be ahead of the second by `margin`."""

    act: float
    ask: float
    beside: float
    margin: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """Intents with a confidence from 0 to 1, best first. `said` are the words as they were read;
    `outside` and `danger` are the shares of what is out of scope and of somebody in danger, where
    they are known; `is_outside` and `is_danger`, whether they are enough to act on."""

    ranked: Ranked
    said: str = ""
    outside: float = 0.0
    is_outside: bool = False
    danger: float = 0.0
    is_danger: bool = False


class Model(Protocol):
    """What is trained from the examples. It takes some milliseconds to judge what is new to it."""

    @property
    def thresholds(self) -> Thresholds: ...

    def knows(self, text: str) -> bool:
        """Whether it was judged lately, so that it takes no time."""
        ...

    def judge(self, text: str) -> Judgement: ...


@dataclass(slots=True)
class Learner:
    """Where the model is put once it is ready."""

    model: Model | None = None


# Chosen so that about four in five intents acted on are right, leaving each example out in turn.
BY_LIKENESS = Thresholds(act=0.3, ask=0.15, beside=1.0, margin=0.1)


@dataclass(frozen=True, slots=True)
class IntentFinder:
    """`exact` maps a whole example to its intent; `postings` a feature to the examples with it.

    `by_length` are the whole examples by their length, `unknown` weighs a feature that none has.
    """

    exact: Mapping[str, str]
    by_length: Mapping[int, Sequence[str]]
    postings: Mapping[str, Sequence[tuple[int, float]]]
    rarity: Mapping[str, float]
    unknown: float
    intent_of: Sequence[str]
    keywords: Mapping[str, str]
    learner: Learner = field(default_factory=Learner)

    @property
    def known(self) -> frozenset[str]:
        """The intents that have examples or keywords."""
        return frozenset((*self.intent_of, *self.keywords.values()))

    @property
    def thresholds(self) -> Thresholds:
        """What the confidences of `classify` are to be held against."""
        return self.learner.model.thresholds if self.learner.model else BY_LIKENESS

    def takes_time(self, text: str) -> bool:
        """Whether `judge` has to think about the message for some milliseconds."""
        model = self.learner.model
        return model is not None and not model.knows(text) and self.whole(normalise(text)) is None

    def judge(self, text: str) -> Judgement:
        """What the message may mean; a confidence of 1 only for a whole example."""
        said = normalise(text)
        whole = self.whole(said)
        if whole is not None:
            return Judgement([whole], said, is_danger=whole[0] == CRISIS)
        if self.learner.model is not None:
            return self.learner.model.judge(text)
        return Judgement(self._by_likeness(said), said)

    def classify(self, text: str) -> Ranked:
        """Intents with a confidence from 0 to 1, best first."""
        return self.judge(text).ranked

    def _by_likeness(self, said: str) -> Ranked:
        ranked = _by_intent(self._alike(said), self.intent_of)
        padded = f" {said} "
        for keyword, intent in self.keywords.items():
            if f" {keyword} " in padded:
                ranked[intent] = min(_MOST, ranked.get(intent, 0.0) + _KEYWORD_BONUS)
        return sorted(ranked.items(), key=lambda pair: (-pair[1], pair[0]))

    def whole(self, said: str) -> tuple[str, float] | None:
        """The intent of a normalised message that is an example, give or take a typing error."""
        if said in self.exact:
            return self.exact[said], 1.0
        if len(said) < _TYPO_LENGTH:
            return None
        near = process.extractOne(
            said, self._of_like_length(said), scorer=fuzz.ratio, score_cutoff=_TYPO_CUTOFF
        )
        return (self.exact[near[0]], _TYPO_CONFIDENCE) if near else None

    def _of_like_length(self, said: str) -> list[str]:
        """Examples of any other length are below the cutoff, whatever they say."""
        shortest, longest = len(said) / _LENGTHS, len(said) * _LENGTHS
        lengths = range(math.ceil(shortest), math.floor(longest) + 1)
        return [it for length in lengths for it in self.by_length.get(length, ())]

    def _alike(self, said: str) -> dict[int, float]:
        weights = _weigh(said, self.rarity, self.unknown)
        scores: dict[int, float] = defaultdict(float)
        for feature, weight in weights.items():
            for example, other in self.postings.get(feature, ()):
                scores[example] += weight * other
        return scores


def intent_finder(
    examples: Iterable[tuple[str, str]], keywords: Mapping[str, Iterable[str]]
) -> IntentFinder:
    """`examples` are pairs of an intent and a text."""
    pairs = [(intent, normalise(text)) for intent, text in examples]
    seen = Counter(feature for _, said in pairs for feature in set(_features(said)))
    rarity = {feature: math.log((1 + len(pairs)) / count) for feature, count in seen.items()}
    unknown = _UNKNOWN_SHARE * max(rarity.values(), default=1.0)
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, (_, said) in enumerate(pairs):
        for feature, weight in _weigh(said, rarity, unknown).items():
            postings[feature].append((index, weight))
    exact = {said: intent for intent, said in reversed(pairs)}
    by_length: dict[int, list[str]] = defaultdict(list)
    for said in exact:
        by_length[len(said)].append(said)
    return IntentFinder(
        exact=exact,
        by_length=dict(by_length),
        postings=dict(postings),
        rarity=rarity,
        unknown=unknown,
        intent_of=[intent for intent, _ in pairs],
        keywords={normalise(word): intent for intent, words in keywords.items() for word in words},
    )


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


def _by_intent(scores: Mapping[int, float], intent_of: Sequence[str]) -> dict[str, float]:
    """Each intent's confidence: how near its nearest examples are."""
    best: dict[str, list[float]] = defaultdict(list)
    for example, score in sorted(scores.items(), key=lambda pair: -pair[1]):
        if len(best[intent_of[example]]) < _NEIGHBOURS:
            best[intent_of[example]].append(score)
    return {
        intent: _BEST_SHARE * found[0] + (1 - _BEST_SHARE) * sum(found) / _NEIGHBOURS
        for intent, found in best.items()
    }
