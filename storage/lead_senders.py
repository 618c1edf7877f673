"""Who sent a lead, and with whom: corrected, handed over, taken out, forgotten."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import duplicates, hook_deliveries, mails, threads
from storage.applicants import contact_index
from storage.change_requests import make_requests_anonymous
from storage.decisions import forget_words
from storage.lead_events import BY_RESIDENTS, events_of, record_event
from storage.lead_labels import delete_labels
from storage.lead_search import index_lead
from storage.leads import leads_of_group
from storage.models import Lead
from storage.submissions import make_submissions_anonymous


def correct_sender(
    session: Session,
    lead: Lead,
    *,
    name: str | None,
    contact: str,
    helped: bool,
    on_behalf_of: str | None,
    members: list[dict[str, Any]] | None,
    now: datetime,
) -> bool:
    """Who sends a lead, with whom, and how to reach them was corrected; whether that changes
    anything."""
    corrected = (name, contact, helped, on_behalf_of, members)
    known = (lead.applicant_name, lead.contact, lead.helped, lead.on_behalf_of, lead.members)
    if known == corrected:
        return False
    lead.applicant_name, lead.contact, lead.helped, lead.on_behalf_of, lead.members = corrected
    lead.contact_index = contact_index(session, contact)
    record_event(session, lead, kind="corrected", who=name, words=None, now=now)
    return True


def move_group_leads(
    session: Session, *, group_id: int, chat_id: int, name: str | None, now: datetime
) -> list[Lead]:
    """Somebody else is the contact of this group: what it has sent is theirs to hear of. The leads
    that moved; how to reach who was the contact before goes from them."""
    statement = select(Lead).where(Lead.group_id == group_id, Lead.chat_id.is_not(None))
    moved = [lead for lead in session.scalars(statement) if lead.chat_id != chat_id]
    for lead in moved:
        lead.chat_id, lead.applicant_name = chat_id, name
        lead.contact, lead.contact_index = "telegram", None
        record_event(session, lead, kind="corrected", who=name, words=None, now=now)
    return moved


def take_out_member(
    session: Session, *, group_id: int, chat_id: int, name: str | None
) -> list[Lead]:
    """Whoever is called this, and writes from this private chat, stands in nothing that the group
    has sent any more; the leads of the group."""
    found = leads_of_group(session, group_id=group_id)
    for lead in found:
        names = {name, lead.applicant_name if lead.chat_id == chat_id else None} - {None}
        lead.members = lead.members and [
            {**it, "name": None, "named_at": None} if it["name"] in names else it
            for it in lead.members
        ]
        for event in events_of(session, lead):
            if event.kind in BY_RESIDENTS and event.who in names:
                event.who = None
        session.flush()
        index_lead(session, lead)  # it is not found by their name any more
    return found


def is_anonymous(lead: Lead) -> bool:
    """Whether all that told of a person has gone from it."""
    return lead.dedupe_key == _anonymous_key(lead)


def make_anonymous(session: Session, lead: Lead, *, now: datetime) -> None:
    """Leave of a lead its reference, kind, dates, place and theme: nothing about a person."""
    for name in ("chat_id", "idea_id", "applicant_name", "contact", "contact_index"):
        setattr(lead, name, None)
    lead.on_behalf_of = lead.idea = lead.outcome = lead.source = None
    lead.group_id = lead.members = lead.language = None
    lead.score = lead.score_reasons = lead.overruled = lead.decline_reason = None
    lead.next_action = lead.next_action_at = lead.snoozed_until = None
    lead.facts, lead.reasons, lead.to_be_listened = {}, [], False
    lead.dedupe_key = _anonymous_key(lead)
    make_submissions_anonymous(session, lead_id=lead.id)
    make_requests_anonymous(session, lead_id=lead.id, now=now)
    forget_words(session, lead, now=now)
    delete_labels(session, lead_id=lead.id)
    duplicates.release(session, lead, now=now)
    threads.lose_title(session, lead_id=lead.id)
    hook_deliveries.forget_lead(session, lead.id)
    mails.forget_lead(session, lead.id)
    for event in events_of(session, lead):
        event.words = None
        if event.kind in BY_RESIDENTS:
            event.who = None
    record_event(session, lead, kind="forgotten", who=None, words=None, now=now)


def _anonymous_key(lead: Lead) -> str:
    return f"withdrawn:{lead.id}"
