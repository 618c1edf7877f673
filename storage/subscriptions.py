"""Subscriptions to a call's deadline, and the plan and log of their reminders.

The plan of a subscription is its `planned` rows in `reminders`; `next_due_at` repeats the earliest
of them, so that one index finds what is due among all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.models import Call, Reminder, Subscription

_GONE_OUT = ("queued", "sent")


@dataclass(frozen=True, slots=True)
class Entry:
    """One reminder of a plan: to be sent at `due_at`, or skipped for a reason."""

    offset: str
    due_at: datetime
    skipped: str | None = None


def find_subscription(session: Session, *, chat_id: int, call_id: int) -> Subscription | None:
    """This chat's subscription to the call, also a stopped one."""
    return session.scalars(
        select(Subscription).where(Subscription.chat_id == chat_id, Subscription.call_id == call_id)
    ).one_or_none()


def subscribe(
    session: Session, *, chat_id: int, call_id: int, now: datetime
) -> tuple[Subscription, bool]:
    """The running subscription, and whether it is new or had been stopped. Asking twice is one."""
    subscription = find_subscription(session, chat_id=chat_id, call_id=call_id)
    if subscription is not None and subscription.stopped_at is None:
        return subscription, False
    if subscription is None:
        subscription = Subscription(chat_id=chat_id, call_id=call_id, created_at=now)
        session.add(subscription)
    subscription.created_at = now
    subscription.stopped_at = None
    session.flush()
    return subscription, True


def save_plan(
    session: Session,
    subscription: Subscription,
    *,
    closes_at: datetime,
    entries: Iterable[Entry],
    now: datetime,
) -> None:
    """Replace what is planned. What went out for this same deadline does not go out again; what was
    planned for an earlier one is logged as dropped."""
    sent = set()
    for row in reminders_of(session, subscription):
        if row.state in _GONE_OUT:
            sent.add((row.offset, row.closes_at))
        elif row.closes_at == closes_at:
            session.delete(row)
        elif row.state == "planned":
            close_reminder(session, row, state="dropped", now=now, reason="the deadline moved")
    session.flush()
    for entry in entries:
        if (entry.offset, closes_at) not in sent:
            session.add(
                Reminder(
                    subscription_id=subscription.id,
                    offset=entry.offset,
                    closes_at=closes_at,
                    due_at=entry.due_at,
                    state="skipped" if entry.skipped else "planned",
                    reason=entry.skipped,
                    updated_at=now,
                )
            )
    session.flush()
    point_to_next(session, subscription)


def reminders_of(session: Session, subscription: Subscription) -> list[Reminder]:
    """The plan and log of one subscription, by time."""
    return list(
        session.scalars(
            select(Reminder)
            .where(Reminder.subscription_id == subscription.id)
            .order_by(Reminder.due_at, Reminder.id)
        )
    )


def planned(session: Session, subscription: Subscription) -> list[Reminder]:
    """What is still to be sent, by time."""
    return [row for row in reminders_of(session, subscription) if row.state == "planned"]


def point_to_next(session: Session, subscription: Subscription) -> None:
    """Let `next_due_at` and `next_offset` repeat the earliest planned reminder."""
    upcoming = next(iter(planned(session, subscription)), None)
    subscription.next_due_at = upcoming.due_at if upcoming else None
    subscription.next_offset = upcoming.offset if upcoming else None
    session.flush()


def close_reminder(
    session: Session, reminder: Reminder, *, state: str, now: datetime, reason: str | None = None
) -> None:
    """Log what became of a reminder: sent, skipped, dropped or failed."""
    reminder.state = state
    reminder.reason = reason
    reminder.updated_at = now
    session.flush()


def due(session: Session, *, now: datetime, limit: int) -> list[Subscription]:
    """Running subscriptions with a reminder to send by now, the oldest first."""
    statement = (
        select(Subscription)
        .where(Subscription.next_due_at <= now, Subscription.stopped_at.is_(None))
        .order_by(Subscription.next_due_at, Subscription.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement))


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
    """End this chat's subscriptions; how many there were. What was planned is logged as dropped."""
    running = [row for row, _call in subscriptions_of_chat(session, chat_id=chat_id)]
    for subscription in running:
        session.execute(
            update(Reminder)
            .where(Reminder.subscription_id == subscription.id, Reminder.state == "planned")
            .values(state="dropped", reason=reason, updated_at=now)
        )
        subscription.stopped_at = now
        subscription.next_due_at = None
        subscription.next_offset = None
    session.flush()
    return len(running)


def delete_subscriptions(session: Session, *, chat_id: int) -> None:
    """Delete this chat's subscriptions and their log."""
    session.execute(delete(Subscription).where(Subscription.chat_id == chat_id))
