"""Conditions that nobody could ever meet together, whatever they answer."""

from collections.abc import Iterable, Sequence
from typing import Any

from actions.criteria import Condition, Criterion, criteria_in, thresholds
from actions.facts import Facts, implied_answer, possible_answers


def can_be_met(conditions: Sequence[Condition], facts: Facts) -> bool:
    """Whether some answers meet all of these, where what follows from an answer is kept to."""
    named = {one.fact for condition in conditions for one in criteria_in(condition)}
    order = [name for name in facts if name in _with_implying(named, facts)]
    return _search(conditions, facts, order, {})


def _with_implying(names: Iterable[str], facts: Facts) -> set[str]:
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in facts:
            found.add(name)
            waiting += facts[name].implied_by
    return found


def _search(
    conditions: Sequence[Condition], facts: Facts, left: Sequence[str], answers: dict[str, Any]
) -> bool:
    """Tries the answers to the first fact that is left, as long as nothing is unmet for good."""
    if not all(_may_be_met(condition, answers) for condition in conditions):
        return False
    if not left:
        return True
    fact = facts[left[0]]
    implied = implied_answer(fact, answers)
    tried = possible_answers(fact, thresholds(conditions, fact.name))
    if implied is not None:
        tried = (implied,)
    return any(
        _search(conditions, facts, left[1:], {**answers, fact.name: answer}) for answer in tried
    )


def _may_be_met(condition: Condition, answers: dict[str, Any]) -> bool:
    if isinstance(condition, Criterion):
        answer = answers.get(condition.fact)
        return answer is None or condition.is_met_by(answer)
    tested = (_may_be_met(member, answers) for member in condition.members)
    return all(tested) if condition.joined == "all_of" else any(tested)
