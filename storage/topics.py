"""The topics of a staff forum, as far as it matters which lead one is about."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Lead, Thread


def lead_of_topic(session: Session, chat_id: int) -> Lead | None:
    """The lead that this topic is about; None if it is no topic, or about no lead."""
    thread = session.get(Thread, chat_id)
    return session.get(Lead, thread.lead_id) if thread and thread.lead_id else None


def topic_of_lead(session: Session, lead: Lead, *, desk_id: int) -> int | None:
    """The chat of the lead's topic in this group; None where it has none."""
    statement = select(Thread.chat_id).where(
        Thread.desk_id == desk_id, Thread.lead_id == lead.id, Thread.gone_at.is_(None)
    )
    return session.scalars(statement).first()
