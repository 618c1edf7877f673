"""Two learners that are added up, as each is right where the other errs: logistic regression over
words, letters and meaning, and ridge regression over the likeness to each example."""

from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
from scipy.linalg import get_lapack_funcs
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from dialogues.understanding.classifier.matter import PARTS_IN_KERNEL, Matter, blocks
from dialogues.understanding.classifier.model import Weights
from dialogues.understanding.classifier.parts import Floats, Indexes

# Chosen by cross-validation on the examples.
_PENALTY = 8.0  # C of the logistic regression: higher fits closer
_ROUNDS = 80
_RIDGE = 0.3
_KERNEL_SHARE = 14.0  # what the ridge regression's scores count beside the other's
_ENOUGH = 150  # examples of an intent: as many as those count, however many more there are


@dataclass(frozen=True, slots=True)
class Linear:
    """What logistic regression has found, one column an intent."""

    of_meaning: Floats
    of_themes: Floats
    offset: Floats

    def scores(self, matter: Matter, rows: Indexes) -> Floats:
        """One row an example, one column an intent."""
        of_meaning = matter.meaning[rows] @ self.of_meaning
        return of_meaning + matter.themes[rows] @ self.of_themes + self.offset


def linear(matter: Matter, among: Indexes) -> Linear:
    """From these examples alone."""
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
    return Linear(
        of_meaning=coefficients[:, :width].T,
        of_themes=coefficients[:, width:-1].T,
        offset=coefficients[:, -1],
    )


def _counting(matter: Matter, among: Indexes) -> Floats:
    """What each example counts: an intent is not likelier because much was written for it."""
    labels = matter.labels[among]
    often = np.bincount(labels, minlength=len(matter.intents))
    counting: Floats = np.minimum(1, _ENOUGH / often[labels]).astype(np.float32)
    return counting


@dataclass(frozen=True, slots=True)
class Ridge:
    """What ridge regression has found: how much the likeness to each of the examples `among` tells
    (`dual`, one column an intent). `inverse` is that of their kernel with the ridge added."""

    among: Indexes
    inverse: Floats
    dual: Floats

    def without(self, held: Indexes) -> Floats:
        """The dual as if these (by their places in `among`) had not been learnt from; it is 0 for
        them. The inverse tells it exactly, and nothing is trained again."""
        theirs = np.linalg.solve(self.inverse[np.ix_(held, held)], self.dual[held])
        dual = self.dual.copy()
        for block in blocks(len(held)):
            dual -= self.inverse[held[block]].T @ theirs[block]
        dual[held] = 0
        return dual


def ridge(matter: Matter, among: Indexes) -> Ridge:
    """From these examples alone."""
    goal = np.full((len(among), len(matter.intents)), -1 / len(matter.intents), np.float32)
    goal[np.arange(len(among)), matter.labels[among]] = 1
    gram = matter.alike(among, among)
    gram[np.diag_indices_from(gram)] += np.float32(_RIDGE)
    inverse = _inverted(gram)
    return Ridge(among, inverse, np.float32(_KERNEL_SHARE) * (inverse @ goal))


def _inverted(matrix: Floats) -> Floats:
    """In its own memory; it has to be symmetric and positive definite."""
    inverse: Floats
    potrf, potri = get_lapack_funcs(("potrf", "potri"), (matrix,))
    # Turned, it is laid out as the library wants it, and is not copied.
    factor, failed = potrf(matrix.T, lower=True, overwrite_a=True, clean=False)
    if not failed:
        inverse, failed = potri(factor, lower=True, overwrite_c=True)
    if failed:
        raise ValueError("the examples' likeness to each other cannot be inverted")
    for block in blocks(len(inverse)):  # only the lower half was written
        square, below = inverse[block, block], slice(block.stop, None)
        square[:] = np.tril(square) + np.tril(square, -1).T
        inverse[block, below] = inverse[below, block].T
    return inverse


def weights_of(matter: Matter, linear: Linear, dual: Floats) -> Weights:
    """Both learners in one: the parts' share of the likeness is linear in the parts."""
    by_likeness = PARTS_IN_KERNEL * (matter.parts.T @ dual)
    return Weights(
        intents=matter.intents,
        of_parts=(matter.towards @ linear.of_themes + by_likeness).astype(np.float16),
        of_meaning=np.ascontiguousarray(linear.of_meaning),
        offset=linear.offset,
        examples=np.ascontiguousarray(matter.half),
        of_likeness=dual,
        is_outside=(matter.labels == matter.outside).astype(np.float32),
    )
