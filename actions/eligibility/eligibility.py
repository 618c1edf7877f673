"""Who can apply to which call, and why, in words: each verdict with the answers behind it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.calls.call_words import call_values, call_when, own_values
from actions.context import BoundAction, Context
from actions.criteria.facts import declared, told_by
from actions.criteria.reason_words import reason_values
from actions.criteria.rounds import current_calls
from actions.criteria.verdicts import Judged, Kind, Reason, Verdict, judge_call
from actions.eligibility.checking import keep_answers
from actions.labels import answer_label, blocks, button, lines, question_label
from storage import told_verdicts

_BEST_FIRST: tuple[Kind, ...] = ("eligible", "not_yet", "unknown", "no")
WANTED = "wanted_call"  # the slot with the call that a link brought them for
OFFER = "guide_offer"  # the slot by which a flow is told which offer somebody wants
_SHOWN_IN_FULL = 3
_DOORS_SHOWN = 3


def best_first(
    judged: Sequence[Judged], *, theme: str | None, now: datetime, wanted: str | None = None
) -> list[Judged]:
    """What fits before what does not, the call they came for before others, then the chosen theme,
    open before coming."""

    def rank(one: Judged) -> tuple[Any, ...]:
        return (
            one.verdict.kind == "no",
            one.call.code != wanted,
            one.call.theme != theme,
            _BEST_FIRST.index(one.verdict.kind),
            one.call.opens_at > now,
            one.call.closes_at,
            one.call.code,
        )

    return sorted(judged, key=rank)


def judged_calls(
    context: Context, answers: Mapping[str, Any], *, wanted: str | None = None
) -> list[Judged]:
    """Every open and coming call with its verdict, the best first; `wanted` is the code of the one
    they came for."""
    judged = [judge_call(call, answers) for call in current_calls(context)]
    return best_first(judged, theme=answers.get("theme"), now=context.now, wanted=wanted)


def reason_sentences(verdict: Verdict) -> list[str]:
    """The decisive reasons as plain sentences, for a lead."""
    return [reason.text for reason in verdict.decisive()]


class _AboutVerdicts(BoundAction):
    """What these actions share: the calls as they are for this resident."""

    def _judged(self, slots: Mapping[str, Any]) -> list[Judged]:
        answers = declared(self.context.programme.facts, slots)
        return judged_calls(self.context, answers, wanted=slots.get(WANTED))


class JudgeCalls(_AboutVerdicts):
    """Keeps the declared facts and says for each open and coming call what holds, and why."""

    called = "action_judge_calls"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `verdict`, `call_code` and `call_title` to those of the best call."""
        context = self.context
        answers = keep_answers(context, tracker.slots)
        judged = judged_calls(context, answers, wanted=tracker.slots.get(WANTED))
        if not judged:
            dispatcher.utter_message(response="utter_no_open_calls")
            return _slots("none_open", None, None)
        dispatcher.utter_message(
            response="utter_verdicts", sections=_sections(context, judged), count=len(judged)
        )
        told_verdicts.note_told(
            context.session,
            chat_id=context.chat_id,
            verdicts={one.call.id: one.verdict.kind for one in judged},
            now=context.now,
        )
        best = judged[0]
        return _slots(best.verdict.kind, best.call.code, best.call.title)


