"""The audit trail of calls: who changed what, when, and what it was before."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

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
    change = CallChange(
        call_id=call.id,
        code=call.code,
        at=now,
        by=by,
        kind=kind,
        before={name: as_logged(value) for name, value in before.items()},
        after={name: as_logged(value) for name, value in after.items()},
    )
    session.add(change)
    session.flush()
    return change


def changes_of(session: Session, *, code: str) -> list[CallChange]:
    """All that was done to the call with this code, the oldest first."""
    statement = select(CallChange).where(CallChange.code == code)
    return list(session.scalars(statement.order_by(CallChange.id)))


def as_logged(value: Any) -> Any:
    """A field of a call as the trail holds it: instants as text in UTC."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
