"""Verdicts: what holds for somebody and one call, each traced to the answers that decided it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from actions.criteria.criteria import Condition, Criterion, Group, Outcome, all_of, from_data
from storage.models import Call

Kind = Literal["eligible", "not_yet", "no", "unknown"]
Way = tuple[Group, int]

_KINDS: Mapping[Outcome, Kind] = {
    "met": "eligible",
    "not_yet": "not_yet",
    "no": "no",
    "unknown": "unknown",
}
_MOST_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion and the answer it was held against; the answer is None while unknown.
    `way`: where one of several ways would do, their group and which of them it belongs to."""

    criterion: Criterion
    answer: Any
    outcome: Outcome
    way: Way | None = None

    @property
    def fact(self) -> str:
        """What was asked."""
        return self.criterion.fact

    @property
    def text(self) -> str:
        """The author's words for how it came out."""
        return self.criterion.met if self.outcome == "met" else self.criterion.unmet_text

    @property
    def fix(self) -> str:
        """What would change it; empty when nothing has to."""
        return "" if self.outcome == "met" else self.criterion.fix


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for one call. The reasons are worked out when they are asked for, because of most
    calls only the kind is."""

    kind: Kind
    criteria: Group
    answers: Mapping[str, Any]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """A reason for each criterion that matters, in the author's order: where one of several
        ways is met, the others do not."""
        return tuple(_reasons(self.criteria, self.answers))

    def decisive(self) -> tuple[Reason, ...]:
        """The reasons that made it what it is; of an unknown one, the questions still open."""
        return tuple(_decisive(self.criteria, self.answers))

    def to_do(self) -> tuple[Reason, ...]:
        """What is not met but can be reached, also while something else is still unknown."""
        return tuple(it for it in self.reasons if it.outcome == "not_yet")

    def instead(self) -> tuple[str, ...]:
        """The offers and calls that fit better, of what is unmet and decided it; no repeats."""
        unmet = (it for it in self.decisive() if it.outcome in ("not_yet", "no"))
        named = (reason.criterion.instead for reason in unmet)
        return tuple(dict.fromkeys(it for it in named if it))


@dataclass(frozen=True, slots=True)
class Judged:
    """A call with its verdict."""

    call: Call
    verdict: Verdict


_kept: dict[int, tuple[Any, Group]] = {}  # by call id: the criteria as kept, and read


def criteria_of(call: Call) -> Group:
    """A call's criteria, read once for as long as what is kept of them stays the same."""
    data = call.criteria
    kept = _kept.get(call.id)
    if kept is not None and kept[0] is data:
        return kept[1]
    if kept is None or kept[0] != data:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        kept = (data, all_of(map(from_data, data)))
    _kept[call.id] = data, kept[1]  # the rest of the transaction has this very object
    return kept[1]


def judge(criteria: Group, answers: Mapping[str, Any]) -> Verdict:
    """Hold all criteria against the answers, which name facts and hold no None.

    A further answer only ever changes an unknown verdict. The criteria and their wording are the
    call's author's.
    """
    return Verdict(_KINDS[criteria.outcome(answers)], criteria, answers)


def judge_call(call: Call, answers: Mapping[str, Any]) -> Judged:
    """Judge one kept call."""
    return Judged(call, judge(criteria_of(call), answers))


def settled(kind: Kind) -> str:
    """The verdict that leads know: what is not settled yet is not yet."""
    return "not_yet" if kind == "unknown" else kind


def open_facts(condition: Condition, answers: Mapping[str, Any]) -> Iterator[str]:
    """The facts that an unknown condition waits for, one for each criterion about it."""
    if condition.outcome(answers) != "unknown":
        return
    if isinstance(condition, Criterion):
        yield condition.fact
        return
    for member in condition.members:
        yield from open_facts(member, answers)


def _reasons(
    condition: Condition, answers: Mapping[str, Any], way: Way | None = None
) -> Iterator[Reason]:
    outcome = condition.outcome(answers)
    if isinstance(condition, Criterion):
        yield Reason(condition, answers.get(condition.fact), outcome, way)
        return
    chosen = condition.joined == "any_of" and outcome == "met"
    for number, member in enumerate(condition.members):
        if not chosen or member.outcome(answers) == "met":
            yield from _reasons(member, answers, way or _way(condition, number, outcome))


def _decisive(
    condition: Condition, answers: Mapping[str, Any], way: Way | None = None
) -> Iterator[Reason]:
    """Only what came out as the whole did made it so."""
    outcome = condition.outcome(answers)
    if isinstance(condition, Criterion):
        yield Reason(condition, answers.get(condition.fact), outcome, way)
        return
    for number, member in enumerate(condition.members):
        if member.outcome(answers) == outcome:
            yield from _decisive(member, answers, way or _way(condition, number, outcome))


def _way(group: Group, number: int, outcome: Outcome) -> Way | None:
    is_a_choice = group.joined == "any_of" and outcome != "met" and len(group.members) > 1
    return (group, number) if is_a_choice else None
