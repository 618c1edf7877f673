"""The trained model: from what was said to intents, each with how sure it is."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from dialogues.understanding.classifier.confidence import Confidence, Evidence
from dialogues.understanding.classifier.encoder import Encoder
from dialogues.understanding.classifier.parts import Floats, Weighing, softmax
from dialogues.understanding.classifier.spelling import Spelling
from dialogues.understanding.intents import CRISIS, OUT_OF_SCOPE, Judgement, Thresholds
from dialogues.understanding.text import normalise

REMEMBERED = 256  # messages that were judged before their turn


@dataclass(frozen=True, slots=True)
class Preparation:
    """Makes a message comparable. `instead` maps short spellings to what they stand for."""

    spelling: Spelling
    instead: Mapping[str, str]

    def said(self, text: str) -> str:
        """Normalised, its typing errors put right."""
        return self.spelling.right(normalise(text))

    def written(self, said: str) -> str:
        """In the spelling that the encoder has read most of."""
        return " ".join(self.instead.get(word, word) for word in said.split())


@dataclass(frozen=True, slots=True)
class Weights:
    """`of_parts` and `of_meaning` are added up; `of_likeness` weighs the likeness to each example,
    whose vectors are `examples`. `is_outside` says which of these are out of scope."""

    intents: Sequence[str]
    of_parts: Floats
    of_meaning: Floats
    offset: Floats
    examples: Floats
    of_likeness: Floats
    is_outside: Floats


class Counts(NamedTuple):
    """Of an intent's examples, each judged by others: how many, how many were found, and found
    among the first three."""

    examples: int
    right: int
    among_three: int


@dataclass(frozen=True, slots=True)
class Model:
    """Safe to use from several threads. `figures` are by intent; see `Counts`. `made_at` is when it
    was first kept, in seconds since 1970."""

    encoder: Encoder
    preparation: Preparation
    weighing: Weighing
    weights: Weights
    confidence: Confidence
    figures: Mapping[str, Counts] = field(default_factory=dict)
    made_at: float | None = None
    _judged: OrderedDict[str, Judgement] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def thresholds(self) -> Thresholds:
        """From where on its intents are acted on, or asked about."""
        return self.confidence.thresholds

    def knows(self, text: str) -> bool:
        """Whether it was judged lately, so that `judge` takes no time."""
        return text in self._judged

    def judge(self, text: str) -> Judgement:
        """What the message may mean. It takes some milliseconds, unless it was judged lately."""
        with self._lock:
            found = self._judged.get(text)
        if found is None:
            found = self._judge(text)
            with self._lock:
                self._judged[text] = found
                while len(self._judged) > REMEMBERED:
                    self._judged.popitem(last=False)
        return found

    def _judge(self, text: str) -> Judgement:
        said = self.preparation.said(text)
        vectors = self.encoder.encode([self.preparation.written(said)])
        evidence = self._evidence(said, vectors)
        sure = float(self.confidence.sure(evidence)[0])
        shares = softmax(evidence.inside / self.confidence.scale)[0]
        whole = softmax(evidence.scores / self.confidence.scale)[0]
        outside = float(whole[evidence.outside]) if evidence.outside >= 0 else 0.0
        danger = float(whole[evidence.danger]) if evidence.danger >= 0 else 0.0
        order = [int(it) for it in np.argsort(-shares, kind="stable") if it != evidence.outside]
        best = float(shares[order[0]]) or 1.0
        ranked = [(self.weights.intents[it], sure * float(shares[it]) / best) for it in order]
        is_outside = sure < self.thresholds.ask and outside >= self.confidence.outside_from
        is_nonsense = not self.preparation.spelling.knows_any(normalise(text))
        return Judgement(
            ranked,
            said=said,
            outside=outside,
            is_outside=is_outside and not is_nonsense,
            danger=danger,
            is_danger=self.confidence.alarms(danger, said),
            is_calm=danger < self.confidence.calm_below,
        )

    def _evidence(self, said: str, vectors: Floats) -> Evidence:
        weights = self.weights
        indexes, values = self.weighing.weigh(said)
        likeness = weights.examples @ vectors[0, : weights.examples.shape[1]]
        scores = (
            values @ weights.of_parts[indexes].astype(np.float32)
            + vectors[0] @ weights.of_meaning
            + kernel(likeness) @ weights.of_likeness
            + weights.offset
        )
        return Evidence(
            scores=scores[None, :],
            near=np.array([_most(likeness, weights.is_outside == 0)]),
            near_outside=np.array([_most(likeness, weights.is_outside > 0)]),
            outside=column(weights.intents, OUT_OF_SCOPE),
            danger=column(weights.intents, CRISIS),
        )


def column(intents: Sequence[str], intent: str) -> int:
    """Where the intent's scores are; -1 if there are no examples of it."""
    return intents.index(intent) if intent in intents else -1


def kernel(likeness: Floats) -> Floats:
    """What counts of a likeness (a cosine): the nearest examples tell most."""
    counts: Floats = np.exp(2 * (likeness - 1)).astype(np.float32)
    return counts


def _most(likeness: Floats, among: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> float:
    return float(likeness[among].max(initial=-1.0))
