"""What waits to be sent: queued inside a turn, claimed under a lease, finished by its holder."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storage.database import Upsert
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
        return int(session.execute(_ADD, values).scalar_one())
    return _ADD_ONCE.run(session, values).scalar_one_or_none()


def queue_messages(
    session: Session, messages: Mapping[int, int], *, lane: Lane, now: datetime
) -> None:
    """Queue messages of the history, given by their id with the chat's, in this order."""
    rows = [
        {
            "chat_id": chat_id,
            "kind": "message",
            "lane": int(lane),
            "message_id": message_id,
            "payload": None,
            "dedupe_key": None,
            "state": "waiting",
            "attempts": 0,
            "due_at": now,
            "created_at": now,
        }
        for message_id, chat_id in messages.items()
    ]
    if rows:
        session.execute(_ADD_ALL, rows)


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
    found = session.execute(
        _CLAIMABLE,
        {"now": now, "channels": list(channels), "busy": list(busy_chats), "limit": limit},
    )
    lease = str(uuid.uuid4())
    rows = found.mappings().all()
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
            lease=lease,
            **{**row, "payload": row["payload"] or {}, "attempts": row["attempts"] + 1},
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


def hurry(session: Session, *, chat_id: int, now: datetime) -> None:
    """What was put back for this chat may go now: it can be reached again."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.chat_id == chat_id, OutboxRow.state == "waiting")
        .where(OutboxRow.attempts > 0)
        .values(due_at=now)
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


_outbox = OutboxRow.table()
_chats = Chat.table()
_earlier = _outbox.alias("earlier")
_now = bindparam("now", type_=_outbox.c.due_at.type)

_ADD = insert(_outbox).returning(_outbox.c.id)
_ADD_ALL = insert(_outbox)
_ADD_ONCE = Upsert(
    lambda add: add.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(_outbox.c.id),
    _outbox,
)

_is_open = or_(
    and_(_outbox.c.state == "waiting", _outbox.c.due_at <= _now),
    and_(_outbox.c.state == "leased", _outbox.c.leased_until < _now),
)
# Order holds among what one chat waits for: an earlier row that is due or was begun goes first.
_is_behind = exists().where(
    _earlier.c.chat_id == _outbox.c.chat_id,
    _earlier.c.state.in_(("waiting", "leased")),
    or_(
        _earlier.c.lane < _outbox.c.lane,
        and_(_earlier.c.lane == _outbox.c.lane, _earlier.c.id < _outbox.c.id),
    ),
    or_(_earlier.c.due_at <= _now, _earlier.c.attempts > 0),
)
_CLAIMABLE = (
    select(
        _outbox.c.id,
        _outbox.c.chat_id,
        _chats.c.channel,
        _chats.c.external_id,
        _chats.c.kind.label("chat_kind"),
        _outbox.c.lane,
        _outbox.c.kind,
        _outbox.c.message_id,
        _outbox.c.payload,
        _outbox.c.attempts,
        _outbox.c.created_at,
    )
    .join(_chats, _chats.c.id == _outbox.c.chat_id)
    .where(_is_open, ~_is_behind)
    .where(_chats.c.channel.in_(bindparam("channels", expanding=True)))
    .where(_outbox.c.chat_id.not_in(bindparam("busy", expanding=True)))
    .where(or_(_chats.c.paused_until.is_(None), _chats.c.paused_until <= _now))
    .order_by(_outbox.c.lane, _outbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=_outbox)
)
