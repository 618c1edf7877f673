"""The third revision: what each subscription planned, row by row, becomes its next reminder."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from storage import reminders, subscriptions
from storage.crypto import new_secret
from storage.database import Database, open_database
from storage.models import Reminder, Subscription
from storage.reminders import Entry
from storage.schema import migrate

pytestmark = pytest.mark.empty_database

PLANNED = [
    # subscription, offset, due_at, state
    (1, "14d", "2026-06-03 16:00", "sent"),
    (1, "7d", "2026-06-10 16:00", "planned"),
    (1, "1d", "2026-06-16 16:00", "planned"),
    (2, "7d", "2026-06-10 16:00", "skipped"),
    (2, "1d", "2026-06-16 16:00", "planned"),
    (3, "7d", "2026-06-10 16:00", "dropped"),
    (4, "7d", "2026-06-10 16:00", "queued"),
]


def plant_plans(database: Database) -> None:
    """Four subscriptions as the second revision kept them: each offset a row. The third is stopped,
    the fourth has had all."""
    values = ", ".join(
        f"({number}, '{offset}', '2026-06-17 16:00', '{due_at}', '{state}', '2026-06-01')"
        for number, offset, due_at, state in PLANNED
    )
    statements = [
        (
            "insert into calls (id, code, title, theme, summary, opens_at, closes_at,"
            " reminders, criteria, illustrative, updated_at) values"
            " (5, 'garden', 'Gardens', 'ageing', 'About',"
            " '2026-01-01', '2026-06-17 16:00', 'null', '[]', false, '2026-06-01')"
        ),
        *(
            "insert into chats (id, channel, external_id, kind, created_at, expects_text,"
            f" missed_reply) values ({n}, 'preview', '{n}', 'private', '2026-06-01', false, false)"
            for n in range(1, 5)
        ),
        (
            "insert into subscriptions (id, chat_id, call_id, created_at, next_due_at, next_offset,"
            " stopped_at) values"
            " (1, 1, 5, '2026-06-01', '2026-06-10 16:00', '7d', null),"
            " (2, 2, 5, '2026-06-01', '2026-06-16 16:00', '1d', null),"
            " (3, 3, 5, '2026-06-01', null, null, '2026-06-02'),"
            " (4, 4, 5, '2026-06-01', null, null, null)"
        ),
        (
            'insert into reminders (subscription_id, "offset", closes_at, due_at, state,'
            f" updated_at) values {values}"
        ),
    ]
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_plans_become_the_next_reminder_and_what_became_of_the_others_stays(
    database_url: str,
) -> None:
    database = open_database(database_url, secret=new_secret())
    migrate(database.engine, to="0002")
    plant_plans(database)
    migrate(database.engine)
    with database.transaction() as session:
        kept = session.scalars(select(Subscription).order_by(Subscription.id)).all()
        assert {it.closes_at for it in kept} == {at("2026-06-17 16:00")}
        assert [subscriptions.next_of(it) for it in kept] == [
            Entry("7d", at("2026-06-10 16:00")),
            Entry("1d", at("2026-06-16 16:00")),
            None,
            None,
        ]
        [plan] = reminders.plans_of(session, call_id=5)
        assert [entry["offset"] for entry in plan.entries] == ["7d", "1d"]
        assert datetime.fromisoformat(plan.entries[0]["due_at"]) == at("2026-06-10 16:00")
        assert plan.closes_at == at("2026-06-17 16:00")
        left = [(row.subscription_id, row.offset, row.state) for row in session.scalars(LOG)]
    database.close()
    assert left == [
        (1, "14d", "sent"),
        (2, "7d", "skipped"),
        (3, "7d", "dropped"),
        (4, "7d", "queued"),
    ]


def at(text_: str) -> datetime:
    return datetime.fromisoformat(text_).replace(tzinfo=UTC)


LOG = select(Reminder).order_by(Reminder.subscription_id, Reminder.due_at)
