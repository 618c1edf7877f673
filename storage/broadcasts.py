"""Broadcasts: words of the staff for all who want to hear of a theme, of a borough or of a call.

Whoever sends one takes the next chats by id, which is the cursor, writes down who they are, queues
what they are told and moves the cursor on in the same transaction. What was written down of a chat
is why it never gets the same twice.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from storage.bulk import Insertion
from storage.models import (
    WAITING,
    Broadcast,
    BroadcastRecipient,
    Chat,
    Interest,
    OutboxRow,
    Subscription,
)
from storage.outbox import Lane
from storage.waking import wake

KIND = "broadcast"  # of the outbox rows
TEST = "broadcast_test"  # the same for the author's own chat
DRAFT, SENDING, SENT, CANCELLED = "draft", "sending", "sent", "cancelled"
TAKEN_BACK = "the broadcast was cancelled"  # why a row was dropped


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is to hear it: those who asked to hear of a theme or a borough, or to be reminded of a
    call. `kind` is theme, borough or call_id, `value` says which."""

    kind: str
    value: str | int

    @classmethod
    def of(cls, broadcast: Broadcast) -> "Audience":
        """That of a broadcast."""
        ((kind, value),) = broadcast.audience.items()
        return cls(kind, value)

    def to_json(self) -> dict[str, str | int]:
        """As it is kept."""
        return {self.kind: self.value}


@dataclass(frozen=True, slots=True)
class Unreached:
    """So many chats that it did not reach, and why."""

    state: str
    reason: str
    count: int


def draft(
    session: Session, *, words: str, audience: Audience, made_by: int, now: datetime
) -> Broadcast:
    """A new one, which nobody gets yet."""
    broadcast = Broadcast(
        words=words,
        audience=audience.to_json(),
        state=DRAFT,
        version=1,
        made_by=made_by,
        made_at=now,
        cursor=0,
    )
    session.add(broadcast)
    session.flush()
    return broadcast


def change(session: Session, broadcast: Broadcast, *, words: str, audience: Audience) -> None:
    """Other words or another audience for a draft. What somebody has seen of it counts no more."""
    if (broadcast.words, broadcast.audience) == (words, audience.to_json()):
        return
    broadcast.words, broadcast.audience = words, audience.to_json()
    broadcast.version += 1
    session.flush()


def discard(session: Session, broadcast: Broadcast) -> None:
    """A draft goes."""
    session.delete(broadcast)
    session.flush()


def hold(session: Session, broadcast_id: int) -> Broadcast | None:
    """The broadcast, for who changes it: nobody else does until this transaction ends."""
    statement = select(Broadcast).where(Broadcast.id == broadcast_id).with_for_update()
    return session.scalars(statement).one_or_none()


def find(session: Session, broadcast_id: int) -> Broadcast | None:
    """The broadcast with this id."""
    return session.get(Broadcast, broadcast_id)


def newest(session: Session, *, limit: int, before: int | None = None) -> list[Broadcast]:
    """The newest, newest first; those older than the one with the id `before`."""
    statement = select(Broadcast).order_by(Broadcast.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Broadcast.id < before)
    return list(session.scalars(statement))


def count_audience(session: Session, audience: Audience) -> int:
    """How many chats would get it now, each once."""
    return session.scalar(_reached(audience, func.count())) or 0


def audience_after(
    session: Session, audience: Audience, *, after: int, limit: int
) -> Sequence[int]:
    """The next chats by id."""
    asked = _asked(audience)
    statement = _reached(audience, asked).where(asked > after).order_by(asked).limit(limit)
    return session.scalars(statement).all()


def is_wanted(session: Session, audience: Audience, *, chat_id: int) -> bool:
    """Whether this chat still wants to hear it."""
    asked = _asked(audience)
    return session.execute(_reached(audience, asked).where(asked == chat_id)).first() is not None


def start(session: Session, broadcast: Broadcast, *, expected: int, now: datetime) -> None:
    """From now on it goes out."""
    broadcast.state, broadcast.started_at, broadcast.expected = SENDING, now, expected
    session.flush()
    wake(session, "broadcasts")


def has_sending(session: Session) -> bool:
    """Whether one is going out."""
    return session.execute(_SENDING).first() is not None


def sending(session: Session) -> Broadcast | None:
    """The oldest that is going out, locked; None too while another process holds it."""
    return session.scalars(_TAKE_SENDING).one_or_none()


def note_queued(
    session: Session, broadcast: Broadcast, chat_ids: Collection[int], *, now: datetime
) -> list[int]:
    """Write down that these get it; those of them that were not written down before."""
    row = {"broadcast_id": broadcast.id, "state": "queued", "reason": None, "updated_at": now}
    rows = [{**row, "chat_id": chat_id} for chat_id in chat_ids]
    return sorted(_NOTE_QUEUED.run(session, rows).scalars()) if rows else []


def move_on(session: Session, broadcast: Broadcast, up_to: int) -> None:
    """Everybody is dealt with up to this chat."""
    broadcast.cursor = up_to
    session.flush()


def finish(session: Session, broadcast: Broadcast, *, now: datetime) -> None:
    """Everybody is dealt with; some of it may still wait in the outbox."""
    broadcast.state, broadcast.ended_at = SENT, now
    session.flush()


def fate_of(session: Session, broadcast_id: int, *, chat_id: int) -> str | None:
    """What became of it in this chat; None if it was not for it, or all of it was forgotten."""
    row = session.get(BroadcastRecipient, (broadcast_id, chat_id))
    return row.state if row is not None else None


