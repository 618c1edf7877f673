"""What became of a call's reminders: how many to which end, and one by one.

Everything is found by one index of the call, so that it does not matter how many there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from storage.models import Call, Chat, Reminder, Subscription
from storage.reminders import SNOOZE, Key, is_same

STATES = ("sent", "merged", "skipped", "dropped", "failed", "queued")


@dataclass(frozen=True, slots=True)
class Tally:
    """So many reminders of one offset before one deadline came to this. All snoozes are one
    offset."""

    closes_at: datetime
    offset: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reminders of a call: those before this deadline, and of them those of one offset, to
    one end, of a stretch of time."""

    call_id: int
    closes_at: datetime
    offset: str | None = None
    state: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the log ends: the last row's moment and id."""

    due_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Logged:
    """A reminder, with the chat it was for."""

    reminder: Reminder
    chat: Chat


def tallies(session: Session, *, call_id: int) -> list[Tally]:
    """What became of all reminders of a call."""
    counted: dict[tuple[datetime, str, str], int] = defaultdict(int)
    for closes_at, offset, state, count in session.execute(_tally(call_id)):
        name = SNOOZE if offset.startswith(SNOOZE) else offset
        counted[closes_at, name, state] += count
    return [Tally(*which, count) for which, count in counted.items()]


def find_logged(
    session: Session,
    wanted: Wanted,
    known: Iterable[Tally],
    *,
    limit: int,
    after: Place | None = None,
) -> list[Logged]:
    """The latest of these, the latest first, or those before a place. `known` are the call's
    tallies, which say what there is to be found."""
    parts = [
        _part(wanted, it, after, limit)
        for it in known
        if it.closes_at == wanted.closes_at
        and wanted.offset in (None, it.offset)
        and wanted.state in (None, it.state)
    ]
    if not parts:
        return []
    merged = union_all(*(select(it.subquery()) for it in parts)).subquery()
    order = merged.c.due_at.desc(), merged.c.id.desc()
    numbers = session.scalars(select(merged.c.id).order_by(*order).limit(limit)).all()
    return _logged(session, numbers)


def titles_of(session: Session, reminder_ids: Sequence[int]) -> dict[int, str]:
    """The titles of the calls that these reminders are about."""
    statement = (
        select(_reminders.c.id, _calls.c.title)
        .join(_calls, _calls.c.id == _reminders.c.call_id)
        .where(_reminders.c.id.in_(reminder_ids))
    )
    return dict(session.execute(statement).all())


def stopped_before(session: Session, key: Key, *, offset: str, due_at: datetime) -> int:
    """How many with these wishes had asked for reminders before that moment and stopped them before
    it came, so that nothing is logged of it."""
    logged = exists().where(
        _reminders.c.subscription_id == _table.c.id,
        _reminders.c.offset == offset,
        _reminders.c.closes_at == key.closes_at,
    )
    statement = select(func.count()).where(
        _table.c.call_id == key.call_id,
        is_same(_table.c.plan, key.plan),
        is_same(_table.c.at_clock, key.at_clock),
        _table.c.closes_at == key.closes_at,
        _table.c.next_due_at.is_(None),
        _table.c.stopped_at <= due_at,
        _table.c.created_at < due_at,
        ~logged,
    )
    return session.scalar(statement) or 0


def keys_stopped(session: Session, *, call_id: int, closes_at: datetime) -> list[Key]:
    """The different wishes among subscriptions to this deadline that were stopped."""
    statement = (
        select(_table.c.plan, _table.c.at_clock)
        .where(_table.c.call_id == call_id, _table.c.closes_at == closes_at)
        .where(_table.c.next_due_at.is_(None), _table.c.stopped_at.is_not(None))
        .distinct()
    )
    return [Key(call_id, plan, at, closes_at) for plan, at in session.execute(statement)]


def _tally(call_id: int) -> Select[Any]:
    columns = _reminders.c.closes_at, _reminders.c.offset, _reminders.c.state
    statement = select(*columns, func.count()).where(_reminders.c.call_id == call_id)
    return statement.group_by(*columns)


def _part(wanted: Wanted, tally: Tally, after: Place | None, limit: int) -> Select[Any]:
    """The latest of one tally, limited by itself, so that the index is walked."""
    columns = _reminders.c
    statement = select(columns.due_at, columns.id).where(
        columns.call_id == wanted.call_id,
        columns.closes_at == wanted.closes_at,
        columns.state == tally.state,
    )
    if tally.offset == SNOOZE:
        statement = statement.where(columns.offset >= SNOOZE, columns.offset < f"{SNOOZE}~")
    else:
        statement = statement.where(columns.offset == tally.offset)
    if wanted.since is not None:
        statement = statement.where(columns.due_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(columns.due_at < wanted.until)
    if after is not None:
        earlier = and_(columns.due_at == after.due_at, columns.id < after.id)
        statement = statement.where(columns.due_at <= after.due_at)
        statement = statement.where(or_(columns.due_at < after.due_at, earlier))
    return statement.order_by(columns.due_at.desc(), columns.id.desc()).limit(limit)


def _logged(session: Session, numbers: Sequence[int]) -> list[Logged]:
    statement = (
        select(Reminder, Chat)
        .join(Subscription, Subscription.id == Reminder.subscription_id)
        .join(Chat, Chat.id == Subscription.chat_id)
        .where(Reminder.id.in_(numbers))
    )
    found = {it.id: Logged(it, chat) for it, chat in session.execute(statement)}
    return [found[number] for number in numbers if number in found]


_table, _reminders, _calls = Subscription.table(), Reminder.table(), Call.table()
