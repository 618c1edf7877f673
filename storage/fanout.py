"""Notices to a great many chats: queued in batches, and never more than the outbox has room for.

Who fans out takes some of those concerned by an index that is its cursor, queues them here, moves
the cursor on in the same transaction, and comes back when there is room again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from storage.bulk import Insertion
from storage.database import changed_rows
from storage.models import WAITING, OutboxRow
from storage.outbox import Lane, waiting_row
from storage.waking import wake

PAUSED = "paused"  # why a row was put back that is not to go until somebody says so


@dataclass(frozen=True, slots=True)
class Notice:
    """A row on its way into the outbox, one of many. `payload` holds ids only."""

    chat_id: int
    payload: dict[str, Any]
    dedupe_key: str


def room_in(session: Session, lane: Lane, *, most: int) -> int:
    """How many more rows may wait in this lane, if there are to be `most` at a time."""
    waiting: int = session.execute(_WAITING_IN, {"lane": int(lane), "most": most}).scalar_one()
    return most - waiting


def queue_all(
    session: Session,
    notices: Iterable[Notice],
    *,
    kind: str,
    lane: Lane,
    due_at: datetime,
    now: datetime,
) -> None:
    """Queue each once: what waits or went out under its key is left alone, and what was dropped
    under it waits again."""
    rows = [
        waiting_row(
            notice.chat_id,
            kind,
            lane,
            now=now,
            due_at=due_at,
            payload=notice.payload,
            dedupe_key=notice.dedupe_key,
        )
        for notice in notices
    ]
    if rows:
        _QUEUE_EACH.run(session, rows)
        wake(session, "outbox")


def end_pause(session: Session, lane: Lane, *, now: datetime) -> int:
    """What was put back as paused is due now, as though it were new; how much that is."""
    wake(session, "outbox")
    return changed_rows(session.execute(_END_PAUSE, {"in_lane": int(lane), "now": now}))


_outbox = OutboxRow.table()
_FRESH = ("state", "due_at", "attempts", "error", "finished_at")
_QUEUE_EACH = Insertion(
    _outbox,
    lambda add: add.on_conflict_do_update(
        index_elements=["dedupe_key"],
        set_={name: add.excluded[name] for name in _FRESH},
        where=_outbox.c.state == "dropped",
    ).returning(_outbox.c.id),  # so that all rows go in one statement
)
_waiting = (
    select(_outbox.c.id)
    .where(_outbox.c.lane == bindparam("lane"), _outbox.c.state == WAITING)
    .limit(bindparam("most"))
    .subquery()
)
_WAITING_IN = select(func.count()).select_from(_waiting)
_END_PAUSE = (
    update(_outbox)
    .where(
        _outbox.c.lane == bindparam("in_lane"),
        _outbox.c.state == WAITING,
        _outbox.c.error == PAUSED,
    )
    .values(
        due_at=bindparam("now", type_=_outbox.c.due_at.type),
        created_at=bindparam("now", type_=_outbox.c.created_at.type),
        attempts=0,
        error=None,
    )
)
