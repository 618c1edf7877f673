"""Two learners that are added up, as each is right where the other errs: logistic regression over
words, letters and meaning, and ridge regression over the likeness to each example."""

from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from dialogues.understanding.classifier.matter import PARTS_IN_KERNEL, Matter
from dialogues.understanding.classifier.model import Weights
from dialogues.understanding.classifier.parts import Floats, Indexes

# Chosen by cross-validation on the examples.
_PENALTY = 8.0  # C of the logistic regression: higher fits closer
_ROUNDS = 80
_RIDGE = 0.3
_KERNEL_SHARE = 14.0  # what the ridge regression's scores count beside the other's
_ENOUGH = 150  # examples of an intent: as many as those count, however many more there are


@dataclass(frozen=True, slots=True)
class Learnt:
    """What both learners have found."""

    of_meaning: Floats
    of_themes: Floats
    offset: Floats
    dual: Floats


def learn(matter: Matter, among: Indexes, *, is_last: bool = False) -> Learnt:
    """From these examples alone. The last time, `alike` need not outlive it."""
    inputs = np.hstack([matter.meaning[among], matter.themes[among]])
    logistic = LogisticRegression(C=_PENALTY, max_iter=_ROUNDS, tol=1e-3)
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # near enough after so many rounds
        logistic.fit(inputs, matter.labels[among], sample_weight=_counting(matter, among))
    coefficients = np.zeros((len(matter.intents), inputs.shape[1] + 1), np.float32)
    coefficients[:, -1] = -20.0  # an intent that these examples do not have
    found = np.hstack([logistic.coef_, logistic.intercept_[:, None]])
    coefficients[logistic.classes_] = found - found.mean(axis=0)
    width = matter.meaning.shape[1]
    return Learnt(
        of_meaning=coefficients[:, :width].T,
        of_themes=coefficients[:, width:-1].T,
        offset=coefficients[:, -1],
        dual=_KERNEL_SHARE * _ridge(matter, among, is_last=is_last),
    )


def _counting(matter: Matter, among: Indexes) -> Floats:
    """What each example counts: an intent is not likelier because much was written for it."""
    labels = matter.labels[among]
    often = np.bincount(labels, minlength=len(matter.intents))
    counting: Floats = np.minimum(1, _ENOUGH / often[labels]).astype(np.float32)
    return counting


def _ridge(matter: Matter, among: Indexes, *, is_last: bool) -> Floats:
    goal = np.full((len(among), len(matter.intents)), -1 / len(matter.intents), np.float32)
    goal[np.arange(len(among)), matter.labels[among]] = 1
    gram = matter.alike if is_last else matter.alike[np.ix_(among, among)]
    gram[np.diag_indices_from(gram)] += np.float32(_RIDGE)
    # Turned, it is laid out as the library wants it, and need not be copied.
    factor = cho_factor(gram.T, lower=True, overwrite_a=True, check_finite=False)
    dual: Floats = cho_solve(factor, goal, check_finite=False)
    return dual


def weights_of(matter: Matter, learnt: Learnt) -> Weights:
    """Both learners in one: the parts' share of the likeness is linear in the parts."""
    by_likeness = PARTS_IN_KERNEL * (matter.parts.T @ learnt.dual)
    return Weights(
        intents=matter.intents,
        of_parts=(matter.towards @ learnt.of_themes + by_likeness).astype(np.float16),
        of_meaning=np.ascontiguousarray(learnt.of_meaning),
        offset=learnt.offset,
        examples=np.ascontiguousarray(matter.half),
        of_likeness=learnt.dual,
        is_outside=(matter.labels == matter.outside).astype(np.float32),
    )
