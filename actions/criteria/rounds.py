"""One round of the eligibility questions: what is known, what comes next, how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from actions.context import Context
from actions.criteria.criteria import Group
from actions.criteria.facts import can_be_asked, declared, implied_answer
from actions.criteria.questions import next_question, questions_left
from actions.criteria.verdicts import criteria_of
from actions.programme import Fact
from storage import applicants, calls, late_links
from storage.models import Call


def current_calls(context: Context) -> list[Call]:
    """The calls that are judged: those that this chat has leave to apply to late, open ones, then
    those to come."""
    session, now = context.session, context.now
    late = late_links.late_calls(session, chat_id=context.chat_id, now=now)
    return list(dict.fromkeys((*late, *calls.current_calls(session, now=now))))


def open_calls(context: Context) -> list[Call]:
    """What takes applications from this chat: what it has leave for, then what is open."""
    return [call for call in current_calls(context) if call.opens_at <= context.now]


def said(facts: Mapping[str, Fact], slots: Mapping[str, Any]) -> list[str]:
    """The facts that somebody answered, without those that follow from others."""
    answers = declared(facts, slots)
    return [
        name
        for name, fact in facts.items()
        if slots.get(name) is not None and implied_answer(fact, answers) is None
    ]


def recalled(context: Context, slots: Mapping[str, Any]) -> dict[str, Any]:
    """What was declared in an earlier conversation, and this one does not hold."""
    applicant = applicants.find_applicant(context.session, chat_id=context.chat_id)
    kept = applicant.facts if applicant is not None else {}
    return {
        name: kept[name]
        for name, fact in context.programme.facts.items()
        if slots.get(name) is None and can_be_asked(fact, kept.get(name))
    }


def outdated(context: Context, slots: Mapping[str, Any]) -> list[str]:
    """The answers that matter to a call and are too old to be used unasked."""
    applicant = applicants.find_applicant(context.session, chat_id=context.chat_id)
    moments = applicants.declared_at(applicant) if applicant is not None else {}
    facts = context.programme.facts
    wanted = asked_by([criteria_of(call) for call in current_calls(context)])
    return [
        name
        for name in said(facts, slots)
        if name in wanted and _is_old(facts[name], moments.get(name), context.now)
    ]


def asked_by(criteria: Sequence[Group]) -> set[str]:
    """Every fact that these calls have a criterion about."""
    return set[str]().union(*(group.facts for group in criteria))


def _is_old(fact: Fact, said_at: datetime | None, now: datetime) -> bool:
    if fact.confirm_after_days is None or said_at is None:
        return False
    return said_at + timedelta(days=fact.confirm_after_days) <= now


@dataclass(frozen=True, slots=True)
class Round:
    """`known` is passed over without a question, mostly because it was answered before the round
    began; `seen` is what the round has come by, in order, answered or not. With `only` nothing else
    is asked."""

    known: tuple[str, ...]
    seen: tuple[str, ...] = ()
    only: str | None = None

    @classmethod
    def from_slot(cls, kept: Any) -> "Round | None":
        """As `as_slot` has it; None where no round is under way."""
        if not isinstance(kept, Mapping):
            return None
        return cls(tuple(kept.get("known", ())), tuple(kept.get("seen", ())), kept.get("only"))

    def as_slot(self) -> dict[str, Any]:
        """The form in which the conversation keeps it."""
        kept: dict[str, Any] = {"known": list(self.known), "seen": list(self.seen)}
        return {**kept, "only": self.only} if self.only else kept

    def past(self, fact: str | None) -> "Round":
        """With this fact behind it. One that was seen before has been opened again, so what came
        after it is to be come by once more."""
        if fact is None:
            return self
        before = self.seen[: self.seen.index(fact)] if fact in self.seen else self.seen
        return Round(self.known, (*before, fact), self.only)

    def without(self, fact: str | None) -> "Round":
        """With this fact behind it, and no question put for it."""
        if fact is None:
            return self
        past = self.past(fact)
        return Round((*past.known, fact), past.seen, self.only)

    def unsure(self, slots: Mapping[str, Any]) -> list[str]:
        """What was asked and not known."""
        return [name for name in self.seen if slots.get(name) is None]

    def to_pass(self, facts: Mapping[str, Fact], slots: Mapping[str, Any]) -> str | None:
        """A known answer that the round has not come by. Coming by lets it be changed later."""
        return next(
            (it for it in said(facts, slots) if it in self.known and it not in self.seen), None
        )

    def asked(self) -> int:
        """How many questions were put."""
        return sum(name not in self.known for name in self.seen)


@dataclass(frozen=True, slots=True)
class NextStep:
    """The fact to come by next, or None at the end; `about` how many questions in all, when it is
    to be asked."""

    fact: str | None
    number: int = 0
    about: int = 0


def next_step(
    round_: Round, criteria: Sequence[Group], facts: Mapping[str, Fact], slots: Mapping[str, Any]
) -> NextStep:
    """What is known is passed over first; then comes what settles the most."""
    if round_.only is not None:
        return NextStep(None if round_.only in round_.seen else round_.only)
    passed = round_.to_pass(facts, slots)
    if passed is not None:
        return NextStep(passed)
    answers, unsure = declared(facts, slots), round_.unsure(slots)
    fact = next_question(criteria, answers, facts, unsure=unsure)
    if fact is None:
        return NextStep(None)
    left = questions_left(criteria, answers, facts, unsure=unsure)
    return NextStep(fact, round_.asked() + 1, round_.asked() + max(left, 1))
