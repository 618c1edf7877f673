"""Facts: what a resident has declared, what follows from it, and which answers there are."""

from collections.abc import Iterable, Mapping
from typing import Any

from actions.programme import Fact

Facts = Mapping[str, Fact]
Answers = Mapping[str, Any]


def declared(facts: Facts, slots: Mapping[str, Any]) -> dict[str, Any]:
    """The facts among the slots and what they imply, without what was not answered."""
    answers = {name: slots[name] for name in facts if slots.get(name) is not None}
    return with_implied(facts, answers)


def with_implied(facts: Facts, answers: Answers) -> dict[str, Any]:
    """These answers and what follows from them, in the content's order. What follows stands over
    what was said, because it was said of somebody else: a charity's form is not a neighbour's."""
    known = dict(answers)
    for name, fact in facts.items():
        if fact.implied_by and (implied := implied_answer(fact, known)) is not None:
            known[name] = implied
    return {name: known[name] for name in facts if name in known}


def implied_answer(fact: Fact, answers: Answers) -> Any:
    """What earlier facts say that this one is; None when they leave it open."""
    for other, implied in fact.implied_by.items():
        value = implied.get(_written(answers.get(other)))
        if value is not None:
            return value
    return None


def told_by(facts: Facts, name: str, answers: Answers) -> str:
    """The fact whose answer says what this one is: itself, or the one that implies it."""
    for other, implied in facts[name].implied_by.items():
        if implied.get(_written(answers.get(other))) is not None:
            return told_by(facts, other, answers)
    return name


def has_answer(fact: Fact, value: Any) -> bool:
    """Whether this can be what is known of it, asked or implied."""
    if fact.values:
        return value in fact.values
    if fact.number:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, bool)


def can_be_asked(fact: Fact, value: Any) -> bool:
    """Whether a resident can have answered this."""
    return has_answer(fact, value) and (not fact.values or value in fact.offered)


def possible_answers(fact: Fact, thresholds: Iterable[float] = ()) -> tuple[Any, ...]:
    """What a resident may answer. Of numbers, those about the thresholds are enough, because
    between two of them all judge alike."""
    if fact.values:
        return tuple(fact.offered)
    if fact.number:
        return tuple(sorted({near for it in thresholds for near in (it - 1, it, it + 1)}))
    return (True, False)


def applies_alone(facts: Facts, answers: Answers) -> bool:
    """Whether one person applies. Nothing said counts as one person."""
    told = [fact for fact in facts.values() if fact.alone is not None]
    return all(answers.get(fact.name, fact.alone) == fact.alone for fact in told)


def _written(answer: Any) -> str:
    """An answer as the content writes it."""
    return str(answer).lower() if isinstance(answer, bool) else str(answer)
