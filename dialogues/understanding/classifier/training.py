"""Trains the model from examples. The same examples always make the same model."""

from collections.abc import Mapping, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from dialogues.understanding.classifier.calibration import (
    confidence_of,
    cross_validated,
    figures_of,
)
from dialogues.understanding.classifier.encoder import Encoder
from dialogues.understanding.classifier.learners import linear, ridge, weights_of
from dialogues.understanding.classifier.matter import prepared
from dialogues.understanding.classifier.model import Model


def train(
    examples: Sequence[tuple[str, str]], encoder: Encoder, instead: Mapping[str, str]
) -> Model:
    """`examples` are pairs of an intent and a normalised text."""
    with threadpool_limits(1):  # the libraries of this module have pools of their own
        matter, preparation, weigh = prepared(examples, encoder, instead)
        everything = np.arange(len(examples))
        likeness = ridge(matter, everything)
        found = cross_validated(matter, likeness)
        confidence = confidence_of(matter, found)
        weights = weights_of(matter, linear(matter, everything), likeness.dual)
    return Model(encoder, preparation, weigh, weights, confidence, figures_of(matter, found))
