"""Handoffs: a resident who needs a person, and whether one has answered."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Chat, Handoff


def open_handoff(
    session: Session, *, chat_id: int, reason: str, words: str | None, now: datetime
) -> Handoff:
    """Write down that this chat needs a person. `reason`: asked, answer, crisis or stuck."""
    handoff = Handoff(chat_id=chat_id, reason=reason, words=words, created_at=now)
    session.add(handoff)
    session.flush()
    return handoff


def get_handoff(session: Session, handoff_id: int) -> Handoff | None:
    """The handoff, or None if it was deleted."""
    return session.get(Handoff, handoff_id)


def latest_handoff(
    session: Session, *, chat_id: int, reason: str, since: datetime
) -> Handoff | None:
    """The newest handoff for this reason that nobody has answered, made at or after `since`."""
    return session.scalars(
        select(Handoff)
        .where(Handoff.chat_id == chat_id, Handoff.reason == reason)
        .where(Handoff.answered_at.is_(None), Handoff.created_at >= since)
        .order_by(Handoff.id.desc())
        .limit(1)
    ).first()


def handoffs_of(session: Session, *, chat_id: int) -> list[Handoff]:
    """Everything this chat asked a person, oldest first."""
    return list(
        session.scalars(select(Handoff).where(Handoff.chat_id == chat_id).order_by(Handoff.id))
    )


def unanswered(session: Session, *, channel: str, since: datetime) -> list[Handoff]:
    """Those of this channel that nobody has answered, made at or after `since`, oldest first."""
    statement = (
        select(Handoff)
        .join(Chat, Chat.id == Handoff.chat_id)
        .where(Chat.channel == channel, Handoff.created_at >= since)
        .where(Handoff.answered_at.is_(None), Handoff.ended_at.is_(None))
    )
    return list(session.scalars(statement.order_by(Handoff.id)))


def mark_answered(session: Session, *, chat_id: int, now: datetime) -> None:
    """Staff wrote to this chat: what was open is answered."""
    for handoff in handoffs_of(session, chat_id=chat_id):
        if handoff.answered_at is None:
            handoff.answered_at = now
    session.flush()


def delete_handoffs(session: Session, *, chat_id: int) -> None:
    """Delete everything this chat asked a person."""
    session.execute(delete(Handoff).where(Handoff.chat_id == chat_id))
