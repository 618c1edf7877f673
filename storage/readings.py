"""Who of the staff read what residents wrote, and why: it stands in the audit trail, and counts for
a while."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import audit
from storage.models import AuditEntry, StaffMember

READ_CONVERSATION = "read_conversation"
READ_MISSES = "read_not_understood"
GOOD_FOR = timedelta(minutes=30)


def note_reason(
    session: Session,
    verb: str,
    *,
    staff_id: int,
    reason: str,
    words: str,
    now: datetime,
    chat_id: int | None = None,
) -> None:
    """Write down that this member reads it from now on, and why. `chat_id`: whose conversation."""
    detail = {"reason": reason, "words": words} if words else {"reason": reason}
    member = session.get(StaffMember, staff_id)
    audit.note(session, verb, member=member, done=True, now=now, chat_id=chat_id, detail=detail)


def may_until(
    session: Session, verb: str, *, staff_id: int, now: datetime, chat_id: int | None = None
) -> datetime | None:
    """Until when a reason that this member gave counts; None if they have to give one."""
    statement = (
        select(AuditEntry.at)
        .where(AuditEntry.verb == verb, AuditEntry.result == "done")
        .where(AuditEntry.staff_id == staff_id, AuditEntry.at > now - GOOD_FOR)
        .where(AuditEntry.chat_id == chat_id if chat_id else AuditEntry.chat_id.is_(None))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    given = session.scalars(statement).first()
    return given + GOOD_FOR if given is not None else None


def about(
    session: Session, *, chat_id: int, verbs: Collection[str], limit: int = 50
) -> list[AuditEntry]:
    """What staff did that concerns this resident, the newest first."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.chat_id == chat_id, AuditEntry.verb.in_(verbs))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))
