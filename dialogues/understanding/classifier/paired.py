"""A candidate's model, held against the former by cross-validation on the same folds, so that what
differs comes from the examples and not from the dice."""

from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from dialogues.understanding.classifier.calibration import (
    MOST_CHOICES,
    confidence_of,
    cross_validated,
)
from dialogues.understanding.classifier.confidence import Evidence
from dialogues.understanding.classifier.encoder import Encoder
from dialogues.understanding.classifier.matter import Matter
from dialogues.understanding.classifier.model import Model
from dialogues.understanding.classifier.parts import softmax
from dialogues.understanding.classifier.training import Examples, ground_of, model_of, train
from dialogues.understanding.comparison import Comparison, Found
from dialogues.understanding.language import Language

NAME = "the examples, each judged by those that say other things"


def train_beside(
    former: Language, candidate: Language, encoder: Encoder
) -> tuple[Model, Comparison]:
    """The candidate's model, and how its examples are judged: each by the former's others, and by
    its own others. What the candidate knows no more leaves no trace in the model, and makes it
    take twice as long."""
    before, after = _examples(former), _examples(candidate)
    gone = sorted(set(before) - set(after))
    model, judged = _compared([*after, *gone], before, after, encoder, candidate)
    return model or train(after, encoder, candidate.spellings), Comparison(NAME, *judged)


def _compared(
    rows: Examples, before: Examples, after: Examples, encoder: Encoder, language: Language
) -> tuple[Model | None, Sequence[Sequence[Found]]]:
    """There is no model where the rows are more than the examples after."""
    with threadpool_limits(1):
        ground = ground_of(rows, encoder, language.spellings)
        evidence = [
            cross_validated(ground.matter, ground.likeness, np.array([it in some for it in rows]))
            for some in (set(before), set(after))
        ]
        judged = [_judged(ground.matter, rows, it, language)[: len(after)] for it in evidence]
        return model_of(ground, evidence[-1]) if rows == after else None, judged


def _examples(language: Language) -> Examples:
    return sorted((intent, said) for said, intent in language.intents.exact.items() if said)


def _judged(
    matter: Matter, rows: Examples, evidence: Evidence, language: Language
) -> Sequence[Found]:
    """What each row is taken for by what was found for it."""
    confidence = confidence_of(matter, evidence)
    sure = confidence.sure(evidence)
    order = np.argsort(-evidence.inside, axis=1, kind="stable")[:, :MOST_CHOICES]
    danger = softmax(evidence.scores / confidence.scale)[:, matter.danger]
    calm = danger < confidence.calm_below
    found = []
    for row, (intent, said) in enumerate(rows):
        first = [matter.intents[it] for it in order[row]]
        found.append(
            Found(
                text=said,
                intent=intent,
                best=first[0],
                among_three=intent in first,
                sure=float(sure[row]),
                in_danger=confidence.alarms(float(danger[row]), said)
                or (not calm[row] and language.crisis.hit(said)),
            )
        )
    return found
