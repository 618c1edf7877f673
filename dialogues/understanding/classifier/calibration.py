"""How far the model can be trusted, found by cross-validation on the examples."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from dialogues.understanding.classifier.confidence import Confidence, Evidence, least_for
from dialogues.understanding.classifier.learners import Ridge, linear
from dialogues.understanding.classifier.matter import FOLDS, Matter, blocks
from dialogues.understanding.classifier.model import Counts
from dialogues.understanding.classifier.parts import Floats, Indexes, softmax
from dialogues.understanding.intents import Thresholds

RIGHT_WHEN_ACTED_ON = 0.9
RIGHT_AMONG_CHOICES = 0.75  # of the answers that are asked about, how often one of three is right
RIGHT_WHEN_OUTSIDE = 0.9
FALSE_ALARMS = 0.015  # of the examples of other intents, many of which only sound like danger
DOUBTED = 0.035  # of the examples of danger, where the model would not believe a rule
MOST_CHOICES = 3
BESIDE = 0.25  # of the best one's confidence, what another choice must have at least


def cross_validated(
    matter: Matter, likeness: Ridge, known: NDArray[np.bool_] | None = None
) -> Evidence:
    """What is found for each example by those that say other things. `likeness` is that of all
    examples; where only some are `known`, nothing is learnt from the others."""
    count = len(matter.labels)
    scores = np.zeros((count, len(matter.intents)), np.float32)
    near, near_outside = np.zeros(count, np.float32), np.zeros(count, np.float32)
    for number in range(FOLDS):
        is_held = matter.fold == number
        unseen = is_held if known is None else is_held | ~known
        others, held = np.flatnonzero(~unseen), np.flatnonzero(is_held)
        is_outside = matter.labels[others] == matter.outside
        learnt, dual = linear(matter, others), likeness.without(np.flatnonzero(unseen))[others]
        for some in (held[block] for block in blocks(len(held))):
            scores[some] = learnt.scores(matter, some) + matter.alike(some, others) @ dual
            nearness = matter.half[some] @ matter.half[others].T
            near[some] = nearness[:, ~is_outside].max(axis=1, initial=-1)
            near_outside[some] = nearness[:, is_outside].max(axis=1, initial=-1)
    return Evidence(scores, near, near_outside, matter.outside, matter.danger)


def confidence_of(matter: Matter, found: Evidence) -> Confidence:
    """How sure to be of what is found, by how right it was for the examples."""
    scale = _scale(found.scores, matter.labels)
    right, among = _rights(matter, found)
    signs = found.signs(scale)
    weights, offset = _likelihood(signs, right)
    sure = _held_out(signs, right, matter.fold)
    act = least_for(sure, right, share=RIGHT_WHEN_ACTED_ON, never=1.0)
    unsure = sure < act
    ask = least_for(sure[unsure], among[unsure], share=RIGHT_AMONG_CHOICES, never=act)
    return Confidence(
        scale=scale,
        weights=weights,
        offset=offset,
        thresholds=Thresholds(act=act, ask=ask, beside=BESIDE, margin=0.0),
        outside_from=_outside_from(matter, found, scale, sure < ask),
        danger_from=_danger_from(matter, found, scale),
        calm_below=_calm_below(matter, found, scale),
    )


def _rights(matter: Matter, found: Evidence) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each example, whether its intent was the best, and whether it was among the choices."""
    choices = np.argsort(-found.inside, axis=1, kind="stable")[:, :MOST_CHOICES]
    is_it = choices == matter.labels[:, None]
    return is_it[:, 0], is_it.any(axis=1)


def figures_of(matter: Matter, found: Evidence) -> dict[str, Counts]:
    right, among = _rights(matter, found)
    figures = {}
    for number, intent in enumerate(matter.intents):
        its = matter.labels == number
        figures[intent] = Counts(int(its.sum()), int(right[its].sum()), int(among[its].sum()))
    return figures


def _scale(scores: Floats, labels: Indexes) -> float:
    """Divides scores so that shares are as likely as they say."""
    rows = np.arange(len(labels))

    def surprise(scale: float) -> float:
        return float(-np.log(softmax(scores / scale)[rows, labels] + 1e-9).mean())

    return float(minimize_scalar(surprise, bounds=(0.2, 5), method="bounded").x)


def _likelihood(signs: Floats, right: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Weights by which signs tell how likely it is that the best intent is right."""
    if right.all() or not right.any():  # nothing to tell apart by
        odds = np.log((right.sum() + 1) / ((~right).sum() + 1))
        return np.zeros(signs.shape[1], np.float32), float(odds)
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + np.float32(1e-6)
    fit = LogisticRegression(max_iter=500).fit((signs - middle) / spread, right)
    weights = (fit.coef_[0] / spread).astype(np.float32)
    return weights, float(fit.intercept_[0] - weights @ middle)


def _held_out(signs: Floats, right: NDArray[np.bool_], fold: Indexes) -> Floats:
    """How sure each is, by weights that were found without its fold."""
    sure = np.zeros(len(right), np.float32)
    for number in range(FOLDS):
        weights, offset = _likelihood(signs[fold != number], right[fold != number])
        held = fold == number
        sure[held] = 1 / (1 + np.exp(-(signs[held] @ weights + offset)))
    return sure


def _outside_from(matter: Matter, found: Evidence, scale: float, left: NDArray[np.bool_]) -> float:
    if matter.outside < 0:
        return 2.0
    share = softmax(found.scores / scale)[left, matter.outside]
    is_outside = matter.labels[left] == matter.outside
    return least_for(share, is_outside, share=RIGHT_WHEN_OUTSIDE, never=2.0)


def _danger_from(matter: Matter, found: Evidence, scale: float) -> float:
    """As low as the false alarms allow."""
    if matter.danger < 0:
        return 2.0
    share = softmax(found.scores / scale)[matter.labels != matter.danger, matter.danger]
    return float(np.quantile(share, 1 - FALSE_ALARMS))


def _calm_below(matter: Matter, found: Evidence, scale: float) -> float:
    """What nearly all examples of danger have; found by examples, not by what rules find."""
    if matter.danger < 0:
        return 0.0
    share = softmax(found.scores / scale)[matter.labels == matter.danger, matter.danger]
    return float(np.quantile(share, DOUBTED))
