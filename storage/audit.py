"""The audit trail: what staff did, and what they were refused."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import AuditEntry, StaffMember


def note(
    session: Session,
    verb: str,
    *,
    member: StaffMember | None,
    done: bool,
    now: datetime,
    lead_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down that this member did it, or was refused. `verb` is one of the access table.
    Without a member it was a stranger, or the command line: see `note_command`."""
    session.add(
        AuditEntry(
            at=now,
            staff_id=member.id if member else None,
            who=member.name if member else None,
            verb=verb,
            result="done" if done else "refused",
            lead_id=lead_id,
            detail=detail,
        )
    )
    session.flush()


def note_command(session: Session, verb: str, *, by: str, now: datetime, **detail: Any) -> None:
    """Write down that somebody did it at the command line, who goes by this name there."""
    note(session, verb, member=None, done=True, now=now, detail={"by": by, **detail})


def entries(session: Session, *, limit: int, lead_id: int | None = None) -> list[AuditEntry]:
    """The newest entries, newest first; of one lead if it is given."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if lead_id is not None:
        statement = statement.where(AuditEntry.lead_id == lead_id)
    return list(session.scalars(statement))
