"""Accepted updates: stored once, taken by one turn, in the order of their chat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import takewhile
from typing import Any

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from storage.chats import ChatKey, chat_id_for, move_chat
from storage.database import insert_into
from storage.models import Chat, InboxRow

QUIET = timedelta(seconds=1.5)  # several short messages in a row are one answer
MOST_JOINED = 20  # messages in one answer
LONGEST_QUIET = timedelta(seconds=6)  # but nobody waits longer than this


@dataclass(frozen=True, slots=True)
class Accepted:
    """An update on its way into the inbox. `joins` marks words or media that may be one answer with
    their neighbours; `payload` is JSON and may hold personal data (it is sealed)."""

    dedupe_key: str
    chat: ChatKey
    payload: dict[str, Any]
    joins: bool = False
    kind: str = "update"
    moves_to: str | None = None  # the chat has another id from now on


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that a turn has taken."""

    id: int
    kind: str
    joins: bool
    payload: dict[str, Any] | None
    attempts: int
    ready_at: datetime


class Stored(Enum):
    """What became of an update that was handed in."""

    READY = "ready"
    JOINS = "joins"  # waits a moment, for more words may follow
    KNOWN = "known"  # it was stored before


def accept(session: Session, update_: Accepted, *, now: datetime) -> Stored:
    """Store one update, once."""
    chat_id = chat_id_for(session, update_.chat, now=now)
    if update_.moves_to is not None:
        move_chat(session, chat_id, external_id=update_.moves_to)
    waits = update_.joins and _expects_text(session, chat_id)
    ready_at = _quiet_until(session, chat_id, now) if waits else now
    statement = insert_into(session, InboxRow).values(
        dedupe_key=update_.dedupe_key,
        chat_id=chat_id,
        kind=update_.kind,
        joins=waits,
        payload=update_.payload,
        state="waiting",
        received_at=now,
        ready_at=ready_at,
        attempts=0,
    )
    stored = session.execute(
        statement.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(InboxRow.id)
    ).scalar_one_or_none()
    if stored is None:
        return Stored.KNOWN
    if waits:
        _hold_neighbours(session, chat_id, ready_at)
    else:
        _hold_neighbours(session, chat_id, now)  # what waited for more words has waited enough
    return Stored.JOINS if waits else Stored.READY


def next_chat(session: Session, *, now: datetime, channels: tuple[str, ...]) -> int | None:
    """Lock and name the chat whose waiting update is the oldest; None if there is none to take."""
    earlier = aliased(InboxRow)
    blocked = exists().where(
        earlier.chat_id == InboxRow.chat_id,
        earlier.state == "waiting",
        earlier.id < InboxRow.id,
    )
    statement = (
        select(Chat.id)
        .join(InboxRow, InboxRow.chat_id == Chat.id)
        .where(InboxRow.state == "waiting", InboxRow.ready_at <= now, ~blocked)
        .where(Chat.channel.in_(channels))
        .order_by(InboxRow.ready_at, InboxRow.id)
        .limit(1)
        .with_for_update(of=Chat, skip_locked=True)
    )
    return session.execute(statement).scalar_one_or_none()


def take(session: Session, chat_id: int, *, now: datetime) -> list[Waiting]:
    """The chat's oldest ready update, with those that join it. The caller holds the chat."""
    statement = (
        select(*(getattr(InboxRow, name) for name in Waiting.__dataclass_fields__))
        .where(InboxRow.chat_id == chat_id, InboxRow.state == "waiting")
        .order_by(InboxRow.id)
        .limit(MOST_JOINED)
    )
    rows = [Waiting(**row) for row in session.execute(statement).mappings()]
    if not rows or rows[0].ready_at > now:
        return []
    joined = list(takewhile(lambda row: row.joins, rows))
    return joined or rows[:1]


def finish(session: Session, rows: list[Waiting], *, now: datetime) -> None:
    """The turn is done: the payload goes, the key stays."""
    _write(session, rows, state="done", payload=None, finished_at=now)


def retry_later(session: Session, rows: list[Waiting], *, ready_at: datetime, error: str) -> None:
    """The turn failed: count it, and try again at `ready_at`, each update for itself."""
    for row in rows:
        _write(
            session, [row], ready_at=ready_at, attempts=row.attempts + 1, error=error, joins=False
        )


def set_aside(session: Session, rows: list[Waiting], *, now: datetime, error: str) -> None:
    """The turn failed too often: kept with its error and payload, and out of the way."""
    _write(session, rows, state="set_aside", finished_at=now, error=error)


def next_ready_at(session: Session) -> datetime | None:
    """When the earliest waiting update may be taken; None if nothing waits."""
    return session.execute(
        select(func.min(InboxRow.ready_at)).where(InboxRow.state == "waiting")
    ).scalar_one()


def forget_payloads(session: Session, chat_id: int) -> None:
    """Take out what the chat's updates said, whatever became of them."""
    session.execute(
        update(InboxRow).where(InboxRow.chat_id == chat_id).values(payload=None, error=None)
    )


def _expects_text(session: Session, chat_id: int) -> bool:
    return session.execute(select(Chat.expects_text).where(Chat.id == chat_id)).scalar_one()


def _quiet_until(session: Session, chat_id: int, now: datetime) -> datetime:
    first = session.execute(
        select(func.min(InboxRow.received_at)).where(*_waiting_to_join(chat_id))
    ).scalar_one()
    return min(now + QUIET, (first or now) + LONGEST_QUIET)


def _hold_neighbours(session: Session, chat_id: int, ready_at: datetime) -> None:
    session.execute(update(InboxRow).where(*_waiting_to_join(chat_id)).values(ready_at=ready_at))


def _waiting_to_join(chat_id: int) -> tuple[Any, ...]:
    return (
        and_(InboxRow.chat_id == chat_id, InboxRow.state == "waiting"),
        InboxRow.joins,
    )


def _write(session: Session, rows: list[Waiting], **values: Any) -> None:
    session.execute(
        update(InboxRow).where(InboxRow.id.in_([row.id for row in rows])).values(**values)
    )
