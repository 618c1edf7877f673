"""Taking back what was sent, and choosing what is meant of several things that were."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.calls.call_words import own_values
from actions.context import BoundAction
from actions.desk.staff_posts import queue_for_staff
from actions.groups.sent import leads_at_hand, tell_withdrawn
from actions.labels import button
from actions.leads.receipts import REFERENCE, call_of, can_change, sent_lead
from actions.times.instants import in_words
from dialogues.moments.phrases import plain
from storage import resending
from storage.calls import ends_at
from storage.models import Lead
from storage.outbox import Lane

NONE = "none"


class FindSent(BoundAction):
    """Sees whether there is a choice of what was sent; says nothing."""

    called = "action_find_sent"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `sent_reference` where only one thing can be meant, and to `none` where nothing."""
        said = sent_lead(self.context, tracker.get_slot(REFERENCE))
        if said is not None:
            return [SlotSet(REFERENCE, said.reference)]
        found = leads_at_hand(self.context)
        if len(found) > 1:
            return [SlotSet(REFERENCE, None)]
        return [SlotSet(REFERENCE, found[0].reference if found else NONE)]


class AskSentReference(BoundAction):
    """Asks which of the things that were sent is meant, the newest first."""

    called = "action_ask_sent_reference"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_ask_sent_reference`."""
        found = leads_at_hand(self.context)
        dispatcher.utter_message(response="utter_ask_sent_reference", buttons=_choices(found[::-1]))
        return []


class ValidateSentReference(BoundAction):
    """Takes a reference however it is written, the idea's title, or the place in the list."""

    called = "validate_sent_reference"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Empties the slot when nothing was sent under it."""
        if tracker.get_slot(REFERENCE) == NONE:
            return []
        said = str(tracker.get_slot(REFERENCE) or "")
        lead = sent_lead(self.context, said) or self._listed(plain(said))
        if lead is None:
            dispatcher.utter_message(response="utter_invalid_sent_reference")
        return [SlotSet(REFERENCE, lead.reference if lead else None)]

    def _listed(self, said: str) -> Lead | None:
        found = leads_at_hand(self.context)[::-1]
        if said.isdecimal():
            return found[int(said) - 1] if 1 <= int(said) <= len(found) else None
        titles = {lead.id: plain((lead.idea or {}).get("title") or "") for lead in found}
        named = [lead for lead in found if titles[lead.id] and titles[lead.id] in said]
        return named[0] if named else None


class CheckWithdrawal(BoundAction):
    """Sees whether it can be taken back, and says why not."""

    called = "action_check_withdrawal"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `sent_reference` to `none` where it cannot."""
        lead = sent_lead(self.context, tracker.get_slot(REFERENCE))
        if lead is None:
            dispatcher.utter_message(response="utter_sent_unknown")
        elif lead.status == "withdrawn":
            dispatcher.utter_message(response="utter_withdrawn_already", reference=lead.reference)
        elif lead.status == "done":
            dispatcher.utter_message(response="utter_withdraw_done", reference=lead.reference)
        elif can_change(self.context, lead).is_late:
            self._refuse(dispatcher, lead)
        else:
            return [SlotSet(REFERENCE, lead.reference)]
        return [SlotSet(REFERENCE, NONE)]

    def _refuse(self, dispatcher: Any, lead: Lead) -> None:
        call = call_of(self.context, lead)
        values = {"reference": lead.reference, "call_title": call.title if call else None}
        if call is not None:
            zone = self.context.programme.zone
            values["deadline"] = in_words(ends_at(call), self.context.now, zone)
        dispatcher.utter_message(response="utter_withdraw_too_late", **values)


class Withdraw(BoundAction):
    """Takes it back, once `withdraw_confirmed` is true, and tells staff."""

    called = "action_withdraw"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Twice is once. What was said is judged by when it was said."""
        context, lead = self.context, sent_lead(self.context, tracker.get_slot(REFERENCE))
        if lead is None or tracker.get_slot("withdraw_confirmed") is not True:
            return []
        if lead.status != "withdrawn" and can_change(context, lead).is_late:
            dispatcher.utter_message(response="utter_withdraw_late_now", reference=lead.reference)
            return []
        if resending.withdraw(context.session, lead, who=lead.applicant_name, now=context.now):
            queue_for_staff(context, "lead_card_edit", {"lead_id": lead.id}, Lane.LEADS)
            queue_for_staff(context, "lead_taken_back", {"lead_id": lead.id}, Lane.LEADS)
            tell_withdrawn(context, lead)
        dispatcher.utter_message(
            response="utter_withdrawn", reference=lead.reference, until=self._until(lead)
        )
        return []

    def _until(self, lead: Lead) -> Markup:
        context, call = self.context, call_of(self.context, lead)
        return context.say("withdrawn_until", own_values(context, call)) if call else Markup("")


def _choices(found: Sequence[Lead]) -> list[dict[str, str]]:
    return [
        button(f"{it.reference} {(it.idea or {}).get('title') or ''}".strip(), _payload(it))
        for it in found
    ]


def _payload(lead: Lead) -> str:
    return f"/SetSlots({REFERENCE}={lead.reference})"
