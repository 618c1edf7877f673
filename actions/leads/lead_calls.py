"""Choosing the call that an idea is sent for."""

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.calls.call_words import own_values
from actions.calls.following import choose_calls
from actions.context import BoundAction, Context
from actions.criteria.facts import declared
from actions.criteria.rounds import current_calls, open_calls
from actions.criteria.verdicts import Judged, Verdict, judge_call
from actions.eligibility.eligibility import WANTED, best_first
from actions.ideas.ideas import idea_of, meant_for
from actions.labels import button, lines, question_label
from actions.leads.lead_drafts import TEAM
from actions.leads.sending import counted
from actions.times.instants import in_words
from dialogues.moments.phrases import is_there, plain
from storage import applicants, calls
from storage.calls import ends_at
from storage.models import Call

CHOSEN = "lead_call"  # the slot with the code, or TEAM
_MOST_OFFERED = 6


class _AboutLeadCalls(BoundAction):
    """What these actions share: the calls as they are for this resident."""

    def judged(self, slots: Mapping[str, Any]) -> list[Judged]:
        """What takes ideas now, the best first."""
        answers = answers_for(self.context, slots)
        found = [judge_call(call, answers) for call in takes_now(self.context, slots)]
        now, theme = self.context.now, answers.get("theme")
        return best_first(found, theme=theme, now=now, wanted=slots.get(WANTED))

    def fitting(self, slots: Mapping[str, Any]) -> list[Judged]:
        """Those of them that are offered."""
        return [one for one in self.judged(slots) if one.verdict.kind != "no"][:_MOST_OFFERED]


class FindLeadCall(_AboutLeadCalls):
    """Sees whether the call is known already, or there is nothing to choose."""

    called = "action_find_lead_call"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `lead_call`, or leaves it empty where there is a choice. Says why, if the call that
        was meant is over or does not fit."""
        slots = tracker.slots
        if slots.get(CHOSEN):
            return []
        meant = self._meant(slots)
        if meant is not None and self._takes(dispatcher, meant, slots):
            return [SlotSet(CHOSEN, meant.code)]
        fitting = self.fitting(slots)
        if not fitting:
            return [SlotSet(CHOSEN, TEAM)]
        [first, *others] = fitting
        if not others and meant is None and first.verdict.kind != "unknown":
            return [SlotSet(CHOSEN, first.call.code)]
        return []

    def _meant(self, slots: Mapping[str, Any]) -> Call | None:
        idea = idea_of(self.context.session, chat_id=self.context.chat_id)
        code = slots.get("call_code") or (idea.call_code if idea else None)
        return calls.find_call(self.context.session, code=code) if code else None

    def _takes(self, dispatcher: Any, call: Call, slots: Mapping[str, Any]) -> bool:
        """Whether it takes the idea; if not, it is said why, and where to go instead."""
        context = self.context
        verdict = judge_call(call, answers_for(context, slots)).verdict
        if counted(context, call).is_late:
            deadline = in_words(ends_at(call), context.now, context.programme.zone)
            values = {"call_title": call.title, "deadline": deadline}
            name = "utter_lead_call_off" if call.withdrawn_at else "utter_lead_call_over"
            dispatcher.utter_message(response=name, **values)
            return False
        if verdict.kind == "no":
            values = {"call_title": call.title, "lines": _no_lines(context, verdict)}
            dispatcher.utter_message(response="utter_lead_call_no", **values)
            return False
        return True


class AskLeadCall(_AboutLeadCalls):
    """Asks which call it is for, with what holds for each."""

    called = "action_ask_lead_call"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Those that do not fit are named without a button."""
        context, judged = self.context, self.judged(tracker.slots)
        fitting = self.fitting(tracker.slots)
        told = [_choice_line(context, one) for one in fitting]
        known = tracker.get_slot("call_code")  # of the one that was meant it has been said
        told += [
            _choice_line(context, one)
            for one in judged
            if one.verdict.kind == "no" and one.call.code != known
        ]
        buttons = [button(it.call.title, f"/SetSlots({CHOSEN}={it.call.code})") for it in fitting]
        team = context.say("lead_call_team", {}).unescape()
        buttons.append(button(team, f"/SetSlots({CHOSEN}={TEAM})"))
        dispatcher.utter_message(response="utter_lead_calls", lines=lines(told))
        dispatcher.utter_message(response="utter_ask_lead_call", buttons=buttons)
        return []


