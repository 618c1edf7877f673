"""Accepting updates: each is stored once, and told when its turn may take it.

Words that may be one answer with their neighbours wait a moment; a chat that sends too much at once
is answered at its pace.
"""

from collections.abc import Collection, Mapping, MutableSet, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from storage.bulk import Insertion, among
from storage.chats import ChatKey, Met, chat_id_for, meet_chats, move_chat
from storage.models import WAITING, InboxRow

QUIET = timedelta(seconds=1.5)  # several short messages in a row are one answer
LONGEST_QUIET = timedelta(seconds=6)  # but nobody waits longer than this
FLOOD = 20  # so many of one chat may wait; those beyond are deferred
FLOOD_OF_GROUP = 200  # it is many people, who write at once when something is asked
FLOOD_PACE = timedelta(seconds=1)  # one after the other, as fast as a chat may be written to


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


class Stored(Enum):
    """What became of an update that was handed in."""

    READY = "ready"
    JOINS = "joins"  # waits a moment, for more words may follow
    KNOWN = "known"  # it was stored before


def accept(session: Session, update_: Accepted, *, now: datetime) -> Stored:
    """Store one update, once."""
    return accept_all(session, [update_], now=now)[0]


def accept_all(session: Session, updates: Sequence[Accepted], *, now: datetime) -> list[Stored]:
    """Store updates in this order, each once; what became of each."""
    if not updates:
        return []
    _move_chats(session, updates, now)
    met = meet_chats(session, (update_.chat for update_ in updates), now=now)
    lines = _lines(session, met.values())
    rows: dict[str, dict[str, Any]] = {}
    for update_ in updates:
        chat = met[update_.chat.channel, update_.chat.external_id]
        if update_.dedupe_key not in rows:
            joins = update_.joins and chat.expects_text
            most = FLOOD if update_.chat.kind == "private" else FLOOD_OF_GROUP
            ready_at = lines[chat.id].join(joins, now, most=most)
            rows[update_.dedupe_key] = _row(update_, chat.id, joins, ready_at, now)
    added = set(_ADD_ONCE.run(session, list(rows.values())).scalars())
    for chat_id, line in lines.items():
        # Words that wait for more wait as long as the newest; anything else ends their waiting.
        if line.held_until is not None:
            session.execute(_HOLD, {"chat": chat_id, "until": line.held_until})
    return [_became(update_, rows, added) for update_ in updates]


def _move_chats(session: Session, updates: Sequence[Accepted], now: datetime) -> None:
    """Before anybody is met: who writes under the new id in the same breath writes in this chat."""
    for update_ in updates:
        if update_.moves_to is not None:
            chat_id = chat_id_for(session, update_.chat, now=now)
            move_chat(session, chat_id, external_id=update_.moves_to)


def _became(
    update_: Accepted, rows: Mapping[str, dict[str, Any]], added: MutableSet[str]
) -> Stored:
    """What became of it; one that was handed in twice is known the second time."""
    if update_.dedupe_key not in added:
        return Stored.KNOWN
    added.remove(update_.dedupe_key)
    return Stored.JOINS if rows[update_.dedupe_key]["joins"] else Stored.READY


@dataclass(slots=True)
class _Line:
    """Those of one chat that wait already, and when the next is ready."""

    waiting: int = 0
    last_ready_at: datetime | None = None
    joining_since: datetime | None = None  # when the first of those that may still join came
    held_until: datetime | None = None  # the wait of those changed: they are ready then

    def join(self, joins: bool, now: datetime, *, most: int) -> datetime:
        """One more comes; when it is ready."""
        ready_at = now
        if joins:
            self.joining_since = self.joining_since or now
            ready_at = min(now + QUIET, self.joining_since + LONGEST_QUIET)
        if self.joining_since is not None:
            self.held_until = ready_at
        if not joins and self.waiting >= most:
            ready_at = max(self.last_ready_at or now, now) + FLOOD_PACE
        self.waiting += 1
        self.last_ready_at = ready_at
        return ready_at


def _lines(session: Session, met: Collection[Met]) -> dict[int, _Line]:
    lines = {chat.id: _Line() for chat in met}
    waiting = {chat.id for chat in met if chat.has_waiting}
    for row in session.execute(_LINES, {"chats": list(waiting)}) if waiting else ():
        since = None
        if row.joins:
            since = session.execute(_FIRST_OF_NEIGHBOURS, {"chat": row.chat_id}).scalar_one()
        lines[row.chat_id] = _Line(row.waiting, row.ready_at, since)
    return lines


def _row(
    update_: Accepted, chat_id: int, joins: bool, ready_at: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "dedupe_key": update_.dedupe_key,
        "chat_id": chat_id,
        "kind": update_.kind,
        "joins": joins,
        "payload": update_.payload,
        "state": "waiting",
        "received_at": now,
        "ready_at": ready_at,
        "attempts": 0,
        "suspect": False,
    }


_inbox = InboxRow.table()

_ADD_ONCE = Insertion(
    _inbox,
    lambda add: add.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(
        _inbox.c.dedupe_key
    ),
)
_line = (
    select(_inbox.c.chat_id, func.count().label("waiting"), func.max(_inbox.c.id).label("last_id"))
    .where(_inbox.c.state == WAITING, among(_inbox.c.chat_id, "chats"))
    .group_by(_inbox.c.chat_id)
    .subquery()
)
_LINES = select(_line.c.chat_id, _line.c.waiting, _inbox.c.ready_at, _inbox.c.joins).join(
    _inbox, _inbox.c.id == _line.c.last_id
)
_waits_to_join = and_(
    _inbox.c.chat_id == bindparam("chat"), _inbox.c.state == WAITING, _inbox.c.joins
)
_FIRST_OF_NEIGHBOURS = select(func.min(_inbox.c.received_at)).where(_waits_to_join)
_HOLD = update(_inbox).where(_waits_to_join).values(ready_at=bindparam("until"))
