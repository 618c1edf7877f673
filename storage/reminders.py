"""What was planned, and what became of each reminder.

A reminder has one row for each subscription, offset and deadline, from the moment it is queued or
skipped: that row is why none goes out twice, also after a deadline has moved away and back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from storage.bulk import Insertion, among
from storage.models import Reminder, ReminderPlan, Subscription

SNOOZE = "snooze"  # the offset of a reminder at a moment of one's own choice
MERGED = "another one's message told it as well"


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
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queueing:
    """A reminder on its way, or lately gone: which call and deadline it is about, and what has
    become of it, since when."""

    id: int
    call_id: int
    offset: str
    closes_at: datetime
    state: str
    reason: str | None
    merged_into: int | None
    updated_at: datetime


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
        _NOTE_ONCE.run(session, rows)


def find_queued(session: Session, reminder_id: int) -> Queueing | None:
    """The reminder with this id; None if its subscription was deleted."""
    row = session.execute(_FIND_QUEUED, {"reminder": reminder_id}).one_or_none()
    return Queueing(*row) if row else None


def others_of_chat(
    session: Session, *, chat_id: int, since: datetime, reminder_id: int
) -> list[Queueing]:
    """The chat's other reminders that wait, that went out after `since` or that this one's message
    tells as well."""
    values = {"chat": chat_id, "since": since, "reminder": reminder_id}
    return [Queueing(*row) for row in session.execute(_OTHERS_OF_CHAT, values)]


def note_sent(session: Session, reminder_id: int, *, now: datetime) -> None:
    """Log that it went out, whatever was thought of it meanwhile, with those merged into it."""
    session.execute(_NOTE_SENT, {"reminder": reminder_id, "at": now})
    session.execute(_NOTE_TOLD, {"reminder": reminder_id, "at": now})


def merge(session: Session, reminder_ids: Sequence[int], *, into: int, now: datetime) -> None:
    """Log that the message of `into` tells these as well, so they do not go out themselves."""
    if reminder_ids:
        values = {"ids": list(reminder_ids), "carrier": into, "at": now}
        session.execute(_MERGE, values)


def merge_early(session: Session, coming: Sequence[Settled], *, into: int, now: datetime) -> None:
    """The same for what is not queued yet; what became of it before stands."""
    told = {"reason": MERGED, "merged_into": into}
    rows = [{**_row(it, now=now, state="merged"), **told} for it in coming]
    if rows:
        _NOTE_ONCE.run(session, rows)


def part(session: Session, reminder_id: int, *, now: datetime) -> list[tuple[int, datetime]]:
    """What was merged into this one is to go by itself again: the id and moment of each whose
    subscription still runs."""
    values = {"reminder": reminder_id, "at": now}
    return [(row.id, row.due_at) for row in session.execute(_PART, values)]


def note_unsent(
    session: Session, reminder_id: int, *, state: str, reason: str, now: datetime
) -> None:
    """Log that a queued reminder will not go out: dropped or failed, and why."""
    values = {"reminder": reminder_id, "fate": state, "why": reason, "at": now}
    session.execute(_NOTE_UNSENT, values)


def drop_queued(
    session: Session, subscription_ids: Sequence[int], *, reason: str, now: datetime
) -> None:
    """What is queued for these subscriptions will not be sent."""
    if subscription_ids:
        values = {"ids": list(subscription_ids), "why": reason, "at": now}
        session.execute(_DROP_QUEUED, values)


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
        "call_id": due.key.call_id,
        "offset": _logged_offset(entry),
        "closes_at": due.key.closes_at,
        "due_at": entry.due_at,
        "state": state,
        "reason": entry.skipped,
        "updated_at": now,
    }


def _logged_offset(entry: Entry) -> str:
    """There may be many snoozes before one deadline, so each bears its moment, in UTC."""
    if entry.offset != SNOOZE:
        return entry.offset
    return f"{SNOOZE} {entry.due_at.astimezone(UTC):%Y-%m-%dT%H:%M}"


_plans = ReminderPlan.table()
_reminders = Reminder.table()
_subscriptions = Subscription.table()
_ONCE = ["subscription_id", "offset", "closes_at"]

_NOTE_PLAN = Insertion(_plans, lambda add: add.on_conflict_do_nothing())
_SUPERSEDE = (
    update(_plans)
    .where(_plans.c.call_id == bindparam("call"), _plans.c.superseded_at.is_(None))
    .values(superseded_at=bindparam("at"))
)
_NOTE_QUEUED = Insertion(
    _reminders,
    lambda add: add.on_conflict_do_update(
        index_elements=_ONCE,
        set_={name: add.excluded[name] for name in ("due_at", "state", "reason", "updated_at")},
        where=_reminders.c.state == "dropped",
    ).returning(_reminders.c.id, _reminders.c.subscription_id),
)
_NOTE_ONCE = Insertion(
    _reminders,
    lambda add: add.on_conflict_do_nothing(index_elements=_ONCE).returning(_reminders.c.id),
)
_QUEUEING = select(
    _reminders.c.id,
    _subscriptions.c.call_id,
    _reminders.c.offset,
    _reminders.c.closes_at,
    _reminders.c.state,
    _reminders.c.reason,
    _reminders.c.merged_into,
    _reminders.c.updated_at,
).join(_subscriptions, _subscriptions.c.id == _reminders.c.subscription_id)
_FIND_QUEUED = _QUEUEING.where(_reminders.c.id == bindparam("reminder"))
_OTHERS_OF_CHAT = (
    _QUEUEING.where(
        _subscriptions.c.chat_id == bindparam("chat"), _reminders.c.id != bindparam("reminder")
    )
    .where(
        or_(
            _reminders.c.state == "queued",
            _reminders.c.merged_into == bindparam("reminder"),
            and_(
                _reminders.c.state.in_(("sent", "merged")),
                _reminders.c.updated_at > bindparam("since"),
            ),
        )
    )
    .order_by(_reminders.c.id)
)
_this = _reminders.c.id == bindparam("reminder")
_NOTE_SENT = update(_reminders).where(_this).values(state="sent", updated_at=bindparam("at"))
_NOTE_TOLD = (
    update(_reminders)
    .where(_reminders.c.merged_into == bindparam("reminder"), _reminders.c.state == "merged")
    .values(updated_at=bindparam("at"))
)
_MERGE = (
    update(_reminders)
    .where(among(_reminders.c.id, "ids"), _reminders.c.state == "queued")
    .values(
        state="merged", reason=MERGED, merged_into=bindparam("carrier"), updated_at=bindparam("at")
    )
)
_NOTE_UNSENT = (
    update(_reminders)
    .where(_this, _reminders.c.state == "queued")
    .values(state=bindparam("fate"), reason=bindparam("why"), updated_at=bindparam("at"))
)
_DROP_QUEUED = (
    update(_reminders)
    .where(
        among(_reminders.c.subscription_id, "ids"),
        _reminders.c.state == "queued",
    )
    .values(state="dropped", reason=bindparam("why"), updated_at=bindparam("at"))
)
_PART = (
    update(_reminders)
    .where(
        _reminders.c.merged_into == bindparam("reminder"),
        _reminders.c.state == "merged",
        _reminders.c.subscription_id.in_(
            select(_subscriptions.c.id).where(_subscriptions.c.stopped_at.is_(None))
        ),
    )
    .values(state="queued", reason=None, merged_into=None, updated_at=bindparam("at"))
    .returning(_reminders.c.id, _reminders.c.due_at)
)
