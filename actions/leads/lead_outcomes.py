"""What came of sending, as whoever sent it is told: a receipt, or that it was too late."""

from typing import Any

from actions.calls.open_calls import open_now
from actions.context import Context
from actions.leads.lead_calls import next_chances
from actions.leads.receipts import receipt_values
from actions.leads.sending import Outcome
from actions.times.instants import in_words
from storage import calls
from storage.calls import ends_at
from storage.leads import NewLead
from storage.models import Lead

_RECEIPTS = {
    "new": "utter_receipt",
    "same": "utter_receipt_again",
    "changed": "utter_receipt_changed",
}


def tell_outcome(context: Context, dispatcher: Any, draft: NewLead, outcome: Outcome) -> None:
    """Utters one of the receipts, or `utter_lead_too_late`."""
    if outcome.what == "late":
        _refuse(context, dispatcher, draft, outcome.lead)
    elif outcome.lead is not None:
        values = receipt_values(context, outcome.lead)
        dispatcher.utter_message(response=_RECEIPTS[outcome.what], **values)


def _refuse(context: Context, dispatcher: Any, draft: NewLead, sent: Lead | None) -> None:
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
