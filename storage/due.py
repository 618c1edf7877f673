"""Which subscriptions have a reminder due: found by index among millions, taken in batches.

Who works through a great many subscriptions takes a batch, moves each on with `advance`, commits,
and takes the next: what was moved on is no longer due, so that the index is the cursor.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from storage.bulk import among
from storage.models import Call, Subscription
from storage.reminders import Due, Entry, Key, is_same

MOST_OF_CHAT = 20  # calls told in one message


@dataclass(frozen=True, slots=True)
class Cohort:
    """So many subscriptions of one key whose next reminder is the same."""

    key: Key
    next: Entry
    count: int


def next_due_at(session: Session) -> datetime | None:
    """When the earliest reminder falls due; None if none is to come."""
    earliest: datetime | None = session.execute(_NEXT_DUE_AT).scalar_one()
    return earliest


def calls_with_due(session: Session, *, now: datetime) -> list[int]:
    """The calls that somebody is to be reminded of by now, the nearest deadline first."""
    return list(session.scalars(_CALLS_WITH_DUE, {"now": now}))


def due_of_call(session: Session, *, call_id: int, now: datetime, limit: int) -> list[Due]:
    """Whom to remind of this call by now, the longest overdue first. They are locked."""
    values = {"call": call_id, "now": now, "limit": limit}
    return [_due(row) for row in session.execute(_DUE_OF_CALL, values)]


def due_of_cohort(session: Session, cohort: Cohort, *, limit: int) -> list[Due]:
    """Some of a cohort, whenever it is due. They are locked."""
    key = cohort.key
    statement = _due_rows().where(
        _table.c.call_id == key.call_id,
        _table.c.next_due_at == cohort.next.due_at,
        _table.c.next_offset == cohort.next.offset,
        _table.c.closes_at == key.closes_at,
        is_same(_table.c.plan, key.plan),
        is_same(_table.c.at_clock, key.at_clock),
    )
    return [_due(row) for row in session.execute(statement, {"limit": limit})]


def cohorts(session: Session, *, after: datetime, until: datetime, most: int) -> list[Cohort]:
    """What falls due after `after` and by `until`; no more than `most` subscriptions are counted,
    the earliest."""
    values = {"after": after, "until": until, "most": most}
    return [
        Cohort(
            Key(row.call_id, row.plan, row.at_clock, row.closes_at),
            Entry(row.next_offset, row.next_due_at),
            row.members,
        )
        for row in session.execute(_COHORTS, values)
    ]


def coming_of_chat(session: Session, *, chat_id: int, until: datetime) -> list[Due]:
    """What this chat is to get by then and is not queued yet; locked, without what the planner
    holds."""
    values = {"chat": chat_id, "until": until, "limit": MOST_OF_CHAT}
    return [_due(row) for row in session.execute(_COMING_OF_CHAT, values)]


def advance(
    session: Session,
    ids: Collection[int],
    upcoming: Entry | None,
    *,
    snoozed_until: datetime | None = None,
) -> None:
    """Write what comes next for these subscriptions, and the snooze that is still to come."""
    values = {
        "ids": list(ids),
        "due": upcoming.due_at if upcoming else None,
        "offset": upcoming.offset if upcoming else None,
        "snoozed": snoozed_until,
    }
    session.execute(_ADVANCE, values)


def _due_rows() -> Select[Any]:
    return (
        select(*(_table.c[name] for name in _DUE_COLUMNS))
        .order_by(_table.c.next_due_at, _table.c.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
    )


def _due(row: Row[Any]) -> Due:
    key = Key(row.call_id, row.plan, row.at_clock, row.closes_at)
    return Due(row.id, row.chat_id, key, Entry(row.next_offset, row.next_due_at), row.snoozed_until)


_table = Subscription.table()
_calls = Call.table()
_DUE_COLUMNS = (
    "id",
    "chat_id",
    "call_id",
    "plan",
    "at_clock",
    "closes_at",
    "next_due_at",
    "next_offset",
    "snoozed_until",
)

_ADVANCE = (
    update(_table)
    .where(among(_table.c.id, "ids"))
    .values(
        next_due_at=bindparam("due"),
        next_offset=bindparam("offset"),
        snoozed_until=bindparam("snoozed"),
    )
)
_NEXT_DUE_AT = select(func.min(_table.c.next_due_at)).where(
    _table.c.next_due_at.is_not(None)  # as the index says
)
_CALLS_WITH_DUE = (
    select(_calls.c.id)
    .where(
        exists().where(_table.c.call_id == _calls.c.id, _table.c.next_due_at <= bindparam("now"))
    )
    .order_by(_calls.c.closes_at, _calls.c.id)
)
_DUE_OF_CALL = _due_rows().where(
    _table.c.call_id == bindparam("call"), _table.c.next_due_at <= bindparam("now")
)
_COMING_OF_CHAT = _due_rows().where(
    _table.c.chat_id == bindparam("chat"),
    _table.c.next_due_at.is_not(None),
    _table.c.next_due_at <= bindparam("until"),
)
_SOON = (
    select(_table)
    .where(_table.c.next_due_at > bindparam("after"), _table.c.next_due_at <= bindparam("until"))
    .order_by(_table.c.next_due_at)
    .limit(bindparam("most"))
    .subquery()
)
_GROUP = [_SOON.c[name] for name in _DUE_COLUMNS[2:-1]]
_COHORTS = select(*_GROUP, func.count().label("members")).group_by(*_GROUP)
