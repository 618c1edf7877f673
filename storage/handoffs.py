"""Handoffs: a resident who needs a person, whether one has answered, and whether they talk now."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from storage.models import Chat, Handoff, StaffMember

OPEN_FOR = timedelta(days=7)  # one that nobody has answered by then is over


def open_handoff(
    session: Session,
    *,
    chat_id: int,
    reason: str,
    words: str | None,
    now: datetime,
    lead_id: int | None = None,
    promised_at: datetime | None = None,
    relayed_to: int | None = None,
) -> Handoff:
    """Write down that this chat needs a person. `reason`: asked, answer, crisis, stuck or left."""
    handoff = Handoff(
        chat_id=chat_id,
        reason=reason,
        words=words,
        created_at=now,
        lead_id=lead_id,
        promised_at=promised_at,
        relayed_to=relayed_to,
    )
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


def alarms_in(session: Session, *, chat_id: int) -> set[int]:
    """The ids of the messages of this chat that were taken for danger, as far as staff were told:
    once an hour is enough to bring somebody."""
    found = select(Handoff.relayed_to).where(
        Handoff.chat_id == chat_id, Handoff.reason == "crisis", Handoff.relayed_to.is_not(None)
    )
    return {it for it in session.scalars(found) if it is not None}


def open_of(
    session: Session,
    *,
    chat_id: int,
    now: datetime,
    reasons: Collection[str] = ("asked", "answer", "stuck", "left", "crisis"),
) -> Handoff | None:
    """The handoff in which this chat talks with somebody now, else the newest one for one of these
    reasons that still waits for an answer."""
    live = live_of(session, chat_id=chat_id)
    if live is not None:
        return live
    return session.scalars(
        select(Handoff)
        .where(Handoff.chat_id == chat_id, Handoff.reason.in_(reasons), *_waits(now - OPEN_FOR))
        .order_by(Handoff.id.desc())
        .limit(1)
    ).first()


def live_of(session: Session, *, chat_id: int) -> Handoff | None:
    """The handoff in which this chat talks with somebody now."""
    statement = select(Handoff).join(Chat, Chat.handoff_id == Handoff.id)
    return session.scalars(statement.where(Chat.id == chat_id)).one_or_none()


def unanswered(session: Session, *, channel: str, since: datetime) -> list[Handoff]:
    """Those of this channel that nobody has answered, made at or after `since`, oldest first."""
    statement = (
        select(Handoff)
        .join(Chat, Chat.id == Handoff.chat_id)
        .where(Chat.channel == channel, *_waits(since))
    )
    return list(session.scalars(statement.order_by(Handoff.id)))


def mark_answered(session: Session, *, chat_id: int, now: datetime) -> None:
    """Staff wrote to this chat: what was open is answered."""
    for handoff in handoffs_of(session, chat_id=chat_id):
        if handoff.answered_at is None:
            handoff.answered_at = now
    session.flush()


def begin(session: Session, handoff: Handoff, *, member: StaffMember | None, now: datetime) -> None:
    """Somebody of the staff is there: what this chat writes goes to them from now on."""
    mark_answered(session, chat_id=handoff.chat_id, now=now)
    handoff.staff_id, handoff.last_at = member.id if member else None, now
    _set_live(session, handoff.chat_id, handoff.id)


def end_all(session: Session, *, chat_id: int, by: str, now: datetime) -> Handoff | None:
    """What this chat has open is over: ended by the resident, the staff or silence, or because the
    resident moved on, or blocked the assistant. The one that counted, or None if there was none."""
    found = open_of(session, chat_id=chat_id, now=now)
    session.execute(
        update(Handoff)
        .where(Handoff.chat_id == chat_id, Handoff.ended_at.is_(None))
        .values(ended_at=now, ended_by=by)
    )
    _set_live(session, chat_id, None)
    return found


def open_counts(session: Session) -> Counter[int]:
    """How many handoffs that are not over each staff member has to look after."""
    statement = select(Handoff.staff_id).where(
        Handoff.ended_at.is_(None),
        Handoff.staff_id.is_not(None),
        or_(Handoff.answered_at.is_(None), Handoff.id.in_(_LIVE)),
    )
    return Counter(member_id for member_id in session.scalars(statement) if member_id is not None)


def delete_handoffs(session: Session, *, chat_id: int) -> None:
    """Delete everything this chat asked a person."""
    _set_live(session, chat_id, None)
    session.execute(delete(Handoff).where(Handoff.chat_id == chat_id))


def _set_live(session: Session, chat_id: int, handoff_id: int | None) -> None:
    session.execute(update(Chat).where(Chat.id == chat_id).values(handoff_id=handoff_id))
    session.flush()


def _waits(since: datetime) -> tuple[Any, ...]:
    return (
        Handoff.answered_at.is_(None),
        Handoff.ended_at.is_(None),
        Handoff.created_at >= since,
    )


_LIVE = select(Chat.handoff_id).where(Chat.handoff_id.is_not(None))
