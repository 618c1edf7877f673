"""Subscriptions: one a chat and call, whose next reminder is found by its index."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from storage import due, reminders, subscriptions
from storage.calls import CallDetails, save_call
from storage.chats import ChatKey, chat_id_for
from storage.database import Database
from storage.due import Cohort
from storage.models import Call, Subscription
from storage.reminders import Due, Entry, Key, Settled
from storage.subscriptions import key_of, next_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CLOSES_AT = NOW + 10 * DAY
WEEK_BEFORE = Entry("7d", CLOSES_AT - 7 * DAY)
DAY_BEFORE = Entry("1d", CLOSES_AT - DAY)


def call_of(session: Session, code: str = "ageing", closes_at: datetime = CLOSES_AT) -> Call:
    details = CallDetails(code, "Ageing", "ageing", "About", NOW, closes_at, criteria=[])
    return save_call(session, details, now=NOW).call


def subscribed(session: Session, name: str = "sam", call: Call | None = None) -> Subscription:
    chat_id = chat_id_for(session, ChatKey("preview", name), now=NOW)
    subscription, is_new = subscriptions.subscribe(
        session, chat_id=chat_id, call=call or call_of(session), now=NOW
    )
    if is_new:
        subscriptions.set_next(session, subscription, WEEK_BEFORE)
    return subscription


def due_of(session: Session, call_id: int, now: datetime) -> list[Due]:
    return due.due_of_call(session, call_id=call_id, now=now, limit=9)


def settled(session: Session, subscription: Subscription, entry: Entry) -> Settled:
    next_ = next_of(subscription) or entry
    return Settled(Due(subscription.id, subscription.chat_id, key_of(subscription), next_), entry)


def fates(session: Session, subscription: Subscription) -> list[tuple[str, str, str | None]]:
    rows = reminders.reminders_of(session, subscription)
    return [(row.offset, row.state, row.reason) for row in rows]


def test_what_is_due_is_found_until_it_moves_on(database: Database) -> None:
    with database.transaction() as session:
        one = subscribed(session)
        assert subscribed(session) is one
        assert due_of(session, one.call_id, WEEK_BEFORE.due_at - DAY) == []
        assert due.calls_with_due(session, now=WEEK_BEFORE.due_at - DAY) == []
        assert due.calls_with_due(session, now=WEEK_BEFORE.due_at) == [one.call_id]
        [found] = due_of(session, one.call_id, WEEK_BEFORE.due_at)
        assert found == Due(one.id, one.chat_id, key_of(one), WEEK_BEFORE)
        due.advance(session, [one.id], DAY_BEFORE)
        assert due.next_due_at(session) == DAY_BEFORE.due_at
        due.advance(session, [one.id], None)
        assert due.next_due_at(session) is None


def test_the_nearest_deadline_comes_first(database: Database) -> None:
    with database.transaction() as session:
        later = subscribed(session, call=call_of(session, "later", CLOSES_AT + DAY))
        sooner = subscribed(session, call=call_of(session, "sooner"))
        found = due.calls_with_due(session, now=CLOSES_AT)
        assert found == [sooner.call_id, later.call_id]


def test_a_cohort_is_counted_and_taken_before_its_moment(database: Database) -> None:
    with database.transaction() as session:
        one, two = subscribed(session), subscribed(session, "jo")
        subscribed(session, "kim").at_clock = "18:30"
        session.flush()
        soon = {"after": NOW, "until": WEEK_BEFORE.due_at}
        cohort = Cohort(key_of(one), WEEK_BEFORE, 2)
        assert cohort in due.cohorts(session, **soon, most=9)
        assert len(due.cohorts(session, **soon, most=9)) == 2
        assert sum(it.count for it in due.cohorts(session, **soon, most=2)) == 2
        assert due.cohorts(session, after=WEEK_BEFORE.due_at, until=CLOSES_AT, most=9) == []
        taken = due.due_of_cohort(session, cohort, limit=9)
        assert [it.id for it in taken] == [one.id, two.id]


def test_what_went_out_or_was_skipped_does_not_go_again(database: Database) -> None:
    with database.transaction() as session:
        subscription = subscribed(session)
        week, day = (settled(session, subscription, it) for it in (WEEK_BEFORE, DAY_BEFORE))
        useless = settled(session, subscription, Entry("2h", CLOSES_AT, skipped="too late"))
        first = reminders.note_queued(session, [week], now=NOW)
        reminders.note_skipped(session, [useless], now=NOW)
        assert reminders.note_queued(session, [week], now=NOW) == {}
        assert reminders.note_queued(session, [useless], now=NOW) == {}
        reminders.note_sent(session, first[subscription.id], now=NOW)
        assert reminders.note_queued(session, [week], now=NOW) == {}
        assert list(reminders.note_queued(session, [day], now=NOW)) == [subscription.id]
        assert fates(session, subscription) == [
            ("7d", "sent", None),
            ("1d", "queued", None),
            ("2h", "skipped", "too late"),
        ]


def test_what_was_dropped_may_go_after_all(database: Database) -> None:
    with database.transaction() as session:
        subscription = subscribed(session)
        week = settled(session, subscription, WEEK_BEFORE)
        ids = reminders.note_queued(session, [week], now=NOW)
        reminder_id = ids[subscription.id]
        reminders.note_unsent(session, reminder_id, state="dropped", reason="moved", now=NOW)
        assert fates(session, subscription) == [("7d", "dropped", "moved")]
        assert reminders.note_queued(session, [week], now=NOW) == ids
        found = reminders.find_queued(session, reminder_id)
        assert found is not None
        assert (found.state, found.reason, found.closes_at) == ("queued", None, CLOSES_AT)


def test_what_was_sent_stays_sent(database: Database) -> None:
    with database.transaction() as session:
        subscription = subscribed(session)
        ids = reminders.note_queued(session, [settled(session, subscription, WEEK_BEFORE)], now=NOW)
        reminders.note_sent(session, ids[subscription.id], now=NOW)
        reminders.note_unsent(
            session, ids[subscription.id], state="failed", reason="refused", now=NOW
        )
        assert fates(session, subscription) == [("7d", "sent", None)]


def test_a_call_is_written_by_its_subscribers_wishes(database: Database) -> None:
    with database.transaction() as session:
        plain, own, stopped = (subscribed(session, name) for name in ("sam", "jo", "kim"))
        own.plan, own.at_clock = "3d", "18:30"
        subscriptions.stop_all(session, chat_id=stopped.chat_id, now=NOW)
        session.flush()
        call = call_of(session, closes_at=CLOSES_AT + DAY)
        keys = set(subscriptions.keys_of_call(session, call))
        assert keys == {
            Key(call.id, None, None, CLOSES_AT + DAY),
            Key(call.id, "3d", "18:30", CLOSES_AT + DAY),
        }
        counts = [subscriptions.set_next_of_all(session, key, DAY_BEFORE) for key in keys]
        assert counts == [1, 1]
        assert [next_of(it) for it in (plain, own, stopped)] == [DAY_BEFORE, DAY_BEFORE, None]
        assert (plain.closes_at, stopped.closes_at) == (CLOSES_AT + DAY, CLOSES_AT)


def test_a_plan_is_logged_once_and_anew_when_it_holds_no_longer(database: Database) -> None:
    with database.transaction() as session:
        subscription = subscribed(session)
        key = key_of(subscription)
        for entries in ([WEEK_BEFORE, DAY_BEFORE], [DAY_BEFORE]):
            reminders.note_plan(session, key, entries, now=NOW)
        reminders.supersede_plans(session, call_id=key.call_id, now=NOW + DAY)
        reminders.note_plan(session, key, [DAY_BEFORE], now=NOW + DAY)
        first, second = reminders.plans_of(session, call_id=key.call_id)
        assert [it["offset"] for it in first.entries] == ["7d", "1d"]
        assert (first.made_at, first.superseded_at) == (NOW, NOW + DAY)
        assert [it["offset"] for it in second.entries] == ["1d"]
        assert second.superseded_at is None


def test_stopping_ends_it_and_starting_begins_anew(database: Database) -> None:
    with database.transaction() as session:
        subscription = subscribed(session)
        other = subscribed(session, "jo")
        going = settled(session, subscription, WEEK_BEFORE)
        reminders.note_queued(session, [going], now=NOW)
        chat_id = subscription.chat_id
        assert subscriptions.stop_all(session, chat_id=chat_id, now=NOW, reason="enough") == 1
        assert subscriptions.stop_all(session, chat_id=chat_id, now=NOW) == 0
        session.expire_all()
        assert fates(session, subscription) == [("7d", "dropped", "enough")]
        found = due_of(session, subscription.call_id, CLOSES_AT)
        assert [it.id for it in found] == [other.id]
        assert subscribed(session) is subscription
        assert next_of(subscription) == WEEK_BEFORE


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
