"""How well messages are understood that nobody has trained with: figures for a file of them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dialogues.understanding.intents import CRISIS, OUT_OF_SCOPE
from dialogues.understanding.language import Language

ANY = ""  # the intent of texts in a plain list, which are only held against what alarms
_PLACES = 4  # decimal places in a report

Texts = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Score:
    """Of one intent's texts: how many, how many were found, and found among the first three."""

    count: int = 0
    right: int = 0
    among_three: int = 0


@dataclass(slots=True)
class Report:
    """What is found without an open question. None where there are no texts to tell it by."""

    accuracy: float | None
    top3: float | None
    crisis_recall: float | None
    crisis_false_alarms: float | None
    out_of_scope_auroc: float | None
    per_intent: dict[str, Score] = field(default_factory=dict)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrongly_calm: list[str] = field(default_factory=list)  # danger that is not seen
    wrongly_alarmed: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """For programs; without the texts."""
        confusion: dict[str, dict[str, int]] = {}
        for (meant, found), count in self.confusion.most_common():
            confusion.setdefault(meant, {})[found] = count
        return {
            "accuracy": self.accuracy,
            "top3": self.top3,
            "crisis_recall": self.crisis_recall,
            "crisis_false_alarms": self.crisis_false_alarms,
            "out_of_scope_auroc": self.out_of_scope_auroc,
            "per_intent": {
                intent: {
                    "count": it.count,
                    "accuracy": _share(it.right, it.count),
                    "top3": _share(it.among_three, it.count),
                }
                for intent, it in sorted(self.per_intent.items())
            },
            "confusion": confusion,
        }


def read_texts(path: Path) -> Texts:
    """JSON or YAML: intents with their texts, or a list of texts that are no crisis.

    Raises OSError, and ValueError for anything else."""
    written = path.read_text(encoding="utf-8")
    try:
        data = json.loads(written) if path.suffix == ".json" else yaml.safe_load(written)
    except yaml.YAMLError as error:
        raise ValueError(f"no YAML: {error}") from error
    texts = {ANY: data} if isinstance(data, list) else data
    if not isinstance(texts, dict) or not texts:
        raise ValueError("it holds no intents with their texts")
    for intent, some in texts.items():
        if not isinstance(some, list) or not all(isinstance(it, str) for it in some):
            raise ValueError(f"{intent}: not a list of texts")
    return {str(intent): some for intent, some in texts.items()}


def evaluate(language: Language, texts: Texts) -> Report:
    """Ranks each text as if no question was open."""
    scores: dict[str, Score] = {}
    confusion: Counter[tuple[str, str]] = Counter()
    sure: dict[bool, list[float]] = {True: [], False: []}
    for intent, text in _each(texts):
        ranked = language.intents.classify(text)
        sure[intent == OUT_OF_SCOPE].append(_sure(ranked))
        if intent == OUT_OF_SCOPE:
            continue
        first = [it for it, _ in ranked[:3]]
        score = scores.setdefault(intent, Score())
        score.count += 1
        score.right += first[:1] == [intent]
        score.among_three += intent in first
        if first[:1] != [intent]:
            confusion[intent, first[0] if first else "nothing"] += 1
    calm, alarmed = _in_danger(language, texts)
    everything = list(scores.values())
    count = sum(it.count for it in everything)
    in_danger = len(texts.get(CRISIS, ()))
    others = sum(len(some) for intent, some in texts.items() if intent != CRISIS)
    return Report(
        accuracy=_share(sum(it.right for it in everything), count),
        top3=_share(sum(it.among_three for it in everything), count),
        crisis_recall=_share(in_danger - len(calm), in_danger),
        crisis_false_alarms=_share(len(alarmed), others),
        out_of_scope_auroc=auroc(sure[True], sure[False]),
        per_intent=scores,
        confusion=confusion,
        wrongly_calm=calm,
        wrongly_alarmed=alarmed,
    )


def auroc(outside: Sequence[float], inside: Sequence[float]) -> float | None:
    """How likely it is that a message out of scope is taken for less sure than one that is not."""
    if not outside or not inside:
        return None
    ranks: dict[float, float] = {}
    both = Counter(outside) + Counter(inside)
    below = 0
    for value in sorted(both):
        ranks[value] = below + (both[value] + 1) / 2
        below += both[value]
    wins = sum(ranks[it] for it in inside) - len(inside) * (len(inside) + 1) / 2
    return round(wins / len(inside) / len(outside), _PLACES)


def _each(texts: Texts) -> list[tuple[str, str]]:
    return [(intent, text) for intent, some in texts.items() if intent != ANY for text in some]


def _sure(ranked: Sequence[tuple[str, float]]) -> float:
    """That a message is about something here: a whole example of what is not is none."""
    intent, sure = ranked[0] if ranked else (OUT_OF_SCOPE, 1.0)
    return 1 - sure if intent == OUT_OF_SCOPE else sure


def _in_danger(language: Language, texts: Texts) -> tuple[list[str], list[str]]:
    """Danger that is not seen, and what is taken for danger that is none."""
    calm = [it for it in texts.get(CRISIS, ()) if not language.in_danger(it)]
    others = [it for intent, some in texts.items() if intent != CRISIS for it in some]
    return calm, [it for it in others if language.in_danger(it)]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, _PLACES) if whole else None
