"""Accepted updates: stored once, taken by one turn, in the order of their chat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import takewhile
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from storage.chats import ChatKey, chat_id_for, move_chat
from storage.database import Upsert
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
    values = {
        "dedupe_key": update_.dedupe_key,
        "chat_id": chat_id,
        "kind": update_.kind,
        "joins": waits,
        "payload": update_.payload,
        "state": "waiting",
        "received_at": now,
        "ready_at": ready_at,
        "attempts": 0,
    }
    if _ADD_ONCE.run(session, values).scalar_one_or_none() is None:
        return Stored.KNOWN
    # Words that wait for more wait as long as the newest; anything else ends their waiting.
    _hold_neighbours(session, chat_id, ready_at)
    return Stored.JOINS if waits else Stored.READY


def next_chat(session: Session, *, now: datetime, channels: tuple[str, ...]) -> int | None:
    """Lock and name the chat whose waiting update is the oldest; None if there is none to take."""
    named = {"now": now, "channels": list(channels)}
    return session.execute(_NEXT_CHAT, named).scalar_one_or_none()


def take(session: Session, chat_id: int, *, now: datetime) -> list[Waiting]:
    """The chat's oldest ready update, with those that join it. The caller holds the chat."""
    found = session.execute(_OLDEST, {"chat": chat_id, "most": MOST_JOINED})
    rows = [Waiting(**row) for row in found.mappings()]
    if not rows or rows[0].ready_at > now:
        return []
    joined = list(takewhile(lambda row: row.joins, rows))
    return joined or rows[:1]


def finish(session: Session, rows: list[Waiting], *, now: datetime) -> None:
    """The turn is done: the payload goes, the key stays."""
    session.execute(_FINISH, {"ids": [row.id for row in rows], "at": now})


def retry_later(
    session: Session, rows: list[Waiting], *, ready_at: datetime, error: str, counts: bool = True
) -> None:
    """The turn failed: count it, and try again at `ready_at`, each update for itself."""
    for row in rows:
        _write(
            session,
            [row],
            ready_at=ready_at,
            attempts=row.attempts + counts,
            error=error,
            joins=False,
        )


def set_aside(session: Session, rows: list[Waiting], *, now: datetime, error: str) -> None:
    """The turn failed too often: kept with its error and payload, and out of the way."""
    _write(session, rows, state="set_aside", finished_at=now, error=error)


def set_oldest_aside(session: Session, chat_id: int, *, now: datetime, error: str) -> None:
    """The chat's oldest update cannot even be read: it goes out of the way, payload and all."""
    oldest = (
        select(func.min(InboxRow.id))
        .where(InboxRow.chat_id == chat_id, InboxRow.state == "waiting")
        .scalar_subquery()
    )
    session.execute(
        update(InboxRow)
        .where(InboxRow.id == oldest)
        .values(state="set_aside", finished_at=now, error=error)
        .execution_options(synchronize_session=False)
    )


def next_ready_at(session: Session, *, channels: tuple[str, ...]) -> datetime | None:
    """When the earliest update of these channels may be taken; None if nothing waits."""
    return session.execute(
        select(func.min(InboxRow.ready_at))
        .join(Chat, Chat.id == InboxRow.chat_id)
        .where(InboxRow.state == "waiting", Chat.channel.in_(channels))
    ).scalar_one()


def forget_payloads(session: Session, chat_id: int) -> None:
    """Take out what the chat's updates said, whatever became of them."""
    session.execute(
        update(InboxRow).where(InboxRow.chat_id == chat_id).values(payload=None, error=None)
    )


def _expects_text(session: Session, chat_id: int) -> bool:
    return bool(session.execute(_EXPECTS_TEXT, {"chat": chat_id}).scalar_one())


def _quiet_until(session: Session, chat_id: int, now: datetime) -> datetime:
    first = session.execute(_FIRST_OF_NEIGHBOURS, {"chat": chat_id}).scalar_one()
    return min(now + QUIET, (first or now) + LONGEST_QUIET)


def _hold_neighbours(session: Session, chat_id: int, ready_at: datetime) -> None:
    session.execute(_HOLD, {"chat": chat_id, "until": ready_at})


def _write(session: Session, rows: list[Waiting], **values: Any) -> None:
    session.execute(
        update(InboxRow).where(InboxRow.id.in_([row.id for row in rows])).values(**values)
    )


_inbox = InboxRow.table()
_chats = Chat.table()
_earlier = _inbox.alias("earlier")

_ADD_ONCE = Upsert(
    lambda add: add.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(_inbox.c.id),
    _inbox,
)
_EXPECTS_TEXT = select(_chats.c.expects_text).where(_chats.c.id == bindparam("chat"))
_waits_to_join = and_(
    _inbox.c.chat_id == bindparam("chat"), _inbox.c.state == "waiting", _inbox.c.joins
)
_FIRST_OF_NEIGHBOURS = select(func.min(_inbox.c.received_at)).where(_waits_to_join)
_HOLD = update(_inbox).where(_waits_to_join).values(ready_at=bindparam("until"))
_NEXT_CHAT = (
    select(_chats.c.id)
    .join(_inbox, _inbox.c.chat_id == _chats.c.id)
    .where(_inbox.c.state == "waiting", _inbox.c.ready_at <= bindparam("now"))
    .where(
        ~exists().where(
            _earlier.c.chat_id == _inbox.c.chat_id,
            _earlier.c.state == "waiting",
            _earlier.c.id < _inbox.c.id,
        )
    )
    .where(_chats.c.channel.in_(bindparam("channels", expanding=True)))
    .order_by(_inbox.c.ready_at, _inbox.c.id)
    .limit(1)
    .with_for_update(of=_chats, skip_locked=True, key_share=True)  # rows may refer to it meanwhile
)
_OLDEST = (
    select(*(_inbox.c[name] for name in Waiting.__dataclass_fields__))
    .where(_inbox.c.chat_id == bindparam("chat"), _inbox.c.state == "waiting")
    .order_by(_inbox.c.id)
    .limit(bindparam("most"))
)
_FINISH = (
    update(_inbox)
    .where(_inbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(state="done", payload=None, finished_at=bindparam("at"))
)
