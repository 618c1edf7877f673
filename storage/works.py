"""Slow work that waits in the outbox's own lane: claimed for a time, finished by its holder.

A row that is being done falls due again when its lease ends, so that the work of somebody who died
is found by the same look as what waits. `in_order` looks only at the first that each chat waits
for: what is behind waits until that has come to an end.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from storage.bulk import among
from storage.database import changed_rows
from storage.models import DOING, TO_DO, OutboxRow
from storage.outbox import AHEAD_OF_US
from storage.waking import wake


@dataclass(frozen=True, slots=True)
class Work:
    """A row that this process may do until the lease runs out. `attempts` counts this one."""

    id: int
    lease: str
    chat_id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    message_id: int | None = None


def is_due(
    session: Session,
    kinds: Collection[str],
    *,
    now: datetime,
    lease_for: timedelta,
    in_order: bool = False,
) -> bool:
    """Whether there is something of these kinds to claim. It only reads."""
    statement = _IS_HEAD_DUE if in_order else _IS_DUE
    found: bool = session.execute(statement, _due(kinds, now, lease_for)).scalar_one()
    return found


def claim(
    session: Session,
    kinds: Collection[str],
    *,
    now: datetime,
    lease: str,
    lease_for: timedelta,
    most: int,
    in_order: bool = False,
) -> list[Work]:
    """Lease due work of these kinds, what is due longest first."""
    values = {**_due(kinds, now, lease_for), "most": most}
    ids = list(session.execute(_HEADS_CLAIMABLE if in_order else _CLAIMABLE, values).scalars())
    if not ids:
        return []
    leased = {"ids": ids, "lease": lease, "until": now + lease_for}
    found = {row.id: row for row in session.execute(_LEASE, leased)}
    return [_work(found[number], lease) for number in ids]


def finish(
    session: Session, work: Work, *, state: str, now: datetime, error: str | None = None
) -> bool:
    """Write what became of it, if the lease is still ours: `done`, `dropped` or `set_aside`."""
    return _close(session, work, state=state, finished_at=now, error=error)


def put_back(session: Session, work: Work, *, due_at: datetime, error: str | None) -> bool:
    """Give it back, to be tried again at `due_at`."""
    return _close(session, work, state="to_do", due_at=due_at, error=error, lease=None)


def give_back(session: Session, work: Work, *, now: datetime) -> bool:
    """Give back what was broken off: that was no attempt, and it is due at once."""
    attempts = work.attempts - 1
    return _close(session, work, state="to_do", due_at=now, lease=None, attempts=attempts)


def hold(session: Session, *, chat_id: int) -> None:
    """Nobody does what waits for this chat, until it is let go."""
    _move(session, chat_id, "to_do", state="held")


def let_go(session: Session, *, chat_id: int, now: datetime) -> None:
    """What was held for this chat is due now, in its order, and what waits to be tried again."""
    _move(session, chat_id, "held", state="to_do")
    _move(session, chat_id, "to_do", due_at=now)
    wake(session, "hooks")


def drop_all(session: Session, *, chat_id: int, now: datetime, reason: str) -> None:
    """Nothing of what waits for this chat, held or not, is done any more."""
    for state in ("to_do", "held"):
        _move(session, chat_id, state, state="dropped", error=reason, finished_at=now)


def release_all(session: Session) -> None:
    """Give back everything that is being done: for a start after which nobody else can be at it.

    Its attempts stay counted: it may have been what ended the process.
    """
    as_before = {"state": "to_do", "lease": None, "due_at": OutboxRow.created_at}
    session.execute(update(OutboxRow).where(OutboxRow.state == DOING).values(as_before))


def waits(session: Session, *, chat_id: int, kind: str) -> bool:
    """Whether such work of this chat waits, and nobody has begun it."""
    statement = select(OutboxRow.id).where(
        OutboxRow.chat_id == chat_id, OutboxRow.kind == kind, OutboxRow.state == TO_DO
    )
    return session.scalars(statement.limit(1)).first() is not None


def forget(session: Session, *, chat_id: int) -> None:
    """Nothing more is to be done for this chat, and what is being done has nowhere to go."""
    session.execute(
        delete(OutboxRow).where(OutboxRow.chat_id == chat_id, OutboxRow.state.in_((TO_DO, DOING)))
    )


def _work(row: Any, lease: str) -> Work:
    payload = row.payload or {}
    return Work(row.id, lease, row.chat_id, row.kind, payload, row.attempts, row.message_id)


def _move(session: Session, chat_id: int, before: str, **values: Any) -> None:
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.chat_id == chat_id, OutboxRow.state == before)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _close(session: Session, work: Work, **values: Any) -> bool:
    result = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.id == work.id,
            OutboxRow.lease == work.lease,
            OutboxRow.state == DOING,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed_rows(result))


def _due(kinds: Collection[str], now: datetime, lease_for: timedelta) -> dict[str, Any]:
    """A lease that ends later than any can was given before the clock stepped back."""
    return {"kinds": list(kinds), "now": now, "latest": now + lease_for + AHEAD_OF_US}


_outbox = OutboxRow.table()
_IS_OPEN = _outbox.c.state.in_((TO_DO, DOING))
_is_claimable = and_(
    _IS_OPEN,
    among(_outbox.c.kind, "kinds"),
    or_(
        _outbox.c.due_at <= bindparam("now"),
        and_(_outbox.c.state == DOING, _outbox.c.due_at > bindparam("latest")),
    ),
)
_others = _outbox.alias("others")
_heads = (
    select(func.min(_others.c.id))
    .where(_others.c.state.in_((TO_DO, DOING)), among(_others.c.kind, "kinds"))
    .group_by(_others.c.kind, _others.c.chat_id)
)
_is_head = and_(_is_claimable, _outbox.c.id.in_(_heads))
_IS_DUE = select(exists().where(_is_claimable))
_IS_HEAD_DUE = select(exists().where(_is_head))


def _first(which: ColumnElement[bool]) -> Select[int]:
    return (
        select(_outbox.c.id)
        .where(which)
        .order_by(_outbox.c.due_at, _outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


_CLAIMABLE, _HEADS_CLAIMABLE = _first(_is_claimable), _first(_is_head)
_OF_LEASED = ("id", "chat_id", "kind", "payload", "attempts", "message_id")
_LEASE = (
    update(_outbox)
    .where(among(_outbox.c.id, "ids"))
    .values(
        state="doing",
        lease=bindparam("lease"),
        due_at=bindparam("until"),
        leased_until=bindparam("until"),
        attempts=_outbox.c.attempts + 1,
    )
    .returning(*(_outbox.c[name] for name in _OF_LEASED))
)
