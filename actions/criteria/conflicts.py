"""Conditions that nobody could ever meet together, whatever they answer."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from actions.criteria.criteria import Condition, Criterion, criteria_in, thresholds
from actions.criteria.facts import Facts, implied_answer, possible_answers

Path = tuple[int, ...]  # which condition, which of its members, and so on


def can_be_met(conditions: Sequence[Condition], facts: Facts) -> bool:
    """Whether some answers meet all of these, where what follows from an answer is kept to."""
    return met_by(conditions, facts) is not None


def met_by(conditions: Sequence[Condition], facts: Facts) -> dict[str, Any] | None:
    """Answers that meet all of these, with what follows from them; None if there are none."""
    order = [name for name in facts if name in facts_behind(conditions, facts)]
    return _search(conditions, facts, order, {})


def facts_behind(conditions: Iterable[Condition], facts: Facts) -> set[str]:
    """The facts that these are about, and those that say what such a fact is."""
    waiting = [one.fact for condition in conditions for one in criteria_in(condition)]
    found = set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found and name in facts:
            found.add(name)
            waiting += facts[name].implied_by
    return found


def first_conflict(conditions: Sequence[Condition], facts: Facts) -> int | None:
    """The first of these that cannot be met together with those before it."""
    for number in range(len(conditions)):
        if not can_be_met(conditions[: number + 1], facts):
            return number
    return None


def contradicted(conditions: Sequence[Condition], facts: Facts) -> str | None:
    """The fact of the last of these to which no answer meets all criteria about it."""
    *_, last = conditions
    for fact in dict.fromkeys(one.fact for one in criteria_in(last)):
        about = [it for it in conditions if isinstance(it, Criterion) and it.fact == fact]
        if not can_be_met(about, facts):
            return fact
    return None


def dead_ways(conditions: Sequence[Condition], facts: Facts) -> Iterator[Path]:
    """Ways of an `any_of` that nobody can take, given all that is asked beside it."""
    for number, condition in enumerate(conditions):
        beside = [*conditions[:number], *conditions[number + 1 :]]
        yield from _dead_ways(condition, facts, beside, (number,))


def _dead_ways(
    condition: Condition, facts: Facts, beside: Sequence[Condition], path: Path
) -> Iterator[Path]:
    if isinstance(condition, Criterion):
        return
    needed = condition.joined == "all_of"
    for number, member in enumerate(condition.members):
        here = (*path, number)
        others = [it for it in condition.members if it is not member] if needed else []
        if not needed and not can_be_met([*beside, member], facts):
            yield here
        else:
            yield from _dead_ways(member, facts, [*beside, *others], here)


def _search(
    conditions: Sequence[Condition], facts: Facts, left: Sequence[str], answers: dict[str, Any]
) -> dict[str, Any] | None:
    """Tries the answers to the first fact that is left, as long as nothing is unmet for good."""
    if not all(_may_be_met(condition, answers) for condition in conditions):
        return None
    if not left:
        return answers
    fact = facts[left[0]]
    implied = implied_answer(fact, answers)
    tried = possible_answers(fact, thresholds(conditions, fact.name))
    if implied is not None:
        tried = (implied,)
    for answer in tried:
        found = _search(conditions, facts, left[1:], {**answers, fact.name: answer})
        if found is not None:
            return found
    return None


def _may_be_met(condition: Condition, answers: dict[str, Any]) -> bool:
    if isinstance(condition, Criterion):
        answer = answers.get(condition.fact)
        return answer is None or condition.is_met_by(answer)
    tested = (_may_be_met(member, answers) for member in condition.members)
    return all(tested) if condition.joined == "all_of" else any(tested)
