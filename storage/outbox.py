"""What waits to be sent: queued inside a turn, claimed under a lease, finished by its holder."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from storage.database import insert_into
from storage.models import Chat, OutboxRow


class Lane(IntEnum):
    """What goes first when there is more to send than Telegram lets through."""

    REPLIES = 0
    HANDOFF = 1
    LEADS = 2
    REMINDERS = 3
    BROADCASTS = 4


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this process may send until the lease runs out."""

    id: int
    lease: str
    chat_id: int
    channel: str
    external_id: str
    chat_kind: str
    lane: int
    kind: str
    message_id: int | None
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


def queue(
    session: Session,
    *,
    chat_id: int,
    kind: str,
    lane: Lane,
    now: datetime,
    due_at: datetime | None = None,
    message_id: int | None = None,
    payload: dict[str, Any] | None = None,
    dedupe_key: str | None = None,
) -> int | None:
    """Queue one row; its id, or None when something with that `dedupe_key` was queued before."""
    values = {
        "chat_id": chat_id,
        "kind": kind,
        "lane": int(lane),
        "message_id": message_id,
        "payload": payload,
        "dedupe_key": dedupe_key,
        "state": "waiting",
        "attempts": 0,
        "due_at": due_at or now,
        "created_at": now,
    }
    if dedupe_key is None:
        return session.execute(
            insert(OutboxRow).values(values).returning(OutboxRow.id)
        ).scalar_one()
    statement = (
        insert_into(session, OutboxRow)
        .values(values)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
    )
    return session.execute(statement.returning(OutboxRow.id)).scalar_one_or_none()


def claim(
    session: Session,
    *,
    now: datetime,
    channels: Collection[str],
    limit: int,
    lease_for: timedelta,
    busy_chats: Collection[int] = (),
) -> list[Claimed]:
    """Lease up to `limit` due rows, by lane and age, at most one a chat and in the chat's order."""
    earlier = aliased(OutboxRow)
    is_open = or_(
        and_(OutboxRow.state == "waiting", OutboxRow.due_at <= now),
        and_(OutboxRow.state == "leased", OutboxRow.leased_until < now),
    )
    # Order holds among what one chat waits for: an earlier row that is due or was begun goes first.
    behind = exists().where(
        earlier.chat_id == OutboxRow.chat_id,
        earlier.state.in_(("waiting", "leased")),
        or_(
            earlier.lane < OutboxRow.lane,
            and_(earlier.lane == OutboxRow.lane, earlier.id < OutboxRow.id),
        ),
        or_(earlier.due_at <= now, earlier.attempts > 0),
    )
    statement = (
        select(
            OutboxRow.id,
            OutboxRow.chat_id,
            Chat.channel,
            Chat.external_id,
            Chat.kind.label("chat_kind"),
            OutboxRow.lane,
            OutboxRow.kind,
            OutboxRow.message_id,
            OutboxRow.payload,
            OutboxRow.attempts,
            OutboxRow.created_at,
        )
        .join(Chat, Chat.id == OutboxRow.chat_id)
        .where(is_open, ~behind, Chat.channel.in_(channels), OutboxRow.chat_id.not_in(busy_chats))
        .where(or_(Chat.paused_until.is_(None), Chat.paused_until <= now))
        .order_by(OutboxRow.lane, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    lease = str(uuid.uuid4())
    rows = session.execute(statement).mappings().all()
    if rows:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_([row["id"] for row in rows]))
            .values(
                state="leased",
                lease=lease,
                leased_until=now + lease_for,
                attempts=OutboxRow.attempts + 1,
            )
        )
    return [
        Claimed(
            lease=lease, **{**row, "payload": row["payload"] or {}, "attempts": row["attempts"] + 1}
        )
        for row in rows
    ]


def finish(
    session: Session, claimed: Claimed, *, state: str, now: datetime, error: str | None = None
) -> bool:
    """Write the result, if the lease is still ours: `sent`, `dropped` or `set_aside`."""
    return _close(session, claimed, state=state, finished_at=now, error=error)


def put_back(
    session: Session, claimed: Claimed, *, due_at: datetime, error: str | None = None
) -> bool:
    """Give the row back, to be tried again at `due_at`."""
    return _close(session, claimed, state="waiting", due_at=due_at, error=error, lease=None)


def name_message(session: Session, row_id: int, message_id: int) -> None:
    """The row's words are written now: a second try sends the same message."""
    session.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(message_id=message_id))


def release_all(session: Session) -> None:
    """Give back everything that is leased: for a start after which nobody else can be sending."""
    session.execute(
        update(OutboxRow).where(OutboxRow.state == "leased").values(state="waiting", lease=None)
    )


def drop_for_chat(session: Session, *, chat_id: int, reason: str, now: datetime) -> None:
    """Nobody is there any more: everything that waits for this chat is dropped."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.chat_id == chat_id, OutboxRow.state.in_(("waiting", "leased")))
        .values(state="dropped", error=reason, finished_at=now)
    )


def next_due_at(session: Session) -> datetime | None:
    """When the earliest waiting row falls due; None if nothing waits."""
    return session.execute(
        select(func.min(OutboxRow.due_at)).where(OutboxRow.state == "waiting")
    ).scalar_one()


def _close(session: Session, claimed: Claimed, **values: Any) -> bool:
    result = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.id == claimed.id,
            OutboxRow.lease == claimed.lease,
            OutboxRow.state == "leased",
        )
        .values(**values)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]  # a CursorResult, for an UPDATE
