"""Leads and what happens to them. A lead is a copy: what the applicant changes later leaves it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, union, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from storage.applicants import contact_index
from storage.change_requests import end_requests, make_requests_anonymous
from storage.database import insert_into
from storage.lead_labels import delete_labels
from storage.models import Chat, Group, Lead, LeadEvent, StaffMember
from storage.submissions import make_submissions_anonymous

OPEN = ("new", "claimed", "in_contact")
_BY_RESIDENTS = ("sent", "sent_again", "resident_said", "corrected", "withdrawn", "changed")


@dataclass(frozen=True, slots=True)
class NewLead:
    """What goes into a lead. `idea` is {"title": …, "answers": {question: text}} or None."""

    reference: str
    dedupe_key: str
    kind: str
    chat_id: int
    applicant_kind: str
    applicant_name: str | None
    contact: str
    reasons: list[str]
    facts: dict[str, Any]
    idea_id: int | None = None
    call_id: int | None = None
    on_behalf_of: str | None = None
    helped: bool = False
    borough: str | None = None
    theme: str | None = None
    verdict: str | None = None
    idea: dict[str, Any] | None = None
    source: str | None = None
    to_be_listened: bool = False
    group_id: int | None = None
    members: list[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """The lead is this staff member's now, or was already."""

    lead: Lead


@dataclass(frozen=True, slots=True)
class AlreadyClaimed:
    """Somebody else has the lead, or it is over."""

    lead: Lead
    by: str | None


@dataclass(frozen=True, slots=True)
class Closed:
    """The lead is done. `changed` is False when it was so before, and nobody need be told."""

    lead: Lead
    changed: bool


def create_lead(session: Session, new: NewLead, *, now: datetime) -> tuple[Lead, bool]:
    """The lead with this dedupe key, and whether it is new: of two who make it at once, for one.
    The consent is given now. The caller holds the lead from here on."""
    made = None
    if find_by_dedupe_key(session, dedupe_key=new.dedupe_key) is None:
        made = _insert(session, new, now)
    lead = find_by_dedupe_key(session, dedupe_key=new.dedupe_key, hold=True)
    if lead is None:
        raise NoResultFound(new.dedupe_key)
    if made is not None:
        record_event(session, lead, kind="sent", who=new.applicant_name, words=None, now=now)
    return lead, made is not None


def _insert(session: Session, new: NewLead, now: datetime) -> int | None:
    values = {name: getattr(new, name) for name in NewLead.__dataclass_fields__}
    statement = insert_into(session, Lead).values(
        **values,
        contact_index=contact_index(session, new.contact),
        status="new",
        consent_at=now,
        created_at=now,
    )
    made: int | None = session.execute(
        statement.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Lead.id)
    ).scalar_one_or_none()
    return made


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


def is_anonymous(lead: Lead) -> bool:
    """Whether all that told of a person has gone from it."""
    return lead.dedupe_key == _anonymous_key(lead)


def _anonymous_key(lead: Lead) -> str:
    return f"withdrawn:{lead.id}"


def reference_exists(session: Session, *, reference: str) -> bool:
    """Whether a lead is already called this."""
    return session.scalar(select(Lead.id).where(Lead.reference == reference)) is not None


def get_lead(session: Session, lead_id: int) -> Lead | None:
    """The lead's row, or None."""
    return session.get(Lead, lead_id)


def find_by_dedupe_key(session: Session, *, dedupe_key: str, hold: bool = False) -> Lead | None:
    """The lead that was made from this idea or these words. With `hold` nobody else changes it
    until the transaction ends, and it is as it is now."""
    statement = select(Lead).where(Lead.dedupe_key == dedupe_key)
    if hold:
        statement = statement.with_for_update(key_share=True)
        statement = statement.execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def leads_by_key(session: Session, *, stem: str) -> list[Lead]:
    """The leads whose dedupe key starts with `stem`, oldest first."""
    statement = select(Lead).where(Lead.dedupe_key.startswith(stem, autoescape=True))
    return list(session.scalars(statement.order_by(Lead.id)))


def find_by_reference(session: Session, *, reference: str) -> Lead | None:
    """The lead that a person means: case, spaces, dashes and a leading # do not matter."""
    plain = re.sub(r"[^A-Z0-9]", "", reference.upper())
    statement = select(Lead).where(func.replace(Lead.reference, "-", "") == plain)
    return session.scalars(statement).one_or_none()


def leads_of_chat(session: Session, *, chat_id: int) -> list[Lead]:
    """What this chat has sent, oldest first."""
    return list(session.scalars(select(Lead).where(Lead.chat_id == chat_id).order_by(Lead.id)))


def leads_of_group(session: Session, *, group_id: int) -> list[Lead]:
    """What this group has sent, oldest first."""
    return list(session.scalars(select(Lead).where(Lead.group_id == group_id).order_by(Lead.id)))


def chats_that_sent(session: Session, *, call_id: int, chat_ids: Collection[int]) -> set[int]:
    """Which of these chats, or the groups that talk in them, have sent something in for the call,
    and not taken it back."""
    sent = (Lead.call_id == call_id, Lead.status != "withdrawn")
    own = select(Lead.chat_id).where(Lead.chat_id.in_(chat_ids), *sent)
    of_groups = (
        select(Group.chat_id)
        .join(Lead, Lead.group_id == Group.id)
        .where(Group.chat_id.in_(chat_ids), *sent)
    )
    found = session.scalars(union(own, of_groups))
    return {chat_id for chat_id in found if chat_id is not None}


