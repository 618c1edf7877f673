"""What a subscription will get: planned when it begins, and again when its call's deadline moves.

Subscriptions with the same wishes are planned together: once, however many there are.
"""

from datetime import datetime, time

from sqlalchemy.orm import Session

from actions.programme import Programme
from actions.times.deadlines import Schedule
from actions.times.quiet_hours import allowed_from, allowed_until
from actions.times.wishes import Wishes
from storage import late_links, reminders, subscriptions, waking
from storage.models import Call, Subscription
from storage.reminders import SNOOZE, Entry, Key


def schedule_of(key: Key, call: Call, programme: Programme) -> Schedule:
    """By which rules subscriptions with this key are reminded."""
    return Schedule(
        key.closes_at,
        _offsets(key, call, programme),
        programme.zone,
        programme.quiet_hours,
        time.fromisoformat(key.at_clock) if key.at_clock else None,
        programme.holiday_country,
    )


def entries_ahead(subscription: Subscription, call: Call, programme: Programme) -> list[Entry]:
    """All reminders that this subscription is still to get, by time."""
    return all_ahead(
        schedule_of(subscriptions.key_of(subscription), call, programme),
        subscriptions.next_of(subscription),
        subscription.snoozed_until,
    )


def all_ahead(
    schedule: Schedule, upcoming: Entry | None, snoozed_until: datetime | None
) -> list[Entry]:
    """The next reminder, what the schedule has after it, and the snooze, by time."""
    entries = schedule.ahead(upcoming)
    if upcoming is None or upcoming.offset == SNOOZE or snoozed_until is None:
        return entries
    later = [Entry(SNOOZE, snoozed_until)] if snoozed_until < schedule.closes_at else []
    return sorted([*entries, *later], key=lambda entry: entry.due_at)


def plan_subscription(
    session: Session, subscription: Subscription, call: Call, *, programme: Programme, now: datetime
) -> None:
    """Let it begin with the first reminder that can still be sent."""
    upcoming = _plan(
        session, subscriptions.key_of(subscription), call, programme=programme, now=now
    )
    subscriptions.set_next(session, subscription, upcoming)


def follow_by_leave(
    session: Session, call: Call, *, chat_id: int, programme: Programme, now: datetime
) -> None:
    """Who follows the call and may apply after it closed is reminded of their own end."""
    until = late_links.leave_of(session, call, chat_id=chat_id, now=now)
    subscription = subscriptions.find_subscription(session, chat_id=chat_id, call_id=call.id)
    if until is None or subscription is None or subscription.stopped_at is not None:
        return
    subscription.closes_at = until
    plan_subscription(session, subscription, call, programme=programme, now=now)
    waking.wake(session, "reminders")


def keep_wishes(
    session: Session,
    subscription: Subscription,
    call: Call,
    wishes: Wishes,
    *,
    programme: Programme,
    now: datetime,
) -> None:
    """From now on it comes as they want; what they have no wish about stays as it was."""
    if wishes.offsets is not None:
        subscription.plan = " ".join(wishes.offsets) or None
    if wishes.at_clock is not None:
        subscription.at_clock = wishes.at_clock
    plan_subscription(session, subscription, call, programme=programme, now=now)


def nearest_allowed(
    wanted: datetime, *, programme: Programme, now: datetime, ends_at: datetime
) -> datetime | None:
    """That moment, or the nearest that is not in quiet hours: after it, or before it where that
    would be after the end. None where no such moment is left."""
    zone, quiet = programme.zone, programme.quiet_hours
    at = allowed_from(wanted, zone=zone, quiet=quiet)
    if at >= ends_at:
        at = allowed_until(wanted, zone=zone, quiet=quiet)
    return at if now < at < ends_at else None


def snooze(
    session: Session,
    subscription: Subscription,
    call: Call,
    until: datetime,
    *,
    programme: Programme,
    now: datetime,
) -> None:
    """One reminder more at this moment, in place of an earlier snooze."""
    upcoming = subscriptions.next_of(subscription)
    if upcoming is not None and upcoming.offset == SNOOZE:
        schedule = schedule_of(subscriptions.key_of(subscription), call, programme)
        upcoming = schedule.first(after=now)
    subscription.snoozed_until = until
    subscriptions.set_next(session, subscription, upcoming)
    waking.wake(session, "reminders")


def replan_call(session: Session, call: Call, *, programme: Programme, now: datetime) -> int:
    """Plan all subscriptions of a call again; how many there are."""
    reminders.supersede_plans(session, call_id=call.id, now=now)
    count = 0
    for key in subscriptions.keys_of_call(session, call):
        upcoming = _plan(session, key, call, programme=programme, now=now)
        count += subscriptions.set_next_of_all(session, key, upcoming)
    for chat_id in late_links.leaves_of_call(session, call, now=now):
        follow_by_leave(session, call, chat_id=chat_id, programme=programme, now=now)
    waking.wake(session, "reminders")
    return count


def _plan(
    session: Session, key: Key, call: Call, *, programme: Programme, now: datetime
) -> Entry | None:
    """Log the plan; the first entry that can be sent."""
    entries = schedule_of(key, call, programme).plan(after=now)
    reminders.note_plan(session, key, entries, now=now)
    return next((entry for entry in entries if entry.skipped is None), None)


def _offsets(key: Key, call: Call, programme: Programme) -> tuple[str, ...]:
    if key.plan is not None:
        return tuple(key.plan.split())
    return tuple(programme.reminders if call.reminders is None else call.reminders)
