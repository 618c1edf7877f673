"""What happened to leads, in order: by residents, and by staff."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.happenings import tell_of_lead
from storage.lead_search import index_lead
from storage.lead_statuses import AS_BEFORE, OPEN, STEPS
from storage.models import Lead, LeadEvent

BY_RESIDENTS = (
    *("sent", "sent_again", "answered", "resident_said", "corrected", "withdrawn", "changed"),
)
WORDS = ("staff_said", "resident_said")  # talk leaves a lead as it is: its version stays


def record_event(
    session: Session,
    lead: Lead,
    *,
    kind: str,
    who: str | None,
    words: str | None,
    now: datetime,
) -> LeadEvent:
    """Write down what happened. The lead stands where that leads to, and is a version further."""
    event = LeadEvent(lead_id=lead.id, at=now, kind=kind, who=who, words=words)
    before = lead.status
    session.add(event)
    _move(lead, STEPS.get(kind, {}).get(lead.status, lead.status), now)
    if kind not in WORDS:
        lead.version = Lead.version + 1  # also right beside somebody who does the same
    session.flush()
    index_lead(session, lead)
    tell_of_lead(session, lead, event, before=before)
    return event


def events_of(session: Session, lead: Lead) -> list[LeadEvent]:
    """What happened to the lead, in order."""
    return list(
        session.scalars(
            select(LeadEvent).where(LeadEvent.lead_id == lead.id).order_by(LeadEvent.id)
        )
    )


def newest_event_id(session: Session) -> int:
    """The id of what happened last to any lead; 0 if nothing ever did."""
    return session.scalar(select(func.max(LeadEvent.id))) or 0


def happened_after(session: Session, event_id: int, *, limit: int) -> list[tuple[int, int]]:
    """The ids of what happened after this event, each with that of its lead, in order."""
    statement = select(LeadEvent.id, LeadEvent.lead_id).where(LeadEvent.id > event_id)
    found = session.execute(statement.order_by(LeadEvent.id).limit(limit))
    return [(event_id, lead_id) for event_id, lead_id in found]


def events_after(session: Session, event_id: int, *, limit: int = 200) -> list[LeadEvent]:
    """What happened to leads after this event, in order."""
    statement = select(LeadEvent).where(LeadEvent.id > event_id)
    return list(session.scalars(statement.order_by(LeadEvent.id).limit(limit)))


def events_of_since(session: Session, lead_id: int, event_id: int) -> list[LeadEvent]:
    """What happened to this lead after this event, in order."""
    statement = select(LeadEvent).where(LeadEvent.lead_id == lead_id, LeadEvent.id > event_id)
    return list(session.scalars(statement.order_by(LeadEvent.id)))


def changes_since(session: Session, lead: Lead, *, version: int) -> list[LeadEvent]:
    """What made the lead what it is, from what it was in this version."""
    changes = [event for event in events_of(session, lead) if event.kind not in WORDS]
    count = min(max(lead.version - version, 0), len(changes))
    return changes[len(changes) - count :]


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


def _move(lead: Lead, status: str, now: datetime) -> None:
    """It stands there now, and what only holds of where it stood before goes."""
    lead.status = lead.status_before or status if status == AS_BEFORE else status
    if lead.status != "duplicate":
        lead.duplicate_of = lead.status_before = None
    lead.closed_at = None if lead.status in OPEN else lead.closed_at or now
