"""Updates that were accepted: taken by one turn, in the order of their chat."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, exists, func, literal, select, update
from sqlalchemy.orm import Session

from storage.accepting import FLOOD_PACE
from storage.bulk import among
from storage.database import changed_rows
from storage.models import WAITING, Chat, Conversation, InboxRow, OutboxRow, StaffChat, StaffMember
from storage.outbox import IS_OPEN

MOST_JOINED = 20  # messages in one answer


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that a turn has taken."""

    id: int
    kind: str
    joins: bool
    payload: dict[str, Any] | None
    attempts: int
    ready_at: datetime
    received_at: datetime
    error: str | None

    @property
    def is_deferred(self) -> bool:
        """Whether it was held back because its chat sent too much at once."""
        untried = not self.attempts and self.error is None and not self.joins
        return untried and self.ready_at - self.received_at >= FLOOD_PACE


class Head(NamedTuple):
    """A chat that has something to take, and whether that may have ended a process."""

    chat_id: int
    suspect: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What one turn takes: the chat, where its dialogue stands, and the updates. `staff_chat_id` is
    where the leads of its channel arrive; `is_staffs`: leads arrive in this chat; `is_members`: it
    is the private chat of somebody of the staff; `is_owed`: posts are on their way to it, or may
    be."""

    chat: Chat
    state: dict[str, Any] | None
    rows: list[Waiting]
    staff_chat_id: int | None = None
    is_staffs: bool = False
    is_members: bool = False
    is_owed: bool = True


def next_chats(
    session: Session,
    *,
    now: datetime,
    channels: Collection[str],
    limit: int,
    only: int | None = None,
) -> list[Head]:
    """Lock up to `limit` chats that have something to take, the oldest first; or `only` this chat,
    whether what it waits for is ready or not. A chat that somebody else holds is passed over."""
    if only is not None:
        found = session.execute(_THIS_CHAT, {"chat": only})
    else:
        found = session.execute(
            _NEXT_CHATS, {"now": now, "channels": list(channels), "limit": limit}
        )
    return [Head(*row) for row in found]


def take(session: Session, chat_ids: list[int], *, now: datetime | None) -> list[Taken]:
    """Of each of these chats the oldest ready update, with those that join it, in the order of
    `chat_ids`. The caller holds the chats. Without `now` the oldest is taken ready or not."""
    taken = {}
    for chat, state, staffs, is_staffs, is_members, is_owed, *values in session.execute(
        _HEADS, {"chats": chat_ids}
    ):
        head = Waiting(*values)
        if now is None or head.ready_at <= now:
            rows = _joined(session, chat.id) if head.joins else [head]
            taken[chat.id] = Taken(chat, state, rows, staffs, is_staffs, is_members, is_owed)
    return [taken[chat_id] for chat_id in chat_ids if chat_id in taken]


def _joined(session: Session, chat_id: int) -> list[Waiting]:
    found = session.execute(_OLDEST, {"chat": chat_id, "most": MOST_JOINED})
    return list(takewhile(lambda row: row.joins, (Waiting(*row) for row in found)))


def finish(session: Session, rows: list[Waiting], *, now: datetime) -> None:
    """The turns are done: the payloads go, the keys stay."""
    if rows:
        session.execute(_FINISH, {"ids": [row.id for row in rows], "at": now})


def suspect_all(session: Session) -> int:
    """A process died: whatever waits may have been its end. How many rows that are."""
    found = session.execute(
        update(InboxRow)
        .where(InboxRow.state == WAITING, InboxRow.suspect.is_(False))
        .values(suspect=True)
        .execution_options(synchronize_session=False)
    )
    return changed_rows(found)


def hold_suspects(session: Session, chat_id: int, *, now: datetime) -> list[Waiting]:
    """Lock this chat and name what one turn would take; nothing if somebody else is at it."""
    if session.execute(_THIS_CHAT, {"chat": chat_id}).first() is None:
        return []
    return [row for taken in take(session, [chat_id], now=now) for row in taken.rows]


def count_attempt(session: Session, rows: list[Waiting], *, ready_at: datetime) -> None:
    """Count an attempt before it is made, and keep others from these rows until `ready_at`."""
    for row in rows:
        _write(session, [row], attempts=row.attempts + 1, ready_at=ready_at)


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
        .where(InboxRow.chat_id == chat_id, InboxRow.state == WAITING)
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
    ready_at: datetime | None = session.execute(
        _NEXT_READY_AT, {"channels": list(channels)}
    ).scalar_one()
    return ready_at


def still_waiting(session: Session, dedupe_keys: Collection[str]) -> set[str]:
    """Those of these updates that still wait for their turn."""
    return set(session.execute(_STILL_WAITING, {"keys": list(dedupe_keys)}).scalars())


def waits_at_least(session: Session, count: int) -> bool:
    """Whether so many updates wait."""
    return session.execute(_WAITING, {"most": count}).scalar_one() >= count


def forget_payloads(session: Session, chat_id: int) -> None:
    """Take out what the chat's updates said, whatever became of them."""
    session.execute(
        update(InboxRow).where(InboxRow.chat_id == chat_id).values(payload=None, error=None)
    )


