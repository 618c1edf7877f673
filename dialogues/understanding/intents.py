"""Finds the intent of a message: a whole example, or what the model takes it for; until there is
one, the intent whose examples are most like it."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from rapidfuzz import fuzz, process

from dialogues.understanding.neighbours import Neighbours, Ranked
from dialogues.understanding.text import normalise

__all__ = ["CRISIS", "OUT_OF_SCOPE", "IntentFinder", "Judgement", "Model", "Ranked", "Thresholds"]

OUT_OF_SCOPE = "out_of_scope"  # the intent whose examples are what nobody here can help with
CRISIS = "crisis_or_distress"  # the intent of somebody who may be in danger

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
    they are known; `is_outside` and `is_danger`, whether they are enough to act on; `is_calm`,
    whether it is so far from danger that a rule which says so is not believed."""

    ranked: Ranked
    said: str = ""
    outside: float = 0.0
    is_outside: bool = False
    danger: float = 0.0
    is_danger: bool = False
    is_calm: bool = False


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
BY_LIKENESS = Thresholds(act=0.36, ask=0.15, beside=1.0, margin=0.1)


@dataclass(frozen=True, slots=True)
class IntentFinder:
    """`exact` maps a whole example to its intent; `by_length` are these by their length. `lessons`
    are those examples that are not the content's: intents with texts."""

    exact: Mapping[str, str]
    by_length: Mapping[int, Sequence[str]]
    known: frozenset[str]
    neighbours: Neighbours
    lessons: tuple[tuple[str, str], ...] = ()
    learner: Learner = field(default_factory=Learner)

    def learn(self, model: Model) -> None:
        """From now on it judges, and likeness needs no memory."""
        self.learner.model = model
        self.neighbours.give_back()

    def besides(self, lessons: Sequence[tuple[str, str]]) -> "IntentFinder":
        """The same, which must have none, with these lessons; where a text is an example as well,
        the example is right. The model stays that there is, until it is replaced."""
        pairs = [(intent, normalise(text)) for intent, text in lessons]
        exact = {**{said: intent for intent, said in pairs}, **self.exact}
        return replace(
            self,
            exact=exact,
            by_length=_by_length(exact),
            neighbours=self.neighbours.besides(pairs),
            lessons=tuple(lessons),
            learner=Learner(self.learner.model),
        )

    @property
    def thresholds(self) -> Thresholds:
        """What the confidences of `classify` are to be held against."""
        return self.learner.model.thresholds if self.learner.model else BY_LIKENESS

    def takes_time(self, text: str) -> bool:
        """Whether `judge` has to think about the message for some milliseconds."""
        model = self.learner.model
        is_quick = self.neighbours.is_ready if model is None else model.knows(text)
        return not is_quick and self.whole(normalise(text)) is None

    def judge(self, text: str) -> Judgement:
        """What the message may mean; a confidence of 1 only for a whole example."""
        said = normalise(text)
        whole = self.whole(said)
        if whole is not None:
            is_danger = whole[0] == CRISIS
            is_calm = not is_danger and whole[1] == 1.0
            return Judgement([whole], said, is_danger=is_danger, is_calm=is_calm)
        if self.learner.model is not None:
            return self.learner.model.judge(text)
        alike = self.neighbours.ranked(said)  # they tell too little to tell danger by
        return Judgement([it for it in alike if it[0] != CRISIS], said)

    def classify(self, text: str) -> Ranked:
        """Intents with a confidence from 0 to 1, best first."""
        return self.judge(text).ranked

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


def intent_finder(
    examples: Iterable[tuple[str, str]], keywords: Mapping[str, Iterable[str]]
) -> IntentFinder:
    """`examples` are pairs of an intent and a text."""
    pairs = [(intent, normalise(text)) for intent, text in examples]
    exact = {said: intent for intent, said in reversed(pairs)}
    meant = {normalise(word): intent for intent, words in keywords.items() for word in words}
    return IntentFinder(
        exact=exact,
        by_length=_by_length(exact),
        known=frozenset((*(intent for intent, _ in pairs), *meant.values())),
        neighbours=Neighbours(pairs, meant),
    )


def _by_length(exact: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for said in exact:
        found[len(said)].append(said)
    return dict(found)
