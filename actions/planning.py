"""The plan of each subscription, made when it begins and again when its call's deadline moves."""

from datetime import datetime

from sqlalchemy.orm import Session

from actions.deadlines import plan
from actions.programme import Programme
from storage import subscriptions
from storage.models import Call, Subscription


def offsets_of(call: Call, programme: Programme) -> list[str]:
    """The call's own offsets, or the programme's."""
    return list(programme.reminders if call.reminders is None else call.reminders)


def plan_subscription(
    session: Session, subscription: Subscription, call: Call, *, programme: Programme, now: datetime
) -> None:
    """Plan every reminder that can still be sent."""
    entries = plan(
        call.closes_at,
        offsets_of(call, programme),
        zone=programme.zone,
        quiet=programme.quiet_hours,
        after=now,
    )
    subscriptions.save_plan(
        session, subscription, closes_at=call.closes_at, entries=entries, now=now
    )


def replan_call(session: Session, call: Call, *, programme: Programme, now: datetime) -> int:
    """Plan all subscriptions of a call again; how many there are."""
    waiting = subscriptions.subscriptions_of_call(session, call_id=call.id)
    for subscription in waiting:
        plan_subscription(session, subscription, call, programme=programme, now=now)
    return len(waiting)