def all_leads(session: Session) -> list[tuple[Lead, StaffMember | None]]:
    """Every lead with its assignee, oldest first."""
    statement = (
        select(Lead, StaffMember)
        .outerjoin(StaffMember, StaffMember.id == Lead.assignee_id)
        .order_by(Lead.id)
    )
    return [(lead, assignee) for lead, assignee in session.execute(statement)]


def open_leads(session: Session, *, channel: str) -> list[Lead]:
    """The leads that came by this channel, or that its staff entered, and are not over, oldest
    first."""
    statement = (
        select(Lead)
        .outerjoin(Chat, Chat.id == Lead.chat_id)
        .outerjoin(StaffMember, StaffMember.id == Lead.entered_by)
        .where(func.coalesce(Chat.channel, StaffMember.channel) == channel, Lead.status.in_(OPEN))
    )
    return list(session.scalars(statement.order_by(Lead.id)))


def assignee_name(session: Session, lead: Lead) -> str | None:
    """Who works this lead."""
    member = session.get(StaffMember, lead.assignee_id) if lead.assignee_id else None
    return member.name if member else None


def record_event(
    session: Session,
    lead: Lead,
    *,
    kind: str,
    who: str | None,
    words: str | None,
    now: datetime,
) -> LeadEvent:
    """Write down what happened. Words from staff mean that the resident is in contact with them."""
    event = LeadEvent(lead_id=lead.id, at=now, kind=kind, who=who, words=words)
    session.add(event)
    if kind in ("staff_said", "changes_asked") and lead.status in ("new", "claimed"):
        lead.status = "in_contact"
    session.flush()
    return event


def events_of(session: Session, lead: Lead) -> list[LeadEvent]:
    """What happened to the lead, in order."""
    return list(
        session.scalars(
            select(LeadEvent).where(LeadEvent.lead_id == lead.id).order_by(LeadEvent.id)
        )
    )


def last_written_about(session: Session, *, chat_id: int) -> Lead | None:
    """The lead of this chat to which staff wrote last, unless it was withdrawn."""
    statement = (
        select(Lead)
        .join(LeadEvent, LeadEvent.lead_id == Lead.id)
        .where(Lead.chat_id == chat_id, LeadEvent.kind == "staff_said")
        .order_by(LeadEvent.id.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def claim(
    session: Session, *, lead_id: int, staff_member: StaffMember, now: datetime
) -> Claimed | AlreadyClaimed | None:
    """Give an open lead to whoever asks first; None if there is no such lead."""
    taken = session.execute(
        update(Lead)
        .where(Lead.id == lead_id, Lead.assignee_id.is_(None), Lead.status.in_(OPEN))
        .values(assignee_id=staff_member.id, claimed_at=now)
        .returning(Lead.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    lead = session.get(Lead, lead_id, populate_existing=True)
    if lead is None:
        return None
    if taken is None:
        is_theirs = lead.assignee_id == staff_member.id and lead.status in OPEN
        return Claimed(lead) if is_theirs else AlreadyClaimed(lead, assignee_name(session, lead))
    if lead.status == "new":
        lead.status = "claimed"
    record_event(session, lead, kind="claimed", who=staff_member.name, words=None, now=now)
    return Claimed(lead)


def close(
    session: Session, *, reference: str, outcome: str, who: str, now: datetime
) -> Closed | None:
    """Close the lead with this outcome; None if there is no such lead.

    Closing one that is done changes its outcome; a withdrawn one stays as it is.
    """
    lead = find_by_reference(session, reference=reference)
    if lead is None:
        return None
    if lead.status == "withdrawn" or (lead.status, lead.outcome) == ("done", outcome):
        return Closed(lead, changed=False)
    lead.status, lead.outcome, lead.closed_at = "done", outcome, now
    end_requests(session, lead_id=lead.id, outcome="ended", now=now)
    record_event(session, lead, kind="done", who=who, words=outcome, now=now)
    return Closed(lead, changed=True)


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
            if event.kind in _BY_RESIDENTS and event.who in names:
                event.who = None
    session.flush()
    return found


def make_anonymous(session: Session, lead: Lead, *, now: datetime) -> None:
    """Leave of a lead its reference, kind, dates, place and theme: nothing about a person."""
    for name in ("chat_id", "idea_id", "applicant_name", "contact", "contact_index"):
        setattr(lead, name, None)
    lead.on_behalf_of = lead.idea = lead.outcome = lead.source = None
    lead.group_id = lead.members = None
    lead.facts, lead.reasons, lead.to_be_listened = {}, [], False
    lead.status = "withdrawn"
    lead.closed_at = lead.closed_at or now
    lead.dedupe_key = _anonymous_key(lead)
    lead.next_action = lead.next_action_at = lead.snoozed_until = None
    delete_labels(session, lead_id=lead.id)
    make_submissions_anonymous(session, lead_id=lead.id)
    make_requests_anonymous(session, lead_id=lead.id, now=now)
    for event in events_of(session, lead):
        event.words = None
        if event.kind in _BY_RESIDENTS:
            event.who = None
    record_event(session, lead, kind="forgotten", who=None, words=None, now=now)
