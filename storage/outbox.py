"""What waits to be sent: queued in a turn, leased by `storage.claiming`, finished by its holder.

A row is written only by who holds its lease: whoever lost it changes nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    Text,
    and_,
    bindparam,
    cast,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from storage.bulk import Insertion, among
from storage.database import changed_rows
from storage.models import LEASED, WAITING, OutboxRow
from storage.waking import Kind, wake

AHEAD_OF_US = timedelta(minutes=2)  # what lies further ahead than it may was written by a clock
# that stepped back since; nearer, by the clock of another machine


class Lane(IntEnum):
    """What goes first when there is more to send than Telegram lets through."""

    REPLIES = 0
    HANDOFF = 1
    LEADS = 2
    REMINDERS = 3
    DIGESTS = 4
    BROADCASTS = 5
    WORK = 6  # nothing to send: see `storage.works`
    HOOKS = 7  # to other systems: done as work is, by a loop of its own
    MAILS = 8  # by e-mail: likewise


# What delivery looks at.
SENT: tuple[Lane, ...] = tuple(lane for lane in Lane if lane <= Lane.BROADCASTS)
_WAKES: dict[Lane, Kind] = {Lane.WORK: "works", Lane.HOOKS: "hooks", Lane.MAILS: "mails"}


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
    followed: bool  # something else waits for this chat

    @property
    def place(self) -> str:
        """The chat's own id; of a topic, that of its group, whose pace it shares."""
        return self.external_id.partition("/")[0]


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
    wake(session, _WAKES.get(lane, "outbox"))
    row = waiting_row(
        chat_id,
        kind,
        lane,
        now=now,
        due_at=due_at,
        message_id=message_id,
        payload=payload,
        dedupe_key=dedupe_key,
    )
    if dedupe_key is None:
        return int(session.execute(_ADD, row).scalar_one())
    return _ADD_ONCE.run(session, row).scalar_one_or_none()


def queue_messages(
    session: Session, messages: Mapping[int, int], *, lane: Lane, now: datetime
) -> None:
    """Queue messages of the history, given by their id with the chat's, in this order."""
    rows = [
        waiting_row(chat_id, "message", lane, now=now, message_id=message_id)
        for message_id, chat_id in messages.items()
    ]
    if rows:
        _ADD_ALL.run(session, rows)
        wake(session, "outbox")


def waiting_row(
    chat_id: int,
    kind: str,
    lane: Lane,
    *,
    now: datetime,
    due_at: datetime | None = None,
    message_id: int | None = None,
    payload: dict[str, Any] | None = None,
    dedupe_key: str | None = None,
) -> dict[str, Any]:
    """A row as it is before anybody has claimed it; due now, unless it says when.

    Work has states of its own, so that nothing that looks for what is to be sent ever meets it.
    What is due later counts as made then: how long it is tried does not begin before.
    """
    due_at = due_at or now
    return {
        "chat_id": chat_id,
        "kind": kind,
        "lane": int(lane),
        "message_id": message_id,
        "payload": payload,
        "dedupe_key": dedupe_key,
        "state": "waiting" if lane in SENT else "to_do",
        "attempts": 0,
        "due_at": due_at,
        "created_at": max(now, due_at),
    }


def finish(
    session: Session, claimed: Claimed, *, state: str, now: datetime, error: str | None = None
) -> bool:
    """Write the result, if the lease is still ours: `sent`, `dropped` or `set_aside`."""
    return _close(session, claimed, state=state, finished_at=now, error=error)


def finish_sent(session: Session, rows: Collection[Claimed], *, now: datetime) -> set[int]:
    """Write that these were sent; the ids of those whose lease was still ours."""
    if not rows:
        return set()
    found = session.connection().execute(_FINISH_SENT, {**_held(rows), "at": now})
    return set(found.scalars())


def finish_beside(session: Session, rows: Collection[Claimed], *, now: datetime) -> None:
    """Write that these were sent with another's message, though nobody claimed them."""
    if rows:
        ids = [row.id for row in rows]
        session.execute(_FINISH_BESIDE, {"ids": ids, "at": now})


def put_back(
    session: Session, claimed: Claimed, *, due_at: datetime, error: str | None = None
) -> bool:
    """Give the row back, to be tried again at `due_at`."""
    return _close(session, claimed, state="waiting", due_at=due_at, error=error, lease=None)


def give_back(session: Session, rows: Collection[Claimed]) -> None:
    """Give back what was never begun: that was no attempt, and it is due as before."""
    if rows:
        session.execute(_GIVE_BACK, _held(rows))


def release(session: Session, leases: Collection[str]) -> None:
    """Give back what was leased under these names: the commit failed, or seemed to."""
    session.execute(_RELEASE, {"leases": list(leases)})


def take_back(session: Session, *, now: datetime, lease_for: timedelta) -> int:
    """Let everybody claim what was leased by who is gone; how many rows that were.

    A lease that ends later than any can was given before the clock stepped back.
    """
    latest = now + lease_for + AHEAD_OF_US
    result = session.execute(_TAKE_BACK, {"now": now, "latest": latest})
    return changed_rows(result)


def name_message(session: Session, row_id: int, message_id: int) -> None:
    """The row's words are written now: a second try sends the same message."""
    session.execute(_NAME_MESSAGE, {"row": row_id, "message": message_id})


def same_edits(session: Session, claimed: Claimed) -> tuple[int, ...]:
    """The rows that wait to say the same: those of the same message, or of the same kind and
    payload. What they say is written when they are claimed, so one of them says it for all."""
    same = and_(
        _outbox.c.kind == claimed.kind,
        cast(_outbox.c.payload, Text)
        == select(cast(_outbox.c.payload, Text))
        .where(_outbox.c.id == claimed.id)
        .scalar_subquery(),
    )
    if claimed.kind == "message":
        same = and_(_outbox.c.kind == "message", _outbox.c.message_id == claimed.message_id)
    found = session.execute(
        select(_outbox.c.id)
        .where(_outbox.c.chat_id == claimed.chat_id, IS_OPEN, IS_WAITING)
        .where(same, _outbox.c.id != claimed.id)
    )
    return tuple(found.scalars())