class AskNextStep(_AboutVerdicts):
    """Offers what to do next; where no call fits, what does stands first."""

    called = "action_ask_next_step"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_ask_next_step`, which has a wording for each verdict."""
        judged = self._judged(tracker.slots)
        buttons = [] if _fits_any(judged) else [*self._doors(judged)]
        together = self._together(tracker.slots)
        dispatcher.utter_message(response="utter_ask_next_step", buttons=buttons, together=together)
        return []

    def _together(self, slots: Mapping[str, Any]) -> str | None:
        """The words of a button, for a group that does not shape its idea together yet."""
        if slots.get("applicant_who") != "group" or self.context.speaking is not None:
            return None
        return str(self.context.say("button_together", {}).unescape())

    def _doors(self, judged: Sequence[Judged]) -> Iterable[dict[str, str]]:
        doors = dict.fromkeys(door for one in judged for door in one.verdict.instead())
        for door in [*doors][:_DOORS_SHOWN]:
            slot = OFFER if door in self.context.programme.offers else "why_call"
            step = "offer" if slot == OFFER else "why"
            name = _door_name(self.context, judged, door)
            if name is not None:
                payload = f"/SetSlots(next_step={step}, {slot}={door})"
                yield button(name, payload)


class AskWhyCall(_AboutVerdicts):
    """Asks which call to explain, where there is more than one."""

    called = "action_ask_why_call"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `why_call` itself when there is nothing to choose."""
        judged = self._judged(tracker.slots)
        if len(judged) < 2:
            return [SlotSet("why_call", judged[0].call.code if judged else "none")]
        buttons = [button(it.call.title, f"/SetSlots(why_call={it.call.code})") for it in judged]
        dispatcher.utter_message(response="utter_ask_why_call", buttons=buttons)
        return []


class ExplainVerdict(_AboutVerdicts):
    """Shows each rule of a call, the answer behind it, and what would change it."""

    called = "action_explain_verdict"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_why`, or `utter_no_open_calls` when the call is gone."""
        context, code = self.context, tracker.get_slot("why_call")
        found = [one for one in self._judged(tracker.slots) if one.call.code == code]
        if not found:
            dispatcher.utter_message(response="utter_no_open_calls")
            return []
        [one] = found
        values = call_values(context, one.call)
        dispatcher.utter_message(
            response="utter_why",
            **values,
            when=lines((call_when(context, one.call), values["more"])),
            outcome=context.say(f"verdict_line_{one.verdict.kind}", {"call_title": one.call.title}),
            reasons=_reason_lines(context, one.verdict, one.verdict.reasons, "why"),
        )
        return []


def _sections(context: Context, judged: Sequence[Judged]) -> Markup:
    sections = [_section(context, one, judged) for one in judged[:_SHOWN_IN_FULL]]
    others = [
        context.say(f"verdict_line_{one.verdict.kind}", {"call_title": one.call.title})
        for one in judged[_SHOWN_IN_FULL:]
    ]
    if others:
        others.append(context.say("verdict_lines_why", {}))
    return blocks([*sections, lines(others)])


def _section(context: Context, one: Judged, judged: Sequence[Judged]) -> Markup:
    verdict = one.verdict
    reasons = verdict.decisive()
    if verdict.kind == "unknown":
        reasons = (*reasons, *verdict.to_do())
    values = {
        **own_values(context, one.call),
        "when": call_when(context, one.call),
        "reasons": lines(
            (
                _reason_lines(context, verdict, reasons, "reason"),
                _instead_line(context, verdict, judged),
            )
        ),
    }
    return context.say(f"utter_verdict_{verdict.kind}", values)


def _instead_line(context: Context, verdict: Verdict, judged: Sequence[Judged]) -> Markup:
    names = (_door_name(context, judged, door) for door in verdict.instead())
    found = ", ".join(name for name in names if name)
    line = "verdict_instead_too" if _fits_any(judged) else "verdict_instead"
    return context.say(line, {"names": found}) if found else Markup("")


def _fits_any(judged: Iterable[Judged]) -> bool:
    return any(one.verdict.kind != "no" for one in judged)


def _door_name(context: Context, judged: Sequence[Judged], door: str) -> str | None:
    """An offer's name or a call's title; None for a call that is over."""
    offer = context.programme.offers.get(door)
    if offer is not None:
        return offer.name
    return next((one.call.title for one in judged if one.call.code == door), None)


def _reason_lines(
    context: Context, verdict: Verdict, reasons: Iterable[Reason], style: str
) -> Markup:
    """A line each. Several ways of which one would do come last, under a word that says so."""
    needed: list[Markup] = []
    choices: dict[int, dict[int, list[Markup]]] = {}
    for reason in reasons:
        shown = needed
        if reason.way is not None:
            group, number = reason.way
            shown = choices.setdefault(id(group), {}).setdefault(number, [])
        line = _line(context, verdict, reason, style)
        if line not in shown:
            shown.append(line)
    return lines([*needed, *chain.from_iterable(_choice(context, it) for it in choices.values())])


def _choice(context: Context, ways: Mapping[int, Sequence[Markup]]) -> list[Markup]:
    told = [
        line if line is way[0] else context.say("reasons_and", {"line": line})
        for way in ways.values()
        for line in way
    ]
    return told if len(ways) == 1 else [context.say("reasons_either", {}), *told]


def _line(context: Context, verdict: Verdict, reason: Reason, style: str) -> Markup:
    """With the answer as it was given, also where that only implied the one that counts."""
    facts = context.programme.facts
    values = reason_values(context, reason)
    if reason.fact in facts and reason.answer is None:
        values["question"] = question_label(context, reason.fact)
    elif reason.fact in facts:
        told = told_by(facts, reason.fact, verdict.answers)
        values["answer"] = answer_label(context, told, verdict.answers[told])
    return context.say(f"{style}_{_style_of(reason, reason.fact in facts)}", values)


def _style_of(reason: Reason, is_asked: bool) -> str:
    """The content may ask about a fact no more, while a kept call still does."""
    if not is_asked:
        return "unasked"
    return reason.outcome if reason.outcome in ("met", "unknown") else "unmet"


def _slots(verdict: str, code: str | None, title: str | None) -> list[dict[str, Any]]:
    values = {"verdict": verdict, "call_code": code, "call_title": title}
    return [SlotSet(name, value) for name, value in values.items()]
