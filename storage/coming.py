"""How many reminders are to come: subscriptions counted by all that decides what they get.

Subscriptions with the same wishes and the same next reminder get the same from there on, so that
they are counted by one index and never read one by one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select, union
from sqlalchemy.orm import Session

from storage.bulk import among
from storage.models import WAITING, Call, Group, Lead, OutboxRow, Reminder, Subscription
from storage.outbox import Lane
from storage.reminders import Entry, Key


@dataclass(frozen=True, slots=True)
class Cohort:
    """So many subscriptions of one key whose next reminder and snooze are the same. `has_sent`
    of these have sent in what they are reminded of."""

    key: Key
    next: Entry
    snoozed_until: datetime | None
    count: int
    has_sent: int = 0


def cohorts(
    session: Session, *, call_id: int | None = None, until: datetime | None = None
) -> list[Cohort]:
    """All that still get a reminder, or those of one call, or whose next is due by then."""
    statement = _counted(until)
    numbers = session.scalars(_CALLS_WITH_SOME).all() if call_id is None else [call_id]
    return [it for number in numbers for it in _of_call(session, statement, number)]


@dataclass(frozen=True, slots=True)
class Queued:
    """A reminder that waits in the outbox: for whom, and of which deadline."""

    chat_id: int
    call_id: int
    closes_at: datetime


def queued(session: Session) -> list[Queued]:
    """What waits in the outbox, which never holds more than it has room for."""
    waiting = select(_outbox.c.payload).where(
        _outbox.c.lane == int(Lane.REMINDERS), _outbox.c.state == WAITING
    )
    payloads = session.execute(waiting.where(_outbox.c.kind == "reminder")).scalars()
    numbers = [payload["reminder_id"] for payload in payloads]
    return [Queued(*row) for row in session.execute(_QUEUED, {"ids": numbers})]


def _of_call(session: Session, statement: Select[Any], call_id: int) -> Iterator[Cohort]:
    """Call by call, so that the rows come counted as the index has them."""
    counted = {
        tuple(row[:-1]): row.members
        for row in session.execute(statement.where(_table.c.call_id == call_id))
    }
    sent = _sent(session, statement, call_id) if counted else {}
    for group, count in counted.items():
        plan, at_clock, closes_at, due_at, offset, snoozed_until = group
        yield Cohort(
            Key(call_id, plan, at_clock, closes_at),
            Entry(offset, due_at),
            snoozed_until,
            count,
            sent.get(group, 0),
        )


def _sent(session: Session, statement: Select[Any], call_id: int) -> Mapping[tuple[Any, ...], int]:
    """How many of each have sent something in, themselves or as the group that talks there."""
    sent = _leads.c.call_id == call_id, _leads.c.status != "withdrawn"
    own = select(_leads.c.chat_id).where(*sent)
    of_groups = select(_groups.c.chat_id).join(_leads, _leads.c.group_id == _groups.c.id)
    chats = union(own, of_groups.where(*sent)).subquery()
    among = statement.where(
        _table.c.call_id == call_id, _table.c.chat_id.in_(select(chats.c.chat_id))
    )
    return {tuple(row[:-1]): row.members for row in session.execute(among)}


def _counted(until: datetime | None) -> Select[Any]:
    columns = [_table.c[name] for name in _GROUP]
    statement = select(*columns, func.count().label("members")).group_by(*columns)
    if until is None:
        return statement.where(_table.c.next_due_at.is_not(None))
    return statement.where(_table.c.next_due_at <= until)


_table, _leads, _groups = Subscription.table(), Lead.table(), Group.table()
_calls, _reminders, _outbox = Call.table(), Reminder.table(), OutboxRow.table()
_GROUP = ("plan", "at_clock", "closes_at", "next_due_at", "next_offset", "snoozed_until")
_CALLS_WITH_SOME = (
    select(_calls.c.id)
    .where(exists().where(_table.c.call_id == _calls.c.id, _table.c.next_due_at.is_not(None)))
    .order_by(_calls.c.closes_at, _calls.c.id)
)
_QUEUED = (
    select(_table.c.chat_id, _table.c.call_id, _reminders.c.closes_at)
    .join_from(_reminders, _table, _table.c.id == _reminders.c.subscription_id)
    .where(among(_reminders.c.id, "ids"), _reminders.c.state == "queued")
)
