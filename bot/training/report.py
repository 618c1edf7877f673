"""What a training found, as lines for people."""

from collections.abc import Iterator, Sequence

from bot.training.candidate import Candidate
from bot.training.lesson_plan import LessonPlan
from dialogues.understanding.comparison import Comparison, Figures, Found, figures_of
from dialogues.understanding.intents import Thresholds

MOST_SHOWN = 10  # messages of each kind
_WIDTH = 60


def as_lines(plan: LessonPlan, candidate: Candidate) -> Iterator[str]:
    """From what is learnt to what came of it."""
    yield f"new from staff          {len(plan.new)}"
    yield f"learnt from staff then  {len(plan.examples)}"
    if plan.gone:
        yield f"taken back              {plan.gone}"
    yield f"examples in all         {len(plan.candidate.intents.exact)}"
    for comparison in candidate.comparisons:
        yield ""
        yield from _compared(comparison)
    yield ""
    yield from _thresholds(candidate.former.thresholds, candidate.model.thresholds)
    yield from _alarming(plan.still_alarming)
    for why in candidate.sees_less_danger:
        yield f"\nDANGER: {why}"
    yield f"\n{candidate.comparisons[-1].sentence()}"


def _compared(comparison: Comparison) -> Iterator[str]:
    before, after = figures_of(comparison.before), figures_of(comparison.after)
    yield f"{len(comparison.after)} messages: {comparison.name}"
    yield f"  {'':22} {'before':>8} {'after':>8}"
    for words, name in _FIGURES.items():
        yield f"  {words:22} {_shown(before, name):>8} {_shown(after, name):>8}"
    for intent, by in comparison.by_intent().items():
        count, right = after.per_intent[intent]
        yield f"  {intent:34} {by:+d}, now {right} of {count}"
    yield from _messages("right now, and wrong before", comparison.gained)
    yield from _messages("wrong now, and right before", comparison.lost)


def _messages(title: str, changed: Sequence[tuple[Found, Found]]) -> Iterator[str]:
    if not changed:
        return
    yield f"  {title}: {len(changed)}"
    for before, after in changed[:MOST_SHOWN]:
        text = after.text if len(after.text) <= _WIDTH else f"{after.text[: _WIDTH - 1]}…"
        yield f"    {text}: {before.best or 'nothing'} -> {after.best or 'nothing'}"
    if len(changed) > MOST_SHOWN:
        yield f"    and {len(changed) - MOST_SHOWN} more"


def _thresholds(before: Thresholds, after: Thresholds) -> Iterator[str]:
    yield f"acted on from a confidence of {before.act:.2f}, then {after.act:.2f}"
    yield f"asked about from {before.ask:.2f}, then {after.ask:.2f}"


def _alarming(texts: Sequence[str]) -> Iterator[str]:
    if not texts:
        return
    yield "\nno danger, staff say, but the rules take it for danger, and rules are not trained:"
    yield "an author can add an exception to nlu/crisis.yml"
    yield from (f"    {text}" for text in texts[:MOST_SHOWN])


_FIGURES = {
    "right at first": "accuracy",
    "among three": "top3",
    "danger seen": "crisis_recall",
    "false alarms": "crisis_false_alarms",
    "out of scope, AUROC": "out_of_scope_auroc",
}


def _shown(figures: Figures, name: str) -> str:
    value: float | None = getattr(figures, name)
    if value is None:
        return "–"
    return f"{value:.3f}" if name == "out_of_scope_auroc" else f"{value:.1%}"
