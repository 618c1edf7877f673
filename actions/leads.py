"""Sending leads: one receipt however often it is sent, and staff are told."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.call_words import own_values
from actions.cards import answer_lines, applicant_lines, contact_words
from actions.context import BoundAction, Context
from actions.groups.applying import member_lines
from actions.instants import in_words
from actions.labels import blocks, kind_label, lines, question_label
from actions.lead_calls import next_chances, not_yet_line
from actions.lead_drafts import callback_from, lead_from
from actions.open_calls import open_now
from actions.receipts import receipt_values
from actions.sending import send
from storage import calls
from storage.calls import ends_at
from storage.leads import NewLead
from storage.models import Lead


class ShowLeadSummary(BoundAction):
    """Shows everything that is going to be sent."""

    called = "action_show_lead_summary"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_lead_summary`."""
        draft = lead_from(self.context, tracker.slots, domain)
        about = lines((*_sender_lines(self.context, draft), *_call_lines(self.context, draft)))
        shown = blocks([about, _content(self.context, draft)])
        dispatcher.utter_message(response="utter_lead_summary", lines=shown)
        return []


class SendLead(BoundAction):
    """Hands the lead to staff. Sent again it gives the same receipt; what has changed goes along as
    a new version. After the deadline nothing goes, and it says so."""

    called = "action_send_lead"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Sets `lead_reference`. Without consent nothing is kept or sent."""
        if tracker.get_slot("lead_consent") is not True:
            dispatcher.utter_message(response="utter_lead_needs_consent")
            return []
        draft = lead_from(self.context, tracker.slots, domain)
        outcome = send(self.context, draft)
        if outcome.what == "late":
            self._refuse(dispatcher, draft, outcome.lead)
        elif outcome.lead is not None:
            values = receipt_values(self.context, outcome.lead)
            dispatcher.utter_message(response=_RECEIPTS[outcome.what], **values)
        reference = outcome.lead.reference if outcome.lead else None
        return [SlotSet("lead_reference", reference)]

    def _refuse(self, dispatcher: Any, draft: NewLead, sent: Lead | None) -> None:
        context = self.context
        if draft.call_id is None:
            return
        call = calls.get_call(context.session, draft.call_id)
        values = {"call_title": call.title, "open_now": open_now(context)}
        values["deadline"] = in_words(ends_at(call), context.now, context.programme.zone)
        if sent is not None:
            values["reference"] = sent.reference
        dispatcher.utter_message(
            response="utter_lead_too_late" if sent is None else "utter_change_too_late",
            **values,
            buttons=next_chances(context, call),
        )


_RECEIPTS = {
    "new": "utter_receipt",
    "same": "utter_receipt_again",
    "changed": "utter_receipt_changed",
}


class SendCallback(BoundAction):
    """Hands over a name and a number, and nothing else that is known."""

    called = "action_send_callback"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `lead_reference`."""
        draft = callback_from(
            self.context, name=tracker.get_slot("ring_name"), phone=tracker.get_slot("ring_phone")
        )
        outcome = send(self.context, draft)
        lead = outcome.lead
        if lead is None:
            return []
        dispatcher.utter_message(
            response="utter_callback_receipt"
            if outcome.what == "new"
            else "utter_callback_receipt_again",
            **receipt_values(self.context, lead),
        )
        return [SlotSet("lead_reference", lead.reference)]


def _sender_lines(context: Context, draft: NewLead) -> list[Markup]:
    reached = contact_words(context, draft.contact)
    shown = {"lead_name": draft.applicant_name, "lead_contact_way": reached}
    if draft.group_id is not None:
        shown = {"lead_sender": draft.on_behalf_of, **shown}
    elif draft.on_behalf_of:
        shown["lead_for_name"] = draft.on_behalf_of
    about = context.say(
        "summary_line",
        {"label": context.say("label_lead_kind", {}), "value": kind_label(context, draft.kind)},
    )
    return (
        [about]
        + [
            context.say("summary_line", {"label": question_label(context, slot), "value": value})
            for slot, value in shown.items()
        ]
        + [*member_lines(context, draft.members)]
    )


def _call_lines(context: Context, draft: NewLead) -> Iterator[Markup]:
    """For which call, until when, and what is still missing for it."""
    offer = context.programme.offers.get(draft.kind)
    if draft.call_id is None:
        if offer is not None and offer.takes_ideas:
            yield context.say("summary_no_call", {})
        return
    call = calls.get_call(context.session, draft.call_id)
    yield context.say("summary_call", own_values(context, call))
    if draft.verdict == "not_yet":
        yield not_yet_line(context, call, draft.facts)


def _content(context: Context, draft: NewLead) -> Markup:
    facts = lines(applicant_lines(context, draft.facts))
    idea = draft.idea or {"title": None, "answers": {}}
    return blocks([facts, answer_lines(context, idea)])
