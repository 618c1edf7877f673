"""Two sets of examples held against each other by cross-validation on the same folds, so that what
differs comes from the examples and not from the dice."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from dialogues.understanding.classifier.calibration import (
    MOST_CHOICES,
    confidence_of,
    cross_validated,
)
from dialogues.understanding.classifier.encoder import Encoder
from dialogues.understanding.classifier.learners import ridge
from dialogues.understanding.classifier.matter import Matter, prepared
from dialogues.understanding.classifier.parts import softmax
from dialogues.understanding.comparison import Comparison, Found
from dialogues.understanding.language import Language

Examples = Sequence[tuple[str, str]]
NAME = "the examples, each judged by those that say other things"


def compare(former: Language, candidate: Language, encoder: Encoder) -> Comparison:
    """How the candidate's examples are judged: each by the former's others, and by its own others.
    It takes about twice as long as training."""
    before, after = _examples(former), _examples(candidate)
    rows = [*after, *sorted(set(before) - set(after))]
    with threadpool_limits(1):
        matter, _preparation, _weighing = prepared(rows, encoder, candidate.spellings)
        sides = [
            _found(matter, rows, np.array([it in some for it in rows]), candidate)[: len(after)]
            for some in (set(before), set(after))
        ]
    return Comparison(NAME, *sides)


def _examples(language: Language) -> Examples:
    return sorted((intent, said) for said, intent in language.intents.exact.items() if said)


def _found(
    matter: Matter, rows: Examples, known: NDArray[np.bool_], language: Language
) -> list[Found]:
    """What each row is taken for by those that are known."""
    evidence = cross_validated(matter, ridge(matter, np.flatnonzero(known)))
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
