"""Who can apply to which call, and why: a verdict for each, traced to the answers behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context
from actions.criteria import Criterion, declared, from_data
from actions.instants import in_words
from actions.labels import answer_label, blocks, lines, question_label
from storage import applicants, calls
from storage.models import Call

Kind = Literal["eligible", "not_yet", "no", "unknown"]
Outcome = Literal["met", "not_yet", "no", "unknown"]

_BEST_FIRST: tuple[Kind, ...] = ("eligible", "not_yet", "unknown", "no")
_SHOWN_IN_FULL = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion and the answer it was held against; the answer is None while unknown."""

    fact: str
    answer: Any
    outcome: Outcome
    text: str
    fix: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for one call, with a reason for each of its criteria, in the author's order."""

    kind: Kind
    reasons: tuple[Reason, ...]

    def decisive(self) -> tuple[Reason, ...]:
        """The reasons that made it what it is."""
        wanted = "met" if self.kind == "eligible" else self.kind
        return tuple(reason for reason in self.reasons if reason.outcome == wanted)


@dataclass(frozen=True, slots=True)
class Judged:
    """A call with its verdict."""

    call: Call
    verdict: Verdict


def judge(criteria: Sequence[Criterion], facts: Mapping[str, Any]) -> Verdict:
    """Hold each criterion against the facts.

    One unmet `no` decides; else a missing answer leaves it unknown; else one unmet `not_yet`
    decides. So a further answer only ever changes an unknown verdict. The criteria and their
    wording are the call's author's.
    """
    reasons = tuple(_reason(criterion, facts.get(criterion.fact)) for criterion in criteria)
    outcomes = {reason.outcome for reason in reasons}
    kind: Kind = "eligible"
    if "no" in outcomes:
        kind = "no"
    elif "unknown" in outcomes:
        kind = "unknown"
    elif "not_yet" in outcomes:
        kind = "not_yet"
    return Verdict(kind, reasons)


def judge_call(call: Call, facts: Mapping[str, Any]) -> Judged:
    """Judge one kept call."""
    return Judged(call, judge([from_data(data) for data in call.criteria], facts))


def best_first(judged: Sequence[Judged], *, theme: str | None, now: datetime) -> list[Judged]:
    """What fits before what does not, the chosen theme before others, open before coming."""

    def rank(one: Judged) -> tuple[Any, ...]:
        return (
            one.verdict.kind == "no",
            one.call.theme != theme,
            _BEST_FIRST.index(one.verdict.kind),
            one.call.opens_at > now,
            one.call.closes_at,
            one.call.code,
        )

    return sorted(judged, key=rank)


def settled(kind: Kind) -> str:
    """The verdict that slots and leads know: what is not settled yet is not yet."""
    return "not_yet" if kind == "unknown" else kind


def reason_sentences(verdict: Verdict) -> list[str]:
    """The decisive reasons as plain sentences, for a lead."""
    return [reason.text for reason in verdict.decisive()]


def applicant_kind(facts: Mapping[str, Any]) -> str:
    """`individual` for somebody alone, `group` for a group or an organisation."""
    return "individual" if facts.get("applicant_who", "individual") == "individual" else "group"


def _reason(criterion: Criterion, answer: Any) -> Reason:
    if answer is None:
        return Reason(criterion.fact, None, "unknown", criterion.unmet_text, criterion.fix)
    if criterion.is_met_by(answer):
        return Reason(criterion.fact, answer, "met", criterion.met, "")
    return Reason(criterion.fact, answer, criterion.unmet, criterion.unmet_text, criterion.fix)


class JudgeCalls(BoundAction):
    """Keeps the declared facts and says for each open and coming call what holds, and why."""

    called = "action_judge_calls"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `verdict`, `call_code` and `call_title` to those of the best call."""
        context = self.context
        facts = declared(tracker.slots)
        applicants.save_facts(
            context.session,
            applicants.applicant_of(context.session, chat_id=context.chat_id, now=context.now),
            facts=facts,
            kind=applicant_kind(facts),
            now=context.now,
        )
        judged = self._judged(facts)
        if not judged:
            dispatcher.utter_message(response="utter_no_open_calls")
            return _slots("none_open", None, None)
        dispatcher.utter_message(
            response="utter_verdicts", sections=_sections(context, judged), count=len(judged)
        )
        best = judged[0]
        return _slots(settled(best.verdict.kind), best.call.code, best.call.title)

    def _judged(self, facts: Mapping[str, Any]) -> list[Judged]:
        session, now = self.context.session, self.context.now
        found = calls.open_calls(session, now=now) + calls.coming_calls(session, now=now)
        return best_first(
            [judge_call(call, facts) for call in found], theme=facts.get("theme"), now=now
        )


def call_when(context: Context, call: Call) -> Markup:
    """When the call closes, or opens and closes, in words."""
    zone, now = context.programme.zone, context.now
    values = {
        "opens": in_words(call.opens_at, now, zone),
        "deadline": in_words(call.closes_at, now, zone),
    }
    return context.say("call_when_coming" if call.opens_at > now else "call_when_open", values)


def _sections(context: Context, judged: Sequence[Judged]) -> Markup:
    sections = [_section(context, one) for one in judged[:_SHOWN_IN_FULL]]
    others = lines(
        context.say(f"verdict_line_{one.verdict.kind}", {"call_title": one.call.title})
        for one in judged[_SHOWN_IN_FULL:]
    )
    return blocks([*sections, others])


def _section(context: Context, one: Judged) -> Markup:
    values = {
        "call_title": one.call.title,
        "summary": one.call.summary,
        "when": call_when(context, one.call),
        "reasons": lines(_reason_line(context, reason) for reason in one.verdict.decisive()),
    }
    return context.say(f"utter_verdict_{one.verdict.kind}", values)


def _reason_line(context: Context, reason: Reason) -> Markup:
    if reason.outcome == "unknown":
        return context.say("reason_unknown", {"question": question_label(context, reason.fact)})
    values = {
        "text": reason.text,
        "fix": reason.fix,
        "answer": answer_label(context, reason.fact, reason.answer),
    }
    return context.say(f"reason_{'met' if reason.outcome == 'met' else 'unmet'}", values)


def _slots(verdict: str, code: str | None, title: str | None) -> list[dict[str, Any]]:
    values = {"verdict": verdict, "call_code": code, "call_title": title}
    return [SlotSet(name, value) for name, value in values.items()]
