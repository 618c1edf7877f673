"""What was planned, and what became of each reminder.

A reminder has one row for each subscription, offset and deadline, from the moment it is queued or
skipped: that row is why none goes out twice, also after a deadline has moved away and back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from storage.database import Upsert
from storage.models import Reminder, ReminderPlan, Subscription


@dataclass(frozen=True, slots=True)
class Entry:
    """One reminder of a plan: to be sent at `due_at`, or skipped for a reason."""

    offset: str
    due_at: datetime
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """What subscriptions have in common that get the same reminders at the same moments.

    `plan` is their own offsets, None for those of the call; `at_clock` the time of day, HH:MM, at
    which whole days before go out, None for the deadline's own.
    """

    call_id: int
    plan: str | None
    at_clock: str | None
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription whose next reminder is to go out."""

    id: int
    chat_id: int
    key: Key
    next: Entry


@dataclass(frozen=True, slots=True)
class Queueing:
    """A reminder on its way: which call and deadline it is about, and whether it is still to go."""

    call_id: int
    closes_at: datetime
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """An entry of this subscription's plan that is sent now, or skipped for its reason."""

    due: Due
    entry: Entry


def note_plan(session: Session, key: Key, entries: Iterable[Entry], *, now: datetime) -> None:
    """Log what is planned for this key, unless that is logged already."""
    _NOTE_PLAN.run(
        session,
        {
            "call_id": key.call_id,
            "plan": key.plan or "",
            "at_clock": key.at_clock or "",
            "closes_at": key.closes_at,
            "entries": [
                {"offset": it.offset, "due_at": it.due_at.isoformat(), "skipped": it.skipped}
                for it in entries
            ],
            "made_at": now,
        },
    )


def supersede_plans(session: Session, *, call_id: int, now: datetime) -> None:
    """What was planned for this call holds no longer."""
    session.execute(_SUPERSEDE, {"call": call_id, "at": now})


def plans_of(session: Session, *, call_id: int) -> list[ReminderPlan]:
    """What was planned for this call, also what holds no longer, in the order of planning."""
    statement = select(ReminderPlan).where(ReminderPlan.call_id == call_id)
    return list(session.scalars(statement.order_by(ReminderPlan.id)))


def note_queued(session: Session, going: Sequence[Settled], *, now: datetime) -> dict[int, int]:
    """Log that these go out now; the reminder's id by that of its subscription.

    Left out are those that were sent or skipped before: they must not go out again. One that was
    dropped never went out, and may.
    """
    rows = [_row(it, now=now, state="queued") for it in going]
    if not rows:
        return {}
    found = _NOTE_QUEUED.run(session, rows)
    return {row.subscription_id: row.id for row in found}


def note_skipped(session: Session, skipped: Sequence[Settled], *, now: datetime) -> None:
    """Log that these are not sent, and why."""
    rows = [_row(it, now=now, state="skipped") for it in skipped]
    if rows:
        _NOTE_SKIPPED.run(session, rows)


def find_queued(session: Session, reminder_id: int) -> Queueing | None:
    """The reminder with this id; None if its subscription was deleted."""
    row = session.execute(_FIND_QUEUED, {"reminder": reminder_id}).one_or_none()
    return Queueing(*row) if row else None


def note_sent(session: Session, reminder_id: int, *, now: datetime) -> None:
    """Log that it went out, whatever was thought of it meanwhile."""
    session.execute(_NOTE_SENT, {"reminder": reminder_id, "at": now})


def note_unsent(
    session: Session, reminder_id: int, *, state: str, reason: str, now: datetime
) -> None:
    """Log that a queued reminder will not go out: dropped or failed, and why."""
    values = {"reminder": reminder_id, "fate": state, "why": reason, "at": now}
    session.execute(_NOTE_UNSENT, values)


def drop_queued(session: Session, *, chat_id: int, reason: str, now: datetime) -> None:
    """What is queued for this chat will not be sent."""
    session.execute(_DROP_QUEUED, {"chat": chat_id, "why": reason, "at": now})


def reminders_of(session: Session, subscription: Subscription) -> list[Reminder]:
    """What became of one subscription's reminders, by time."""
    return list(
        session.scalars(
            select(Reminder)
            .where(Reminder.subscription_id == subscription.id)
            .order_by(Reminder.due_at, Reminder.id)
        )
    )


def is_same(column: Any, value: str | None) -> Any:
    """Equal, or both null; written so that an index is used."""
    return column.is_(None) if value is None else column == value


def _row(settled: Settled, *, now: datetime, state: str) -> dict[str, Any]:
    due, entry = settled.due, settled.entry
    return {
        "subscription_id": due.id,
        "offset": entry.offset,
        "closes_at": due.key.closes_at,
        "due_at": entry.due_at,
        "state": state,
        "reason": entry.skipped,
        "updated_at": now,
    }


_plans = ReminderPlan.table()
_reminders = Reminder.table()
_subscriptions = Subscription.table()
_ONCE = ["subscription_id", "offset", "closes_at"]

_NOTE_PLAN = Upsert(lambda add: add.on_conflict_do_nothing(), _plans)
_SUPERSEDE = (
    update(_plans)
    .where(_plans.c.call_id == bindparam("call"), _plans.c.superseded_at.is_(None))
    .values(superseded_at=bindparam("at"))
)
_NOTE_QUEUED = Upsert(
    lambda add: add.on_conflict_do_update(
        index_elements=_ONCE,
        set_={name: add.excluded[name] for name in ("due_at", "state", "reason", "updated_at")},
        where=_reminders.c.state == "dropped",
    ).returning(_reminders.c.id, _reminders.c.subscription_id),
    _reminders,
)
_NOTE_SKIPPED = Upsert(
    lambda add: add.on_conflict_do_nothing(index_elements=_ONCE).returning(_reminders.c.id),
    _reminders,
)
_FIND_QUEUED = (
    select(
        _subscriptions.c.call_id, _reminders.c.closes_at, _reminders.c.state, _reminders.c.reason
    )
    .join(_subscriptions, _subscriptions.c.id == _reminders.c.subscription_id)
    .where(_reminders.c.id == bindparam("reminder"))
)
_this = _reminders.c.id == bindparam("reminder")
_NOTE_SENT = update(_reminders).where(_this).values(state="sent", updated_at=bindparam("at"))
_NOTE_UNSENT = (
    update(_reminders)
    .where(_this, _reminders.c.state == "queued")
    .values(state=bindparam("fate"), reason=bindparam("why"), updated_at=bindparam("at"))
)
_DROP_QUEUED = (
    update(_reminders)
    .where(
        _reminders.c.subscription_id.in_(
            select(_subscriptions.c.id).where(_subscriptions.c.chat_id == bindparam("chat"))
        ),
        _reminders.c.state == "queued",
    )
    .values(state="dropped", reason=bindparam("why"), updated_at=bindparam("at"))
)