def _write(session: Session, rows: list[Waiting], **values: Any) -> None:
    session.execute(
        update(InboxRow).where(InboxRow.id.in_([row.id for row in rows])).values(**values)
    )


_inbox = InboxRow.table()
_chats = Chat.table()
_conversations = Conversation.table()
_staff_chats = StaffChat.table()
_members = StaffMember.table()
_outbox = OutboxRow.table()
_earlier, _staffs_own = _inbox.alias("earlier"), _chats.alias("staffs_own")

# No index serves this, so that chats are found by what waits for them and not what waits by going
# through all chats of a channel.
_channel = _chats.c.channel.concat("")
_STILL_WAITING = select(_inbox.c.dedupe_key).where(
    among(_inbox.c.dedupe_key, "keys"), _inbox.c.state == WAITING
)
_NEXT_CHATS = (
    select(_chats.c.id, _inbox.c.suspect)
    .join(_inbox, _inbox.c.chat_id == _chats.c.id)
    .where(_inbox.c.state == WAITING, _inbox.c.ready_at <= bindparam("now"))
    .where(
        ~exists().where(
            _earlier.c.chat_id == _inbox.c.chat_id,
            _earlier.c.state == WAITING,
            _earlier.c.id < _inbox.c.id,
        )
    )
    .where(among(_channel, "channels"))
    .order_by(_inbox.c.ready_at, _inbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=_chats, skip_locked=True, key_share=True)  # rows may refer to it meanwhile
)
_NEXT_READY_AT = (
    select(func.min(_inbox.c.ready_at))
    .join(_chats, _chats.c.id == _inbox.c.chat_id)
    .where(_inbox.c.state == WAITING)
    .where(among(_channel, "channels"))
)
_THIS_CHAT = (
    select(_chats.c.id, literal(False))
    .where(_chats.c.id == bindparam("chat"))
    .with_for_update(of=_chats, skip_locked=True, key_share=True)
)
_columns = [_inbox.c[name] for name in Waiting.__dataclass_fields__]
_channel_of_staff = (
    select(_staffs_own.c.channel)
    .where(_staffs_own.c.id == _staff_chats.c.chat_id)
    .scalar_subquery()  # not joined: SQLite would go through all chats of the channel
)
_first_staff_chat = (
    select(_staff_chats.c.chat_id)
    .where(_channel_of_staff == _chats.c.channel)
    .order_by(_staff_chats.c.connected_at)
    .limit(1)
    .scalar_subquery()
)
_is_staff_chat = exists().where(_staff_chats.c.chat_id == _chats.c.id)
_is_members_chat = exists().where(
    _members.c.channel == _chats.c.channel,
    _members.c.external_id == _chats.c.external_id,
    _members.c.left_at.is_(None),
    _members.c.role.is_not(None),
)
_is_owed = exists().where(_outbox.c.chat_id == _chats.c.id, IS_OPEN)
_HEADS = (
    select(
        Chat,
        _conversations.c.state,
        _first_staff_chat,
        _is_staff_chat,
        _is_members_chat,
        _is_owed,
        *_columns,
    )
    .join(_inbox, _inbox.c.chat_id == Chat.id)
    .outerjoin(
        _conversations, and_(_conversations.c.chat_id == Chat.id, _conversations.c.topic_id == 0)
    )
    .where(
        _inbox.c.id.in_(
            select(func.min(_inbox.c.id))
            .where(
                _inbox.c.state == WAITING,
                among(_inbox.c.chat_id, "chats"),
            )
            .group_by(_inbox.c.chat_id)
        )
    )
    .execution_options(populate_existing=True)
)
_OLDEST = (
    select(*_columns)
    .where(_inbox.c.chat_id == bindparam("chat"), _inbox.c.state == WAITING)
    .order_by(_inbox.c.id)
    .limit(bindparam("most"))
)
_FINISH = (
    update(_inbox)
    .where(among(_inbox.c.id, "ids"))
    .values(state="done", payload=None, finished_at=bindparam("at"))
)
_some_waiting = (
    select(_inbox.c.id).where(_inbox.c.state == WAITING).limit(bindparam("most")).subquery()
)
_WAITING = select(func.count()).select_from(_some_waiting)
