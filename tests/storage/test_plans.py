"""PostgreSQL finds what waits by what waits, however little it knows of the queues."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from storage import accepting, inbox
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.database import Database

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
MANY = 20_000
CHATS = (
    "insert into chats (channel, external_id, kind, created_at, expects_text, missed_reply)"
    " select 'telegram', 'copy' || g, 'private', now(), false, false"
    f" from generate_series(1, {MANY}) g"
)
READ = "select idx_tup_fetch + seq_tup_read from pg_stat_user_tables where relname = 'chats'"


def accept(database: Database, *names: str) -> None:
    updates = [
        Accepted(f"telegram:{number} {name}", ChatKey("telegram", name), {})
        for number, name in enumerate(names)
    ]
    with database.transaction() as session:
        accepting.accept_all(session, updates, now=NOW)


def take_all(database: Database) -> int:
    with database.transaction() as session:
        heads = inbox.next_chats(session, now=NOW, channels=["telegram"], limit=64)
        taken = inbox.take(session, [head.chat_id for head in heads], now=NOW)
        inbox.finish(session, [row for it in taken for row in it.rows], now=NOW)
        inbox.next_ready_at(session, channels=("telegram",))
    return len(taken)


def chats_read(database: Database) -> int:
    """How many rows of this table were ever read."""
    with database.transaction() as session:
        session.execute(text("select pg_stat_force_next_flush()"))
    with database.transaction() as session:
        return int(session.execute(text(READ)).scalar_one())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_round_reads_the_chats_it_takes_and_no_others(database: Database) -> None:
    accept(database, "ann", "ann")
    assert take_all(database) + take_all(database) == 2
    with database.transaction() as session:
        session.execute(text(CHATS))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")  # it sees updates of the first chat
    accept(database, *(f"copy{number}" for number in range(MANY - 40, MANY)))
    before = chats_read(database)
    assert take_all(database) == 40
    assert chats_read(database) - before < 1000
