"""Subscriptions: one a chat and call, with a plan whose earliest entry is found by its index."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from storage import subscriptions
from storage.calls import CallDetails, save_call
from storage.chats import ChatKey, chat_id_for
from storage.database import Database
from storage.models import Subscription
from storage.subscriptions import Entry

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CLOSES_AT = NOW + 10 * DAY
PLAN = [
    Entry("14d", CLOSES_AT - 14 * DAY, skipped="its time had passed"),
    Entry("7d", CLOSES_AT - 7 * DAY),
    Entry("1d", CLOSES_AT - DAY),
]


def subscribed(session: Session, name: str = "sam") -> Subscription:
    call = save_call(
        session,
        CallDetails("ageing", "Ageing", "ageing", "About", NOW, CLOSES_AT, criteria=[]),
        now=NOW,
    ).call
    chat_id = chat_id_for(session, ChatKey("preview", name), now=NOW)
    subscription, is_new = subscriptions.subscribe(
        session, chat_id=chat_id, call_id=call.id, now=NOW
    )
    if is_new:
        plan(session, subscription)
    return subscription


def plan(session: Session, subscription: Subscription, closes_at: datetime = CLOSES_AT) -> None:
    subscriptions.save_plan(session, subscription, closes_at=closes_at, entries=PLAN, now=NOW)


def states(session: Session, subscription: Subscription) -> list[tuple[str, str]]:
    rows = subscriptions.reminders_of(session, subscription)
    return [(row.offset, row.state) for row in rows]


def test_the_earliest_entry_is_due(database: Database) -> None:
    with database.transaction() as session:
        subscription = subscribed(session)
        assert subscribed(session) is subscription
        assert (subscription.next_offset, subscription.next_due_at) == ("7d", CLOSES_AT - 7 * DAY)
        assert subscriptions.due(session, now=CLOSES_AT - 8 * DAY, limit=9) == []
        assert subscriptions.due(session, now=CLOSES_AT - 7 * DAY, limit=9) == [subscription]


def test_a_sent_reminder_makes_way_for_the_next(database: Database) -> None:
    with database.transaction() as session:
        subscription = subscribed(session)
        for offset in ("7d", "1d"):
            [first, *_] = subscriptions.planned(session, subscription)
            assert first.offset == offset
            subscriptions.close_reminder(session, first, state="sent", now=NOW)
            subscriptions.point_to_next(session, subscription)
        assert subscription.next_due_at is None
        assert states(session, subscription) == [("14d", "skipped"), ("7d", "sent"), ("1d", "sent")]


def test_planning_again_does_not_send_again(database: Database) -> None:
    with database.transaction() as session:
        subscription = subscribed(session)
        first, _second = subscriptions.planned(session, subscription)
        subscriptions.close_reminder(session, first, state="queued", now=NOW)
        plan(session, subscription)
        plan(session, subscription)
        assert states(session, subscription) == [
            ("14d", "skipped"),
            ("7d", "queued"),
            ("1d", "planned"),
        ]
        assert subscription.next_offset == "1d"


def test_a_moved_deadline_drops_the_old_plan_and_keeps_the_log(database: Database) -> None:
    with database.transaction() as session:
        subscription = subscribed(session)
        plan(session, subscription, closes_at=CLOSES_AT + DAY)
        rows = subscriptions.reminders_of(session, subscription)
        old = [(row.offset, row.state) for row in rows if row.closes_at == CLOSES_AT]
        new = [(row.offset, row.state) for row in rows if row.closes_at == CLOSES_AT + DAY]
        assert old == [("14d", "skipped"), ("7d", "dropped"), ("1d", "dropped")]
        assert new == [("14d", "skipped"), ("7d", "planned"), ("1d", "planned")]


def test_stopping_ends_it_and_starting_begins_anew(database: Database) -> None:
    with database.transaction() as session:
        subscription = subscribed(session)
        other = subscribed(session, "jo")
        assert subscriptions.stop_all(session, chat_id=subscription.chat_id, now=NOW) == 1
        assert subscriptions.stop_all(session, chat_id=subscription.chat_id, now=NOW) == 0
        assert ("7d", "dropped") in states(session, subscription)
        assert subscriptions.due(session, now=CLOSES_AT, limit=9) == [other]
        assert subscribed(session) is subscription
        assert subscription.next_offset == "7d"


def test_who_is_subscribed_to_what(database: Database) -> None:
    with database.transaction() as session:
        one, two = subscribed(session), subscribed(session, "jo")
        found = subscriptions.subscriptions_of_call(session, call_id=one.call_id)
        assert found == [one, two]
        [(mine, call)] = subscriptions.subscriptions_of_chat(session, chat_id=one.chat_id)
        assert (mine, call.code) == (one, "ageing")
        subscriptions.delete_subscriptions(session, chat_id=one.chat_id)
        session.expire_all()
        assert subscriptions.subscriptions_of_call(session, call_id=two.call_id) == [two]
