"""Leads, made and found. A lead is a copy: what the applicant changes later leaves it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from storage.applicants import contact_index
from storage.database import insert_into
from storage.lead_events import record_event
from storage.lead_statuses import OPEN
from storage.models import Chat, Group, Lead, StaffMember

_LONGEST_REFERENCE = 24  # characters


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
    language: str | None = None


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


def reference_exists(session: Session, *, reference: str) -> bool:
    """Whether a lead is already called this."""
    return session.scalar(select(Lead.id).where(Lead.reference == reference)) is not None


def get_lead(session: Session, lead_id: int) -> Lead | None:
    """The lead's row, or None."""
    return session.get(Lead, lead_id)


def hold_leads(session: Session, lead_ids: Collection[int]) -> list[Lead]:
    """These leads as they are now, in the order of their ids; nobody else changes them until the
    transaction ends."""
    statement = select(Lead).where(Lead.id.in_(lead_ids)).order_by(Lead.id)
    held = statement.with_for_update(key_share=True)
    return list(session.scalars(held.execution_options(populate_existing=True)))


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
    if not plain or len(plain) > _LONGEST_REFERENCE:
        return None
    dashed = [f"{plain[:at]}-{plain[at:]}" for at in range(1, len(plain))]
    statement = select(Lead).where(Lead.reference.in_([plain, *dashed]))  # so its index serves
    return session.scalars(statement.order_by(Lead.id).limit(1)).first()


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


def leads_by_id(
    session: Session, lead_ids: Collection[int]
) -> list[tuple[Lead, StaffMember | None]]:
    """Those of these leads that are there, each with its assignee, oldest first."""
    statement = (
        select(Lead, StaffMember)
        .where(Lead.id.in_(lead_ids))
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
