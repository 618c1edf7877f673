"""Asking for eligibility: only what still matters, and nothing that is known."""

from collections.abc import Collection, Mapping
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context
from actions.criteria.facts import applies_alone, declared
from actions.criteria.rounds import (
    Round,
    asked_by,
    current_calls,
    next_step,
    outdated,
    recalled,
    said,
)
from actions.criteria.verdicts import criteria_of
from actions.eligibility.assigning import has_others
from actions.labels import answer_label, lines, question_label
from storage import applicants
from storage.models import Applicant

ROUND = "check_round"
ASKED = "asked_fact"
PASSED = "passed_fact"
WANTED = "fact_wanted"  # the slot of the only fact to ask, if it is only one
ASK_ELSE = "ask_somebody_else"  # the slot with the words of the button for it
NEXT = "next_fact"
PROGRESS = "check_progress"
STILL_RIGHT = "still_right"
HEARD = "answers_heard"  # the slot with what was understood before anything was asked


def keep_answers(
    context: Context, slots: Mapping[str, Any], *, confirmed: Collection[str] = ()
) -> dict[str, Any]:
    """Keep what the slots declare, in place of what was kept before; the facts."""
    facts = declared(context.programme.facts, slots)
    _keep(context, _applicant(context), facts, confirmed=confirmed)
    return facts


def _applicant(context: Context) -> Applicant:
    return applicants.applicant_of(context.session, chat_id=context.chat_id, now=context.now)


def _keep(
    context: Context,
    applicant: Applicant,
    facts: Mapping[str, Any],
    *,
    confirmed: Collection[str] = (),
) -> None:
    alone = applies_alone(context.programme.facts, facts)
    applicants.save_facts(
        context.session,
        applicant,
        facts=facts,
        kind="individual" if alone and context.speaking is None else "group",
        now=context.now,
        confirmed=confirmed,
    )


class RecallAnswers(BoundAction):
    """Begins a round: takes up what was declared another day, as far as it is not known here."""

    called = "action_recall_answers"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets those facts, and `check_round`; and `answers_heard`, where the content has it, to
        the words for what this conversation has told already. Says nothing."""
        known = recalled(self.context, tracker.slots)
        slots, wanted = {**tracker.slots, **known}, tracker.get_slot(WANTED)
        begun = Round(tuple(said(self.context.programme.facts, slots)), only=wanted)
        taken = [SlotSet(WANTED, None)] if wanted else []
        heard = [SlotSet(HEARD, _heard(self.context, tracker.slots))] if HEARD in slots else []
        facts = (SlotSet(name, value) for name, value in known.items())
        return [*facts, *taken, *heard, _round(begun)]


def _heard(context: Context, slots: Mapping[str, Any]) -> str | None:
    """`a CIC or social enterprise, Sefton`, in the words for it; None where nothing was told."""
    facts = context.programme.facts
    told = [name for name in facts if slots.get(name) is not None and not facts[name].sensitive]
    shown = [str(_short_answer(context, name, slots[name]).unescape()) for name in told]
    words = ", ".join(dict.fromkeys(shown))
    return str(context.say(HEARD, {"answers": words}).unescape()) if words else None


def _short_answer(context: Context, fact: str, value: Any) -> Markup:
    """Yes, no and numbers say nothing without their question."""
    shown = answer_label(context, fact, value)
    if not isinstance(value, bool | int | float):
        return shown
    values = {"label": question_label(context, fact), "value": shown}
    return context.say("answer_heard", values)


class AskStillRight(BoundAction):
    """Asks whether old answers still hold, all in one question."""

    called = "action_ask_still_right"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_old_answers`; when no answer is old, all of them are still right."""
        context, slots = self.context, tracker.slots
        shown = lines(
            context.say(
                "summary_line",
                {
                    "label": question_label(context, name),
                    "value": answer_label(context, name, slots[name]),
                },
            )
            for name in outdated(context, slots)
        )
        if not shown:
            return [SlotSet(STILL_RIGHT, True)]
        dispatcher.utter_message(response="utter_old_answers", lines=shown)
        return []


class ConfirmAnswers(BoundAction):
    """Old answers count as said now, or are asked again."""

    called = "action_confirm_answers"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Without an answer in `still_right` nothing changes."""
        slots, old = tracker.slots, outdated(self.context, tracker.slots)
        if slots.get(STILL_RIGHT) is True:
            keep_answers(self.context, slots, confirmed=old)
        if slots.get(STILL_RIGHT) is not False:
            return []
        forgotten = dict.fromkeys(old)
        keep_answers(self.context, {**slots, **forgotten})
        begun = Round.from_slot(slots.get(ROUND)) or Round(())
        known = tuple(name for name in begun.known if name not in forgotten)
        return [*(SlotSet(name, None) for name in forgotten), _round(Round(known))]


class NextQuestion(BoundAction):
    """Chooses what to ask next. `asked_fact` is what the flow has just come by, `passed_fact` what
    it does not ask, so that it stays open."""

    called = "action_next_question"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `next_fact`, null when no answer matters any more, and `check_progress`."""
        context, slots = self.context, tracker.slots
        facts = context.programme.facts
        criteria = [criteria_of(call) for call in current_calls(context)]
        begun = Round.from_slot(slots.get(ROUND))
        if begun is None:
            begun = Round(tuple(name for name in said(facts, slots) if name in asked_by(criteria)))
        begun = begun.past(slots.get(ASKED)).without(slots.get(PASSED))
        _keep_so_far(context, declared(facts, slots))
        step = next_step(begun, criteria, facts, slots)
        progress = context.say("check_progress", {"number": step.number, "about": step.about})
        return [
            _round(begun),
            SlotSet(PASSED, None),
            SlotSet(NEXT, step.fact),
            SlotSet(PROGRESS, str(progress.unescape()) if step.number else None),
            *_asking_else(context, slots, is_asked=step.number > 0),
        ]


def _asking_else(
    context: Context, slots: Mapping[str, Any], *, is_asked: bool
) -> list[dict[str, Any]]:
    """Whoever leads a group may leave a question to somebody else in it."""
    speaking = context.speaking
    may = is_asked and speaking is not None and speaking.leads and has_others(context, speaking)
    label = str(context.say("button_ask_somebody_else", {}).unescape()) if may else None
    return [SlotSet(ASK_ELSE, label)] if slots.get(ASK_ELSE) != label else []


def _keep_so_far(context: Context, facts: Mapping[str, Any]) -> None:
    """In the middle of a round an answer may only be put aside, so nothing is dropped yet."""
    applicant = _applicant(context)
    _keep(context, applicant, {**applicant.facts, **facts})


def _round(begun: Round) -> dict[str, Any]:
    event: dict[str, Any] = SlotSet(ROUND, begun.as_slot())
    return event