def message_of(session: Session, dedupe_key: str) -> int | None:
    """The message that the row with this key became; None if it has become none."""
    statement = select(OutboxRow.message_id).where(OutboxRow.dedupe_key == dedupe_key)
    return session.scalars(statement).one_or_none()


def was_queued(session: Session, dedupe_key: str) -> bool:
    """Whether something with this key is known."""
    statement = select(OutboxRow.id).where(OutboxRow.dedupe_key == dedupe_key)
    return session.scalars(statement).one_or_none() is not None


def go_on(session: Session, claimed: Claimed, *, payload: dict[str, Any], now: datetime) -> None:
    """What was sent has more to say: it waits again, before all that was queued after it."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == claimed.id, OutboxRow.state == "sent")
        .values(state="waiting", payload=payload, message_id=None, lease=None)
        .values(attempts=0, due_at=now, finished_at=None)
    )
    wake(session, "outbox")


def newest_of_message(session: Session, message_id: int) -> tuple[str, datetime] | None:
    """The state of the row that was queued last for this message, and when it is or was due."""
    statement = select(OutboxRow.state, OutboxRow.due_at).where(OutboxRow.message_id == message_id)
    found = session.execute(statement.order_by(OutboxRow.id.desc()).limit(1)).one_or_none()
    return (found.state, found.due_at) if found else None


def drop_waiting(session: Session, row_ids: Sequence[int], *, now: datetime, reason: str) -> None:
    """These are not sent any more, if they still wait and are due. One that is due later stays:
    what changes until then counts on it."""
    if not row_ids:
        return
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(row_ids), OutboxRow.state == WAITING, OutboxRow.due_at <= now)
        .values(state="dropped", error=reason, finished_at=now)
    )


def is_sending_to(session: Session, *, chat_id: int) -> bool:
    """Whether something is under way to this chat, whose message id is not known yet."""
    statement = select(OutboxRow.id).where(OutboxRow.chat_id == chat_id, OutboxRow.state == LEASED)
    return session.scalars(statement.limit(1)).first() is not None


def release_all(session: Session) -> None:
    """Give back everything that is leased: for a start after which nobody else can be sending."""
    session.execute(
        update(OutboxRow).where(OutboxRow.state == LEASED).values(state="waiting", lease=None)
    )


def drop_for_chat(session: Session, *, chat_id: int, reason: str, now: datetime) -> None:
    """Nobody is there any more: everything that waits for this chat is dropped."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.chat_id == chat_id, OutboxRow.state.in_((WAITING, LEASED)))
        .values(state="dropped", error=reason, finished_at=now)
    )


def hurry(session: Session, *, chat_id: int, now: datetime) -> None:
    """What was put back for this chat may go now: it can be reached again."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.chat_id == chat_id, OutboxRow.state == WAITING)
        .where(OutboxRow.attempts > 0)
        .values(due_at=now)
    )


def next_due_at(session: Session) -> datetime | None:
    """When the earliest waiting row falls due; None if nothing waits."""
    return session.execute(
        select(func.min(OutboxRow.due_at)).where(OutboxRow.state == WAITING)
    ).scalar_one()


def _close(session: Session, claimed: Claimed, **values: Any) -> bool:
    result = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.id == claimed.id,
            OutboxRow.lease == claimed.lease,
            OutboxRow.state == LEASED,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed_rows(result))


def _held(rows: Collection[Claimed]) -> dict[str, Any]:
    """Every lease is one of ours, so that id and lease need not be matched pair by pair."""
    return {"ids": [row.id for row in rows], "leases": list({row.lease for row in rows})}


_outbox = OutboxRow.table()

IS_WAITING = _outbox.c.state == WAITING
IS_LEASED = _outbox.c.state == LEASED
IS_OPEN = _outbox.c.state.in_((WAITING, LEASED))

_ADD = insert(_outbox).returning(_outbox.c.id)
_ADD_ALL = Insertion(_outbox)
_ADD_ONCE = Insertion(
    _outbox,
    lambda add: add.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(_outbox.c.id),
)
_is_held = and_(
    among(_outbox.c.id, "ids"),
    among(_outbox.c.lease, "leases"),
    IS_LEASED,
)
_FINISH_SENT = (
    update(_outbox)
    .where(_is_held)
    .values(state="sent", error=None, finished_at=bindparam("at"))
    .returning(_outbox.c.id)
)
_FINISH_BESIDE = (
    update(_outbox)
    .where(among(_outbox.c.id, "ids"), IS_WAITING)
    .values(state="sent", error=None, finished_at=bindparam("at"))
)
_AS_BEFORE = {"state": "waiting", "lease": None, "attempts": _outbox.c.attempts - 1}
_GIVE_BACK = update(_outbox).where(_is_held).values(_AS_BEFORE)
_RELEASE = update(_outbox).where(IS_LEASED, among(_outbox.c.lease, "leases")).values(_AS_BEFORE)
_TAKE_BACK = (
    update(_outbox)
    .where(IS_LEASED)
    .where(
        or_(
            _outbox.c.leased_until < bindparam("now"),
            _outbox.c.leased_until > bindparam("latest"),
        )
    )
    .values(state="waiting", lease=None)
)
_NAME_MESSAGE = (
    update(_outbox).where(_outbox.c.id == bindparam("row")).values(message_id=bindparam("message"))
)
