"""What happened to leads, in order: by residents, and by staff."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Lead, LeadEvent

BY_RESIDENTS = ("sent", "sent_again", "resident_said", "corrected", "withdrawn", "changed")


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
