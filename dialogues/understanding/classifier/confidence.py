"""How sure it is that the likeliest intent is the right one, and from where on that is enough.

Neither the share of the likeliest intent nor the class of what is out of scope tells enough on its
own: shares are high for messages that are like nothing. So both are weighed with the raw scores and
with how near the nearest example is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogues.understanding.classifier.parts import Floats, log_odds, softmax
from dialogues.understanding.intents import Thresholds

_FEW_WORDS = 3  # so few are near to too many other things
_FEW_WORDS_DOUBT = 1 / 3  # of the doubt that is left otherwise, to take them for danger


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of some messages: each intent's score, and how near the nearest examples of an intent and of
    what is out of scope are. `outside` and `danger` are the columns of what is out of scope and of
    somebody in danger, -1 where there is none."""

    scores: Floats
    near: Floats
    near_outside: Floats
    outside: int
    danger: int

    @property
    def inside(self) -> Floats:
        """The scores, but never the best for what is out of scope."""
        scores = self.scores.copy()
        if self.outside >= 0:
            scores[:, self.outside] = -1e9
        return scores

    def signs(self, scale: float) -> Floats:
        """One row a message."""
        shares, inside = softmax(self.scores / scale), self.inside
        order = np.sort(inside, axis=1)
        ahead = np.sort(softmax(inside / scale), axis=1)
        outside = self.scores[:, self.outside] if self.outside >= 0 else order[:, 0]
        signs: Floats = np.column_stack(
            [
                log_odds(np.sort(shares * (inside > -1e8), axis=1)[:, -1]),
                ahead[:, -1] - ahead[:, -2],
                ahead[:, -1],
                order[:, -1],
                order[:, -1] - outside,
                self.near,
                self.near - self.near_outside,
            ]
        ).astype(np.float32)
        return signs


@dataclass(frozen=True, slots=True)
class Confidence:
    """`scale` makes scores into shares; `weights` and `offset` make signs into a likelihood.
    `outside_from` is the share from which on a message is out of scope, `danger_from` that from
    which on somebody is taken to be in danger, `calm_below` that below which no rule is believed
    that says so."""

    scale: float
    weights: Floats
    offset: float
    thresholds: Thresholds
    outside_from: float
    danger_from: float
    calm_below: float

    def alarms(self, danger: float, said: str) -> bool:
        """Whether this share of danger is enough. Few words are to be surer; where one stands on
        its own, only rules and examples count."""
        words = len(said.split())
        doubt = (1 - self.danger_from) * (1 if words > _FEW_WORDS else _FEW_WORDS_DOUBT)
        return danger >= 1 - doubt and words > 1

    def sure(self, evidence: Evidence) -> Floats:
        """How likely it is that the best intent, what is out of scope apart, is right."""
        score = evidence.signs(self.scale) @ self.weights + np.float32(self.offset)
        sure: Floats = (1 / (1 + np.exp(-score))).astype(np.float32)
        return sure


def least_for(sure: Floats, right: NDArray[np.bool_], *, share: float, never: float) -> float:
    """The lowest confidence from which on so many of the answers are right; `never` if none is."""
    order = np.argsort(-sure, kind="stable")
    rights = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(rights >= share)
    return float(sure[order[enough[-1]]]) if len(enough) else never
