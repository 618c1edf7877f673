"""The audit trail: what staff did, and what they were refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storage.models import AuditEntry, Lead, StaffMember


def note(
    session: Session,
    verb: str,
    *,
    member: StaffMember | None,
    done: bool,
    now: datetime,
    lead_id: int | None = None,
    chat_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down that this member did it, or was refused. `verb` is one of the access table, or
    what is done in the console only. `chat_id` is that of the resident it is about.
    Without a member it was a stranger, or the command line: see `note_command`."""
    session.add(
        AuditEntry(
            at=now,
            staff_id=member.id if member else None,
            who=member.name if member else None,
            verb=verb,
            result="done" if done else "refused",
            lead_id=lead_id,
            chat_id=chat_id,
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


def done_since(session: Session, verb: str, *, since: datetime) -> list[AuditEntry]:
    """What was done of this kind since then, in order."""
    statement = select(AuditEntry).where(
        AuditEntry.at > since, AuditEntry.verb == verb, AuditEntry.result == "done"
    )
    return list(session.scalars(statement.order_by(AuditEntry.id)))


@dataclass(frozen=True, slots=True)
class Trail:
    """An entry, with the reference of the lead it is about."""

    entry: AuditEntry
    reference: str | None


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries are wanted; what is None is left open. `since` counts in, `until` does not."""

    staff_id: int | None = None
    verb: str | None = None
    reference: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    refused: bool = False  # only what was refused


EVERYTHING = Sought()


def trail(
    session: Session, *, limit: int, before: int | None = None, sought: Sought = EVERYTHING
) -> list[Trail]:
    """The newest entries, newest first; those older than the one with the id `before`."""
    statement = (
        select(AuditEntry, Lead.reference)
        .outerjoin(Lead, Lead.id == AuditEntry.lead_id)
        .where(*_conditions(sought))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    return [Trail(entry, reference) for entry, reference in session.execute(statement)]


def _conditions(sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.staff_id is not None:
        yield AuditEntry.staff_id == sought.staff_id
    if sought.verb is not None:
        yield AuditEntry.verb == sought.verb
    if sought.reference is not None:
        yield AuditEntry.lead_id.in_(select(Lead.id).where(Lead.reference == sought.reference))
    if sought.since is not None:
        yield AuditEntry.at >= sought.since
    if sought.until is not None:
        yield AuditEntry.at < sought.until
    if sought.refused:
        yield AuditEntry.result == "refused"
