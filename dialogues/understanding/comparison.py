"""Two models held against each other, message by message: what got better, and what got worse."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogues.understanding.evaluation import ANY, Texts, auroc
from dialogues.understanding.intents import CRISIS, OUT_OF_SCOPE
from dialogues.understanding.language import Language

_PLACES = 4
_MOST_NAMED = 3  # intents in a sentence


@dataclass(frozen=True, slots=True)
class Found:
    """What one message was taken for. `sure` is how sure it is to be about something here."""

    text: str
    intent: str  # that it means
    best: str
    among_three: bool
    sure: float
    in_danger: bool

    @property
    def is_right(self) -> bool:
        return self.best == self.intent


@dataclass(frozen=True, slots=True)
class Figures:
    """None where there is nothing to tell it by; see docs/understanding.md for what each is."""

    accuracy: float | None
    top3: float | None
    crisis_recall: float | None
    crisis_false_alarms: float | None
    out_of_scope_auroc: float | None
    per_intent: Mapping[str, tuple[int, int]]  # how many, how many of them right

    def as_data(self) -> dict[str, Any]:
        """For programs, and to be kept; there are no texts in it."""
        names = ("accuracy", "top3", "crisis_recall", "crisis_false_alarms", "out_of_scope_auroc")
        per_intent = {intent: list(it) for intent, it in sorted(self.per_intent.items())}
        return {**{name: getattr(self, name) for name in names}, "per_intent": per_intent}


def found_in(language: Language, texts: Texts) -> list[Found]:
    """What each of these messages is taken for, with no question open."""
    return [_found(language, intent, text) for intent, some in texts.items() for text in some]


def figures_of(found: Sequence[Found]) -> Figures:
    """The same figures as an evaluation's."""
    named = [it for it in found if it.intent not in (ANY, OUT_OF_SCOPE)]
    danger = [it for it in found if it.intent == CRISIS]
    others = [it for it in found if it.intent != CRISIS]
    counts = Counter(it.intent for it in named)
    rights = Counter(it.intent for it in named if it.is_right)
    return Figures(
        accuracy=_share(rights.total(), len(named)),
        top3=_share(sum(it.among_three for it in named), len(named)),
        crisis_recall=_share(sum(it.in_danger for it in danger), len(danger)),
        crisis_false_alarms=_share(sum(it.in_danger for it in others), len(others)),
        out_of_scope_auroc=auroc(
            [it.sure for it in found if it.intent == OUT_OF_SCOPE], [it.sure for it in named]
        ),
        per_intent={intent: (count, rights[intent]) for intent, count in counts.items()},
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same messages, by the model in force and by the candidate."""

    name: str  # what the messages are
    before: Sequence[Found]
    after: Sequence[Found]

    @property
    def gained(self) -> list[tuple[Found, Found]]:
        """What was wrong and is right now."""
        return [it for it in self._named() if it[1].is_right and not it[0].is_right]

    @property
    def lost(self) -> list[tuple[Found, Found]]:
        """What was right and is wrong now."""
        return [it for it in self._named() if it[0].is_right and not it[1].is_right]

    @property
    def danger(self) -> int:
        """How many messages are of people in danger."""
        return sum(it.intent == CRISIS for it in self.after)

    @property
    def unseen_danger(self) -> int:
        """By how many fewer messages of people in danger are seen; below 0, by how many more."""
        seen = [
            sum(it.in_danger for it in some if it.intent == CRISIS)
            for some in (self.before, self.after)
        ]
        return seen[0] - seen[1]

    def by_intent(self) -> Mapping[str, int]:
        """How many more are right of each intent that has changed."""
        more = Counter(after.intent for _before, after in self.gained)
        more.subtract(after.intent for _before, after in self.lost)
        return {intent: count for intent, count in sorted(more.items()) if count}

    def sentence(self) -> str:
        """What came of it, as one says it."""
        by_loss = sorted(self.by_intent().items(), key=lambda it: it[1])
        worse = [f"{intent} worse by {-by}" for intent, by in by_loss if by < 0]
        rest = len(worse) - _MOST_NAMED
        named = worse[:_MOST_NAMED] or ["no intent is worse"]
        changes = f"{len(self.gained)} more right, {len(self.lost)} fewer"
        return "; ".join([changes, *named, *([f"{rest} more are worse"] if rest > 0 else [])])

    def as_data(self) -> dict[str, Any]:
        """To be kept: figures, no texts."""
        return {
            "messages": len(self.after),
            "before": figures_of(self.before).as_data(),
            "after": figures_of(self.after).as_data(),
            "gained": len(self.gained),
            "lost": len(self.lost),
            "sentence": self.sentence(),
        }

    def _named(self) -> Iterator[tuple[Found, Found]]:
        pairs = zip(self.before, self.after, strict=True)
        return (it for it in pairs if it[0].intent not in (ANY, OUT_OF_SCOPE))


def _found(language: Language, intent: str, text: str) -> Found:
    ranked = language.intents.classify(text)
    best, sure = ranked[0] if ranked else ("", 0.0)
    return Found(
        text=text,
        intent=intent,
        best=best,
        among_three=intent in [it for it, _ in ranked[:3]],
        sure=1 - sure if best == OUT_OF_SCOPE else sure,
        in_danger=language.in_danger(text),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, _PLACES) if whole else None
