"""A great many residents who are subscribed to a call, written straight into the tables."""

from datetime import datetime

from sqlalchemy import func, insert, select

from actions.times.planning import replan_call
from storage import calls
from storage.models import Call, Chat, OutboxRow, Reminder, Subscription
from tests.world import CHANNEL, World


def gather(
    world: World,
    count: int,
    *,
    code: str = "garden",
    plan: str | None = None,
    at_clock: str | None = None,
) -> None:
    """So many new chats are subscribed to the call, with these wishes, and planned."""
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code=code)
        assert call is not None
        known = session.scalar(select(func.count()).select_from(Chat)) or 0
        chats = [
            {
                "channel": CHANNEL,
                "external_id": f"crowd{known + number}",
                "kind": "private",
                "created_at": world.clock.now(),
                "expects_text": False,
                "missed_reply": False,
            }
            for number in range(count)
        ]
        ids = session.scalars(insert(Chat).returning(Chat.id), chats).all()
        wishes = {"plan": plan, "at_clock": at_clock, "closes_at": call.closes_at}
        rows = [
            {"chat_id": id_, "call_id": call.id, "created_at": world.clock.now(), **wishes}
            for id_ in ids
        ]
        session.execute(insert(Subscription), rows)
        replan_call(session, call, programme=world.core.programme, now=world.clock.now())


def move_deadline(world: World, closes_at: datetime, *, code: str = "garden") -> None:
    """The call closes at another time, and its reminders move along."""
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code=code)
        assert call is not None
        call.closes_at = closes_at
        session.flush()
        replan_call(session, call, programme=world.core.programme, now=world.clock.now())


def queued(world: World) -> list[tuple[datetime, str]]:
    """What was queued for reminding, in the order of queueing: when it may go, and its state."""
    with world.core.database.reading() as session:
        rows = session.execute(
            select(OutboxRow.due_at, OutboxRow.state)
            .where(OutboxRow.kind == "reminder")
            .order_by(OutboxRow.id)
        )
        return [(due_at, state) for due_at, state in rows]


def fates(world: World) -> dict[tuple[str, str, str | None], int]:
    """How many reminders came to what: by offset, state and reason."""
    with world.core.database.reading() as session:
        rows = session.execute(
            select(Reminder.offset, Reminder.state, Reminder.reason, func.count()).group_by(
                Reminder.offset, Reminder.state, Reminder.reason
            )
        )
        return {(offset, state, reason): count for offset, state, reason, count in rows}


def deadlines_in_order(world: World) -> list[str]:
    """The calls' codes, in the order in which their reminders were queued."""
    with world.core.database.reading() as session:
        rows = session.execute(
            select(Call.code)
            .join(Subscription, Subscription.call_id == Call.id)
            .join(OutboxRow, OutboxRow.chat_id == Subscription.chat_id)
            .where(OutboxRow.kind == "reminder")
            .order_by(OutboxRow.id)
        )
        return list(dict.fromkeys(code for (code,) in rows))
