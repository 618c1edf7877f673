"""Criteria: what a call asks of an applicant, as data over the facts that residents declare.

A condition is a criterion on one fact, or a group: `all_of` its members, or `any_of` them. Whether
it holds is known, or not known yet: what nobody has answered is never taken for a no.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Unmet = Literal["not_yet", "no"]
Outcome = Literal["met", "not_yet", "no", "unknown"]
Comparison = Literal["one_of", "is", "at_least", "at_most"]
Joined = Literal["all_of", "any_of"]

COMPARISONS: tuple[Comparison, ...] = ("one_of", "is", "at_least", "at_most")
JOINTS: tuple[Joined, ...] = ("all_of", "any_of")
TEXTS = ("met", "unmet_text", "fix")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition on one fact. `unmet`: it can still be reached (not_yet) or it cannot (no);
    `fix` says what would change it, `takes` how long that takes or how hard it is, and `instead`
    is the offer or call that fits better. `at_least` and `at_most` are for numbers."""

    fact: str
    comparison: Comparison
    expected: Any
    unmet: Unmet
    met: str
    unmet_text: str
    fix: str
    takes: str = ""
    instead: str | None = None

    def is_met_by(self, answer: Any) -> bool:
        """Whether this answer satisfies it. A missing answer must not be asked about."""
        if self.comparison == "one_of":
            return answer in self.expected
        if self.comparison == "is":
            return bool(answer == self.expected)
        if not _is_number(answer):
            return False  # the fact was something else when this was written
        at_least = self.comparison == "at_least"
        return bool(answer >= self.expected if at_least else answer <= self.expected)

    def outcome(self, answers: Mapping[str, Any]) -> Outcome:
        """Held against these answers."""
        answer = answers.get(self.fact)
        if answer is None:
            return "unknown"
        return "met" if self.is_met_by(answer) else self.unmet

    def as_data(self) -> dict[str, Any]:
        """The form in which a call keeps it."""
        kept = {name: getattr(self, name) for name in ("unmet", *TEXTS)}
        more = {"takes": self.takes, "instead": self.instead}
        told = {name: value for name, value in more.items() if value}
        return {"fact": self.fact, self.comparison: self.expected, **kept, **told}


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all must be met, or any."""

    joined: Joined
    members: tuple["Condition", ...]
    facts: frozenset[str] = field(init=False)  # all that its criteria are about

    def __post_init__(self) -> None:
        facts = frozenset(criterion.fact for criterion in criteria_in(self))
        object.__setattr__(self, "facts", facts)

    def outcome(self, answers: Mapping[str, Any]) -> Outcome:
        """`all_of`: one `no` decides, else what is unknown leaves it unknown, else one `not_yet`
        decides. `any_of`: one that is met decides, else what is unknown leaves it unknown, else
        what can still be reached. So a further answer only ever changes what was unknown."""
        decides = "no" if self.joined == "all_of" else "met"
        found = set[Outcome]()
        for member in self.members:
            outcome = member.outcome(answers)
            if outcome == decides:
                return outcome
            found.add(outcome)
        return _joint_outcome(found, "met" if self.joined == "all_of" else "no")

    def as_data(self) -> dict[str, Any]:
        """The form in which a call keeps it."""
        return {self.joined: [member.as_data() for member in self.members]}


Condition = Criterion | Group


def from_data(data: Mapping[str, Any]) -> Condition:
    """Read a kept condition back."""
    for joined in JOINTS:
        if joined in data:
            return Group(joined, tuple(from_data(member) for member in data[joined]))
    comparison = next(name for name in COMPARISONS if name in data)
    return Criterion(
        fact=data["fact"],
        comparison=comparison,
        expected=data[comparison],
        unmet=data["unmet"],
        met=data["met"],
        unmet_text=data["unmet_text"],
        fix=data["fix"],
        takes=data.get("takes", ""),
        instead=data.get("instead"),
    )


def all_of(conditions: Iterable[Condition]) -> Group:
    """All that a call asks, as one condition."""
    return Group("all_of", tuple(conditions))


def criteria_in(condition: Condition) -> Iterator[Criterion]:
    """Every criterion in it, in the author's order."""
    if isinstance(condition, Criterion):
        yield condition
    else:
        for member in condition.members:
            yield from criteria_in(member)


def thresholds(conditions: Iterable[Condition], fact: str) -> set[float]:
    """The numbers that these conditions hold a fact against."""
    found = (one for condition in conditions for one in criteria_in(condition))
    return {one.expected for one in found if one.fact == fact and _is_number(one.expected)}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _joint_outcome(found: set[Outcome], otherwise: Outcome) -> Outcome:
    if "unknown" in found:
        return "unknown"
    return "not_yet" if "not_yet" in found else otherwise
