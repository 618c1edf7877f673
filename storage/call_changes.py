"""The audit trail of calls: who changed what, when, and what it was before."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.happenings import tell_of_call
from storage.models import Call, CallChange


class ChangeKind(StrEnum):
    """What a write did to a call."""

    CREATED = "created"
    CHANGED = "changed"
    PUBLISHED = "published"
    CLOSED_EARLY = "closed_early"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    LATE_LINK = "late_link"  # leave for one to apply after it closed
    LATE_OPENED = "late_opened"  # and somebody took it
    LATE_ENDED = "late_ended"  # and staff took it back


ABOUT_LEAVE = (ChangeKind.LATE_LINK, ChangeKind.LATE_OPENED, ChangeKind.LATE_ENDED)


def note_change(
    session: Session,
    call: Call,
    kind: ChangeKind,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: str | None,
    now: datetime,
) -> CallChange:
    """Log one write of a call. `before` and `after` hold the changed fields only; `by` None is the
    assistant itself."""
    change = made_change(call, kind, before=before, after=after, by=by, now=now)
    session.add(change)
    session.flush()
    tell_of_call(session, call, change)
    return change


def made_change(
    call: Call,
    kind: ChangeKind,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: str | None,
    now: datetime,
) -> CallChange:
    """The row of such a write, in no session."""
    return CallChange(
        call_id=call.id,
        code=call.code,
        at=now,
        by=by,
        kind=kind,
        before={name: as_logged(value) for name, value in before.items()},
        after={name: as_logged(value) for name, value in after.items()},
    )


def changes_of(session: Session, *, code: str) -> list[CallChange]:
    """All that was done to the call with this code, the oldest first."""
    statement = select(CallChange).where(CallChange.code == code)
    return list(session.scalars(statement.order_by(CallChange.id)))


def version_of(session: Session, *, code: str) -> int:
    """Goes up with each write of the call's own fields; 0 while there was none."""
    statement = select(func.max(CallChange.id)).where(
        CallChange.code == code, CallChange.kind.not_in(ABOUT_LEAVE)
    )
    return session.execute(statement).scalar_one() or 0


def changes_since(session: Session, *, code: str, version: int) -> list[CallChange]:
    """What was written to the call's own fields after that version, the oldest first."""
    return [
        change
        for change in changes_of(session, code=code)
        if change.id > version and change.kind not in ABOUT_LEAVE
    ]


def as_logged(value: Any) -> Any:
    """A field of a call as the trail holds it: instants as text in UTC."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