class ValidateLeadCall(_AboutLeadCalls):
    """Turns what was said into a call's code, or TEAM."""

    called = "validate_lead_call"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Empties the slot when the words name no call that is offered, or more than one."""
        said = str(tracker.get_slot(CHOSEN) or "").casefold().strip()
        chosen = choose_calls([it.call for it in self.fitting(tracker.slots)], said)
        if len(chosen) == 1:
            return [SlotSet(CHOSEN, chosen[0].code)]
        if said == TEAM or is_there(plain(said), self._words_for_team()):
            return [SlotSet(CHOSEN, TEAM)]
        dispatcher.utter_message(response="utter_invalid_lead_call")
        return [SlotSet(CHOSEN, None)]

    def _words_for_team(self) -> list[str]:
        return self.context.say("lead_call_team_words", {}).unescape().split(",")


class TakeLeadCall(BoundAction):
    """From now on the idea is meant for the chosen call; says nothing."""

    called = "action_take_lead_call"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `call_code` and `call_title`, which reminders go by as well."""
        chosen = tracker.get_slot(CHOSEN)
        session = self.context.session
        call = calls.find_call(session, code=chosen) if chosen and chosen != TEAM else None
        if call is None:
            return []
        idea = idea_of(session, chat_id=self.context.chat_id)
        if idea is not None:
            meant_for(self.context, idea, call.code)
        return [SlotSet("call_code", call.code), SlotSet("call_title", call.title)]


def answers_for(context: Context, slots: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was declared: in this conversation, else before."""
    applicant = applicants.find_applicant(context.session, chat_id=context.chat_id)
    kept = applicant.facts if applicant is not None else {}
    return {**kept, **declared(context.programme.facts, slots)}


def takes_now(context: Context, slots: Mapping[str, Any]) -> list[Call]:
    """What takes ideas: open calls, and the one they came for if it is yet to open."""
    meant = (slots.get("call_code"), slots.get(WANTED))
    coming = [call for call in current_calls(context) if call.code in meant]
    return list(dict.fromkeys((*open_calls(context), *coming)))


def not_yet_line(context: Context, call: Call, facts: Mapping[str, Any]) -> Markup:
    """What is still missing for the call, and by when."""
    verdict = judge_call(call, facts).verdict
    return context.say("summary_not_yet", {"missing": _missing(context, verdict)})


def next_chances(context: Context, call: Call) -> list[dict[str, str]]:
    """What can be done once a call is over: hear of the next, see what is open, ask a person."""
    told = {"next": f"/keep_me_posted(interest={call.theme})", "open": "/list_calls"}
    if call.theme not in context.programme.themes:
        del told["next"]
    told |= {"team": "/send_to_team", "person": "/talk_to_human"}
    return [
        button(context.say(f"button_chance_{name}", {}).unescape(), payload)
        for name, payload in told.items()
    ]


def _choice_line(context: Context, one: Judged) -> Markup:
    values = own_values(context, one.call)
    if one.verdict.kind == "no":
        return context.say("lead_call_no", {**values, "lines": _no_lines(context, one.verdict)})
    missing = _missing(context, one.verdict) if one.verdict.kind == "not_yet" else ""
    return context.say(f"lead_call_{one.verdict.kind}", {**values, "missing": missing})


def _missing(context: Context, verdict: Verdict) -> Markup:
    """What would change a verdict that is not yet; of one that is open, what is not known."""
    if verdict.kind == "unknown":
        asked = (it.fact for it in verdict.decisive() if it.fact in context.programme.facts)
        return Markup(", ").join(question_label(context, it) for it in dict.fromkeys(asked))
    return Markup(" ").join(reason.fix for reason in verdict.to_do() if reason.fix)


def _no_lines(context: Context, verdict: Verdict) -> Markup:
    """Why it does not fit, and which door does."""
    told = [reason.text for reason in verdict.decisive()]
    return lines((Markup(" ").join(told), *_instead(context, verdict)))


def _instead(context: Context, verdict: Verdict) -> Iterator[Markup]:
    names = []
    for door in verdict.instead():
        offer = context.programme.offers.get(door)
        call = None if offer else calls.find_call(context.session, code=door)
        names += [offer.name] if offer else [call.title] if call else []
    if names:
        yield context.say("lead_call_instead", {"names": ", ".join(names)})
