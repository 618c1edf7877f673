"""Morning digests on their way: for each member at most one a day, and always only the next."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storage import outbox
from storage.models import WAITING, OutboxRow, StaffMember
from storage.outbox import Lane

DIGEST = "digest"  # the outbox kind


def arm(
    session: Session,
    member: StaffMember,
    mornings: Iterable[tuple[date, datetime]],
    *,
    chat_id: int,
    now: datetime,
) -> date | None:
    """Queue the digest of the first of these mornings that has had none, in place of the one that
    waits; its day, or None if all have had theirs."""
    disarm(session, chat_id=chat_id)
    for day, at in mornings:
        queued = outbox.queue(
            session,
            chat_id=chat_id,
            kind=DIGEST,
            lane=Lane.DIGESTS,
            now=now,
            due_at=at,
            payload={"staff_id": member.id, "day": day.isoformat()},
            dedupe_key=f"{DIGEST}:{member.id}:{day}",
        )
        if queued is not None:
            return day
    return None


def disarm(session: Session, *, chat_id: int) -> None:
    """None waits in this chat any more. Its day may have another."""
    session.execute(
        delete(OutboxRow).where(
            OutboxRow.chat_id == chat_id, OutboxRow.kind == DIGEST, OutboxRow.state == WAITING
        )
    )
