"""What an evaluation found, as lines for people."""

from collections.abc import Iterator

from dialogues.understanding.evaluation import Report

_WEAKEST = 10


def as_lines(report: Report) -> Iterator[str]:
    yield f"accuracy              {_percent(report.accuracy)}"
    yield f"among the first three {_percent(report.top3)}"
    yield f"crisis recall         {_percent(report.crisis_recall)}"
    yield f"crisis false alarms   {_percent(report.crisis_false_alarms)}"
    yield f"out of scope, AUROC   {_number(report.out_of_scope_auroc)}"
    if report.per_intent:
        yield "\nthe weakest intents"
        by_share = sorted(report.per_intent.items(), key=lambda it: it[1].right / it[1].count)
        for intent, it in by_share[:_WEAKEST]:
            yield f"  {intent:34} {it.right} of {it.count}, {it.among_three} among the first three"
    if report.confusion:
        yield "\nmost often taken for another"
        for (meant, found), count in report.confusion.most_common(_WEAKEST):
            yield f"  {meant:34} {count} as {found}"


def _percent(share: float | None) -> str:
    return "nothing to tell it by" if share is None else f"{share:.1%}"


def _number(value: float | None) -> str:
    return "nothing to tell it by" if value is None else f"{value:.3f}"