def note_fate(
    session: Session,
    broadcast_id: int,
    *,
    chat_id: int,
    state: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Write down what became of it in this chat. What went out stays so."""
    values = {"broadcast": broadcast_id, "chat": chat_id}
    fate = {"fate": state, "why": reason, "at": now}
    session.execute(_NOTE_FATE, {**values, **fate})


def cancel(session: Session, broadcast: Broadcast, *, by: int, now: datetime) -> int:
    """Nobody else gets it; how many were waiting in the outbox and do not. What a process has in
    hand in this moment goes out, or is dropped when it is tried again."""
    found = session.execute(
        update(_outbox)
        .where(
            _outbox.c.lane == bindparam("in_lane"),
            _outbox.c.state == WAITING,
            _outbox.c.kind == KIND,
            _outbox.c.dedupe_key.startswith(key_of(broadcast.id, "")),
        )
        .values(state="dropped", error=TAKEN_BACK, finished_at=now)
        .returning(_outbox.c.chat_id),
        {"in_lane": int(Lane.BROADCASTS)},
    )
    dropped = list(found.scalars())
    for chat_id in dropped:
        note_fate(session, broadcast.id, chat_id=chat_id, state="cancelled", now=now)
    broadcast.state, broadcast.ended_at, broadcast.ended_by = CANCELLED, now, by
    session.flush()
    return len(dropped)


def counts(session: Session, broadcast_id: int) -> Counter[str]:
    """How many chats came to what."""
    statement = (
        select(_recipients.c.state, func.count())
        .where(_recipients.c.broadcast_id == broadcast_id)
        .group_by(_recipients.c.state)
    )
    return Counter(dict(session.execute(statement).all()))


def unreached(session: Session, broadcast_id: int) -> list[Unreached]:
    """Why it did not reach some, the most frequent reason first."""
    columns = _recipients.c.state, _recipients.c.reason
    statement = (
        select(*columns, func.count())
        .where(
            _recipients.c.broadcast_id == broadcast_id,
            _recipients.c.state.in_(("failed", "dropped")),
        )
        .group_by(*columns)
        .order_by(func.count().desc())
    )
    rows = session.execute(statement)
    return [Unreached(state, reason or "", count) for state, reason, count in rows]


def drop_for_chat(session: Session, *, chat_id: int, reason: str, now: datetime) -> None:
    """Nobody is there any more: what waits for this chat does not go."""
    session.execute(_DROP_FOR_CHAT, {"chat": chat_id, "why": reason, "at": now})


def received(session: Session, *, chat_id: int) -> int:
    """How many broadcasts this chat got, of those that are still known."""
    statement = select(func.count()).where(
        _recipients.c.chat_id == chat_id, _recipients.c.state == "sent"
    )
    return session.scalar(statement) or 0


def delete_received(session: Session, *, chat_id: int) -> None:
    """Delete what became of broadcasts in this chat."""
    session.execute(delete(_recipients).where(_recipients.c.chat_id == chat_id))


def key_of(broadcast_id: int, chat_id: int | str) -> str:
    """The outbox's dedupe key: each chat is told each broadcast once."""
    return f"{KIND}:{broadcast_id}:{chat_id}"


_broadcasts, _recipients = Broadcast.table(), BroadcastRecipient.table()
_interests, _subscriptions = Interest.table(), Subscription.table()
_chats, _outbox = Chat.table(), OutboxRow.table()


def _asked(audience: Audience) -> Any:
    """The column of the chats that asked for it."""
    return (_subscriptions if audience.kind == "call_id" else _interests).c.chat_id


def _reached(audience: Audience, *columns: Any) -> Select[Any]:
    """Of those who asked for it and have not stopped. Groups are left alone, and those who blocked
    us: only people said that they want to hear."""
    chat_id = _asked(audience)
    statement = (
        select(*columns)
        .join_from(chat_id.table, _chats, _chats.c.id == chat_id)
        .where(_chats.c.kind == "private", _chats.c.blocked_at.is_(None))
        .where(chat_id.table.c.stopped_at.is_(None))
    )
    if audience.kind == "call_id":
        return statement.where(_subscriptions.c.call_id == audience.value)
    return statement.where(_interests.c.kind == audience.kind, _interests.c.value == audience.value)


_SENDING = select(_broadcasts.c.id).where(_broadcasts.c.state == SENDING).limit(1)
_TAKE_SENDING = (
    select(Broadcast)
    .where(Broadcast.state == SENDING)
    .order_by(Broadcast.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_NOTE_QUEUED = Insertion(
    _recipients,
    lambda add: add.on_conflict_do_nothing(index_elements=["broadcast_id", "chat_id"]).returning(
        _recipients.c.chat_id
    ),
)
_NOTE_FATE = (
    update(_recipients)
    .where(
        _recipients.c.broadcast_id == bindparam("broadcast"),
        _recipients.c.chat_id == bindparam("chat"),
        _recipients.c.state != "sent",
    )
    .values(state=bindparam("fate"), reason=bindparam("why"), updated_at=bindparam("at"))
)
_DROP_FOR_CHAT = (
    update(_recipients)
    .where(_recipients.c.chat_id == bindparam("chat"), _recipients.c.state == "queued")
    .values(state="dropped", reason=bindparam("why"), updated_at=bindparam("at"))
)
