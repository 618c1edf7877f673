"""Sending leads: one receipt however often it is sent, and staff are told."""

from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.cards import answer_lines, applicant_lines, contact_words
from actions.context import BoundAction, Context
from actions.instants import in_words
from actions.labels import blocks, kind_label, lines, question_label
from actions.lead_drafts import callback_from, lead_from
from storage import applicants, ideas, leads
from storage.leads import NewLead
from storage.models import Idea, Lead
from storage.outbox import Lane, queue


def contact_way(contact: str | None) -> str:
    """Which of the three a contact is: telegram, phone or email."""
    if contact is None or contact == "telegram":
        return "telegram"
    return "email" if "@" in contact else "phone"


class ShowLeadSummary(BoundAction):
    """Shows everything that is going to be sent."""

    called = "action_show_lead_summary"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_lead_summary`."""
        draft = lead_from(self.context, tracker.slots, domain)
        shown = blocks([lines(_sender_lines(self.context, draft)), _content(self.context, draft)])
        dispatcher.utter_message(response="utter_lead_summary", lines=shown)
        return []


class SendLead(BoundAction):
    """Hands the lead to staff. Sent again it gives the same receipt, and passes corrections on."""

    called = "action_send_lead"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Sets `lead_reference`. Without consent nothing is kept or sent."""
        if tracker.get_slot("lead_consent") is not True:
            dispatcher.utter_message(response="utter_lead_needs_consent")
            return []
        lead, is_new = send(self.context, lead_from(self.context, tracker.slots, domain))
        dispatcher.utter_message(
            response="utter_receipt" if is_new else "utter_receipt_again",
            **_receipt_values(self.context, lead),
        )
        return [SlotSet("lead_reference", lead.reference)]


class SendCallback(BoundAction):
    """Hands over a name and a number, and nothing else that is known."""

    called = "action_send_callback"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `lead_reference`."""
        draft = callback_from(
            self.context, name=tracker.get_slot("ring_name"), phone=tracker.get_slot("ring_phone")
        )
        lead, is_new = send(self.context, draft)
        dispatcher.utter_message(
            response="utter_callback_receipt" if is_new else "utter_callback_receipt_again",
            **_receipt_values(self.context, lead),
        )
        return [SlotSet("lead_reference", lead.reference)]


def send(context: Context, draft: NewLead) -> tuple[Lead, bool]:
    """Keep the lead and tell staff; the lead, and whether it is new."""
    session, now = context.session, context.now
    lead, is_new = leads.create_lead(session, draft, now=now)
    if is_new:
        if draft.kind != "callback":  # who wants to be rung left a number for that and no more
            _remember_sender(context, draft)
        queue_for_staff(context, "lead_card", {"lead_id": lead.id}, Lane.LEADS, f"card:{lead.id}")
    elif _correct(context, lead, draft):
        queue_for_staff(context, "lead_card_edit", {"lead_id": lead.id}, Lane.LEADS)
    return lead, is_new


def queue_for_staff(
    context: Context,
    kind: str,
    payload: dict[str, Any],
    lane: Lane,
    dedupe_key: str | None = None,
) -> None:
    """Queue a post for the staff chat. Where none is connected, what it is about waits in the
    database all the same."""
    if context.staff_chat_id is not None:
        queue(
            context.session,
            chat_id=context.staff_chat_id,
            kind=kind,
            lane=lane,
            now=context.now,
            payload=payload,
            dedupe_key=dedupe_key,
        )


def _remember_sender(context: Context, draft: NewLead) -> None:
    session, now = context.session, context.now
    applicants.save_contact(
        session,
        applicants.applicant_of(session, chat_id=context.chat_id, now=now),
        name=draft.applicant_name,
        contact=draft.contact,
        now=now,
    )
    idea = session.get(Idea, draft.idea_id) if draft.idea_id else None
    if idea is not None and idea.state == "draft":
        ideas.mark_sent(session, idea, now=now)


def _correct(context: Context, lead: Lead, draft: NewLead) -> bool:
    """Take over a corrected name or contact while the lead is open; whether anything changed."""
    if lead.status not in leads.OPEN:
        return False
    return leads.correct_sender(
        context.session,
        lead,
        name=draft.applicant_name,
        contact=draft.contact,
        helped=draft.helped,
        on_behalf_of=draft.on_behalf_of,
        now=context.now,
    )


def _sender_lines(context: Context, draft: NewLead) -> list[Markup]:
    reached = contact_words(context, draft.contact)
    shown = {"lead_name": draft.applicant_name, "lead_contact_way": reached}
    if draft.on_behalf_of:
        shown["lead_for_name"] = draft.on_behalf_of
    about = context.say(
        "summary_line",
        {"label": context.say("label_lead_kind", {}), "value": kind_label(context, draft.kind)},
    )
    return [about] + [
        context.say("summary_line", {"label": question_label(context, slot), "value": value})
        for slot, value in shown.items()
    ]


def _content(context: Context, draft: NewLead) -> Markup:
    facts = lines(applicant_lines(context, draft.facts))
    idea = draft.idea or {"title": None, "answers": {}}
    return blocks([facts, answer_lines(context, idea)])


def _receipt_values(context: Context, lead: Lead) -> dict[str, Any]:
    reached = contact_words(context, lead.contact)
    next_step = context.say(f"receipt_next_{contact_way(lead.contact)}", {"contact": reached})
    return {
        "reference": lead.reference,
        "name": lead.applicant_name,
        "contact": reached,
        "when": in_words(lead.created_at, context.now, context.programme.zone),
        "next_step": next_step,
    }
