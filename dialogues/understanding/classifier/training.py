"""Trains the model from examples, and finds by cross-validation how far it can be trusted.

Two learners are added up, as each is right where the other errs: logistic regression over words,
letters and meaning, and ridge regression over the likeness to each example. Everything is
deterministic. Hyper-parameters were chosen by cross-validation on the examples.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from dialogues.understanding.classifier.confidence import Confidence, Evidence, least_for
from dialogues.understanding.classifier.encoder import Encoder
from dialogues.understanding.classifier.model import (
    Counts,
    Model,
    Preparation,
    Weights,
    column,
    kernel,
)
from dialogues.understanding.classifier.parts import (
    Floats,
    Indexes,
    Weighing,
    parts_of,
    softmax,
    weighing,
)
from dialogues.understanding.classifier.spelling import spelling
from dialogues.understanding.intents import CRISIS, OUT_OF_SCOPE, Thresholds

FOLDS = 4
SEED = 20
RIGHT_WHEN_ACTED_ON = 0.9
RIGHT_AMONG_CHOICES = 0.75  # of the answers that are asked about, how often one of three is right
RIGHT_WHEN_OUTSIDE = 0.9
FALSE_ALARMS = 0.008  # of the examples of other intents, many of which only sound like danger
DOUBTED = 0.02  # of the examples of danger, where the model would not believe a rule
MOST_CHOICES = 3
BESIDE = 0.25  # of the best one's confidence, what another choice must have at least

_THEMES = 300  # dimensions that the parts are brought down to for learning
_PENALTY = 8.0  # C of the logistic regression: higher fits closer
_ROUNDS = 80
_RIDGE = 0.3
_PARTS_IN_KERNEL = 0.6
_KERNEL_SHARE = 14.0  # what the ridge regression's scores count beside the other's
_ENOUGH = 150  # examples of an intent: as many as those count, however many more there are
_AT_A_TIME = 500
_ALIKE = 0.85  # cosine from which on two examples are kept in one fold: they say the same


@dataclass(frozen=True, slots=True)
class Matter:
    """What is learnt from, one row an example. `themes` is `parts` in fewer dimensions, by
    `towards`; `alike` is the kernel, of examples with examples."""

    meaning: Floats
    parts: csr_matrix
    themes: Floats
    towards: Floats
    alike: Floats
    labels: Indexes
    intents: list[str]

    @property
    def half(self) -> Floats:
        """The vectors that likeness is told by."""
        return self.meaning[:, : self.meaning.shape[1] // 2]

    @property
    def outside(self) -> int:
        return column(self.intents, OUT_OF_SCOPE)

    @property
    def danger(self) -> int:
        return column(self.intents, CRISIS)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What both learners have found."""

    of_meaning: Floats
    of_themes: Floats
    offset: Floats
    dual: Floats


def train(
    examples: Sequence[tuple[str, str]], encoder: Encoder, instead: Mapping[str, str]
) -> Model:
    """`examples` are pairs of an intent and a normalised text."""
    with threadpool_limits(1):  # the libraries of this module have pools of their own
        matter, preparation, weigh = prepared(examples, encoder, instead)
        found = cross_validated(matter)
        confidence = confidence_of(matter, found)
        learnt = _learn(matter, np.arange(len(examples)), is_last=True)
    weights = _weights(matter, learnt)
    return Model(encoder, preparation, weigh, weights, confidence, _figures(matter, found))


def prepared(
    examples: Sequence[tuple[str, str]], encoder: Encoder, instead: Mapping[str, str]
) -> tuple[Matter, Preparation, Weighing]:
    """What is learnt from, and how messages are made comparable with it."""
    texts = [text for _, text in examples]
    preparation = Preparation(spelling(texts, encoder.words, instead), instead)
    kinds = [parts_of(text) for text in texts]
    weigh = weighing(kinds)
    matter = _matter(
        encoder.encode([preparation.written(text) for text in texts]),
        _rows([weigh.weigh_parts(it) for it in kinds], len(weigh.index)),
        [intent for intent, _ in examples],
    )
    return matter, preparation, weigh


def _rows(weighed: Sequence[tuple[Indexes, Floats]], width: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(indexes) for indexes, _ in weighed)])
    columns = np.concatenate([indexes for indexes, _ in weighed])
    values = np.concatenate([values for _, values in weighed])
    return csr_matrix((values, columns, ends), shape=(len(weighed), width), dtype=np.float32)


