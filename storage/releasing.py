"""What loses whoever worked it: the next one can take it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.lead_events import record_event
from storage.lead_statuses import OPEN
from storage.models import Chat, Handoff, Lead, StaffMember


def open_leads_of(session: Session, member: StaffMember, *, hold: bool = False) -> list[Lead]:
    """The open leads that this member works, oldest first. With `hold` nobody else changes them
    until the transaction ends."""
    statement = select(Lead).where(Lead.assignee_id == member.id, Lead.status.in_(OPEN))
    if hold:
        statement = statement.with_for_update(key_share=True)
        statement = statement.execution_options(populate_existing=True)
    return list(session.scalars(statement.order_by(Lead.id)))


def release_leads(
    session: Session, member: StaffMember, *, who: str | None, now: datetime
) -> list[Lead]:
    """Nobody has the open leads of this member any more; which these are. `who` did it."""
    found = open_leads_of(session, member, hold=True)
    for lead in found:
        lead.assignee_id = lead.claimed_at = None
        record_event(session, lead, kind="released", who=who, words=None, now=now)
    return found


def talks_of(session: Session, member: StaffMember) -> list[Handoff]:
    """Those in which a resident talks with this member now."""
    statement = select(Handoff).join(Chat, Chat.handoff_id == Handoff.id)
    return list(session.scalars(statement.where(Handoff.staff_id == member.id)))
