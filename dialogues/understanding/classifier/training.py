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
from dialogues.understanding.classifier.learners import learn, weights_of
from dialogues.understanding.classifier.matter import prepared
from dialogues.understanding.classifier.model import Model


def train(
    examples: Sequence[tuple[str, str]], encoder: Encoder, instead: Mapping[str, str]
) -> Model:
    """`examples` are pairs of an intent and a normalised text."""
    with threadpool_limits(1):  # the libraries of this module have pools of their own
        matter, preparation, weigh = prepared(examples, encoder, instead)
        found = cross_validated(matter)
        confidence = confidence_of(matter, found)
        learnt = learn(matter, np.arange(len(examples)), is_last=True)
    weights = weights_of(matter, learnt)
    return Model(encoder, preparation, weigh, weights, confidence, figures_of(matter, found))