def _matter(meaning: Floats, parts: csr_matrix, intents: Sequence[str]) -> Matter:
    themes = TruncatedSVD(min(_THEMES, parts.shape[1] - 1), random_state=SEED, n_iter=3).fit(parts)
    known, labels = np.unique(np.array(intents), return_inverse=True)
    towards = themes.components_.T.astype(np.float32)
    return Matter(
        meaning=meaning,
        parts=parts,
        themes=np.asarray(parts @ towards, np.float32),
        towards=towards,
        alike=_alike(meaning[:, : meaning.shape[1] // 2], parts),
        labels=labels.astype(np.int64),
        intents=[str(it) for it in known],
    )


def _alike(half: Floats, parts: csr_matrix) -> Floats:
    """Some rows at a time: this is most of the memory that training takes."""
    count = len(half)
    alike = np.empty((count, count), np.float32)
    for start in range(0, count, _AT_A_TIME):
        rows = slice(start, start + _AT_A_TIME)
        alike[rows] = kernel(half[rows] @ half.T)
        alike[rows] += _PARTS_IN_KERNEL * (parts[rows] @ parts.T).toarray()
    return alike


def _learn(matter: Matter, among: Indexes, *, is_last: bool = False) -> Learnt:
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


def _weights(matter: Matter, learnt: Learnt) -> Weights:
    """Both learners in one: the parts' share of the likeness is linear in the parts."""
    by_likeness = _PARTS_IN_KERNEL * (matter.parts.T @ learnt.dual)
    return Weights(
        intents=matter.intents,
        of_parts=(matter.towards @ learnt.of_themes + by_likeness).astype(np.float16),
        of_meaning=np.ascontiguousarray(learnt.of_meaning),
        offset=learnt.offset,
        examples=np.ascontiguousarray(matter.half),
        of_likeness=learnt.dual,
        is_outside=(matter.labels == matter.outside).astype(np.float32),
    )


# --- how far it can be trusted -----------------------------------------------------------------


def cross_validated(matter: Matter, known: NDArray[np.bool_] | None = None) -> Evidence:
    """What is found for each example by those that say other things; by those alone that are
    `known`, if that is given."""
    count = len(matter.labels)
    scores = np.zeros((count, len(matter.intents)), np.float32)
    near, near_outside = np.zeros(count, np.float32), np.zeros(count, np.float32)
    is_outside = matter.labels == matter.outside
    for everything_else, held in _folds(matter):
        others = everything_else if known is None else everything_else[known[everything_else]]
        learnt = _learn(matter, others)
        scores[held] = (
            matter.meaning[held] @ learnt.of_meaning
            + matter.themes[held] @ learnt.of_themes
            + matter.alike[np.ix_(held, others)] @ learnt.dual
            + learnt.offset
        )
        likeness = matter.half[held] @ matter.half[others].T
        near[held] = likeness[:, ~is_outside[others]].max(axis=1, initial=-1)
        near_outside[held] = likeness[:, is_outside[others]].max(axis=1, initial=-1)
    return Evidence(scores, near, near_outside, matter.outside, matter.danger)


def _folds(matter: Matter) -> Iterator[tuple[Indexes, Indexes]]:
    fold = folds_of(matter)
    for number in range(FOLDS):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def folds_of(matter: Matter) -> Indexes:
    """Examples that say the same are in the same fold, or each would be found by its twin."""
    group = np.arange(len(matter.labels))
    for row in range(len(group)):
        twins = np.flatnonzero(matter.half[:row] @ matter.half[row] > _ALIKE)
        for twin in twins:
            group[group == group[row]] = group[twin]
    dice = np.random.default_rng(SEED).permutation(len(group)) % FOLDS
    fold: Indexes = dice[group]
    return fold


def confidence_of(matter: Matter, found: Evidence) -> Confidence:
    """How sure to be of what is found, by how right it was for the examples."""
    scale = _scale(found.scores, matter.labels)
    right, among = _rights(matter, found)
    signs = found.signs(scale)
    weights, offset = _likelihood(signs, right)
    sure = _held_out(signs, right, folds_of(matter))
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


def _figures(matter: Matter, found: Evidence) -> dict[str, Counts]:
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
