"""Trains the model from examples. The same examples always make the same model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from dialogues.understanding.classifier.calibration import (
    confidence_of,
    cross_validated,
    figures_of,
)
from dialogues.understanding.classifier.confidence import Evidence
from dialogues.understanding.classifier.encoder import Encoder
from dialogues.understanding.classifier.learners import Ridge, linear, ridge, weights_of
from dialogues.understanding.classifier.matter import Matter, prepared
from dialogues.understanding.classifier.model import Model, Preparation
from dialogues.understanding.classifier.parts import Weighing

Examples = Sequence[tuple[str, str]]  # pairs of an intent and a normalised text


@dataclass(frozen=True, slots=True)
class Ground:
    """The examples as numbers, and their likeness to each other: what takes most of the time, and
    what a model and a comparison are both made from."""

    encoder: Encoder
    preparation: Preparation
    weigh: Weighing
    matter: Matter
    likeness: Ridge


def train(examples: Examples, encoder: Encoder, instead: Mapping[str, str]) -> Model:
    """From these examples alone."""
    with threadpool_limits(1):  # the libraries of this module have pools of their own
        ground = ground_of(examples, encoder, instead)
        return model_of(ground, cross_validated(ground.matter, ground.likeness))


def ground_of(examples: Examples, encoder: Encoder, instead: Mapping[str, str]) -> Ground:
    matter, preparation, weigh = prepared(examples, encoder, instead)
    return Ground(encoder, preparation, weigh, matter, ridge(matter, np.arange(len(examples))))


def model_of(ground: Ground, found: Evidence) -> Model:
    """`found` is what cross-validation finds for all its examples."""
    matter = ground.matter
    weights = weights_of(
        matter, linear(matter, np.arange(len(matter.labels))), ground.likeness.dual
    )
    confidence, figures = confidence_of(matter, found), figures_of(matter, found)
    return Model(ground.encoder, ground.preparation, ground.weigh, weights, confidence, figures)
