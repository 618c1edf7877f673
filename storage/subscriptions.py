"""Subscriptions to a call's deadline, each with its next reminder."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, delete, select, update
from sqlalchemy.orm import Session

from storage import reminders
from storage.database import changed_rows
from storage.models import Call, Subscription
from storage.reminders import SNOOZE, Entry, Key, is_same


def find_subscription(session: Session, *, chat_id: int, call_id: int) -> Subscription | None:
    """This chat's subscription to the call, also a stopped one."""
    return session.scalars(
        select(Subscription).where(Subscription.chat_id == chat_id, Subscription.call_id == call_id)
    ).one_or_none()


def subscribe(
    session: Session, *, chat_id: int, call: Call, now: datetime
) -> tuple[Subscription, bool]:
    """The running subscription, and whether it is new or had been stopped. Asking twice is one.

    A new one has no next reminder yet: see `set_next`.
    """
    subscription = find_subscription(session, chat_id=chat_id, call_id=call.id)
    if subscription is not None and subscription.stopped_at is None:
        return subscription, False
    if subscription is None:
        subscription = Subscription(chat_id=chat_id, call_id=call.id)
        session.add(subscription)
    subscription.created_at = now
    subscription.closes_at = call.closes_at
    subscription.stopped_at = None
    subscription.snoozed_until = None
    session.flush()
    return subscription, True


def key_of(subscription: Subscription) -> Key:
    """What it has in common with others that get the same reminders."""
    return Key(
        subscription.call_id, subscription.plan, subscription.at_clock, subscription.closes_at
    )


def next_of(subscription: Subscription) -> Entry | None:
    """Its next reminder; None if nothing more comes."""
    if subscription.next_due_at is None or subscription.next_offset is None:
        return None
    return Entry(subscription.next_offset, subscription.next_due_at)


def earlier(
    entry: Entry | None, snoozed_until: datetime | None, *, closes_at: datetime
) -> Entry | None:
    """The plan's next entry, or the snooze where that comes before it and before the deadline."""
    if snoozed_until is None or snoozed_until >= closes_at:
        return entry
    if entry is not None and entry.due_at <= snoozed_until:
        return entry
    return Entry(SNOOZE, snoozed_until)


def set_next(session: Session, subscription: Subscription, planned: Entry | None) -> None:
    """Write what comes next for one subscription: what is planned, or its snooze before that."""
    entry = earlier(planned, subscription.snoozed_until, closes_at=subscription.closes_at)
    subscription.next_due_at = entry.due_at if entry else None
    subscription.next_offset = entry.offset if entry else None
    session.flush()


def keys_of_call(session: Session, call: Call) -> list[Key]:
    """The different wishes among the call's subscriptions, with the call's deadline as it is."""
    found = session.execute(
        select(_table.c.plan, _table.c.at_clock)
        .where(_table.c.call_id == call.id)
        .distinct()
        .order_by(_table.c.plan, _table.c.at_clock)
    )
    return [Key(call.id, plan, at_clock, call.closes_at) for plan, at_clock in found]


def set_next_of_all(session: Session, key: Key, entry: Entry | None) -> int:
    """Write deadline and next reminder for every running subscription with these wishes; a snooze
    that comes before it stays the next."""
    due_at = bindparam(None, entry.due_at if entry else None, _table.c.next_due_at.type)
    snooze_first = _table.c.snoozed_until < (entry.due_at if entry else key.closes_at)
    result = session.execute(
        update(_table)
        .where(
            _table.c.call_id == key.call_id,
            is_same(_table.c.plan, key.plan),
            is_same(_table.c.at_clock, key.at_clock),
            _table.c.stopped_at.is_(None),
        )
        .values(
            closes_at=key.closes_at,
            next_due_at=case((snooze_first, _table.c.snoozed_until), else_=due_at),
            next_offset=case((snooze_first, SNOOZE), else_=entry.offset if entry else None),
        )
    )
    session.expire_all()  # what is in memory of them is old now
    return changed_rows(result)


def subscriptions_of_chat(session: Session, *, chat_id: int) -> list[tuple[Subscription, Call]]:
    """What this chat is reminded of, the nearest deadline first."""
    statement = (
        select(Subscription, Call)
        .join(Call, Call.id == Subscription.call_id)
        .where(Subscription.chat_id == chat_id, Subscription.stopped_at.is_(None))
        .order_by(Call.closes_at, Call.id)
    )
    return [(subscription, call) for subscription, call in session.execute(statement)]


def subscriptions_of_call(session: Session, *, call_id: int) -> list[Subscription]:
    """Who is to be reminded of this call."""
    statement = select(Subscription).where(
        Subscription.call_id == call_id, Subscription.stopped_at.is_(None)
    )
    return list(session.scalars(statement.order_by(Subscription.id)))


def stop_all(session: Session, *, chat_id: int, now: datetime, reason: str = "stopped") -> int:
    """End this chat's subscriptions; how many there were. What is queued is logged as dropped."""
    running = [row for row, _call in subscriptions_of_chat(session, chat_id=chat_id)]
    stop(session, running, now=now, reason=reason)
    return len(running)


def stop(
    session: Session, running: Sequence[Subscription], *, now: datetime, reason: str = "stopped"
) -> None:
    """End these subscriptions. What is queued is logged as dropped."""
    for subscription in running:
        subscription.stopped_at = now
        subscription.next_due_at = None
        subscription.next_offset = None
        subscription.snoozed_until = None
    session.flush()
    reminders.drop_queued(session, [it.id for it in running], reason=reason, now=now)


def delete_subscriptions(session: Session, *, chat_id: int) -> None:
    """Delete this chat's subscriptions and their log."""
    session.execute(delete(Subscription).where(Subscription.chat_id == chat_id))


_table = Subscription.table()
