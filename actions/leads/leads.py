"""Sending leads: one receipt however often it is sent, and staff are told."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.context import BoundAction
from actions.leads.lead_drafts import callback_from, lead_from
from actions.leads.lead_outcomes import tell_outcome
from actions.leads.lead_summaries import lead_summary
from actions.leads.receipts import receipt_values
from actions.leads.sending import send
from actions.leads.signing import ask_the_other, needs_agreement


class ShowLeadSummary(BoundAction):
    """Shows everything that is going to be sent."""

    called = "action_show_lead_summary"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_lead_summary`."""
        shown = lead_summary(self.context, lead_from(self.context, tracker.slots, domain))
        dispatcher.utter_message(response="utter_lead_summary", lines=shown)
        return []


class SendLead(BoundAction):
    """Hands the lead to staff. Sent again it gives the same receipt; what has changed goes along as
    a new version. After the deadline nothing goes, and it says so. Where two people of a group have
    to agree, the other one is asked instead."""

    called = "action_send_lead"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Sets `lead_reference`. Without consent nothing is kept or sent."""
        if tracker.get_slot("lead_consent") is not True:
            dispatcher.utter_message(response="utter_lead_needs_consent")
            return []
        draft = lead_from(self.context, tracker.slots, domain)
        if needs_agreement(self.context, draft):
            ask_the_other(self.context, dispatcher, draft)
            return [SlotSet("lead_reference", None)]
        outcome = send(self.context, draft)
        tell_outcome(self.context, dispatcher, draft, outcome)
        reference = outcome.lead.reference if outcome.lead else None
        return [SlotSet("lead_reference", reference)]


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
