"""Processes wake each other over PostgreSQL, once a transaction, and only when it committed."""

import asyncio
from asyncio import Queue
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import text

from bot.pipeline.listening import Listening
from bot.pipeline.signals import Signals
from storage.crypto import new_secret
from storage.database import Database, open_database
from storage.waking import KINDS, Kind, listen, wake
from storage.waking import woken as what_is_left

SOON = 10.0  # seconds; a noisy machine takes its time


@pytest.fixture
def postgres(fresh_postgres: str) -> Iterator[Database]:
    """A PostgreSQL of our own; waking needs no tables."""
    opened = open_database(fresh_postgres, secret=new_secret())
    yield opened
    opened.close()


@pytest.fixture
def other(postgres: Database) -> Iterator[Database]:
    """The same database, as another process has it open."""
    opened = open_database(
        postgres.engine.url.render_as_string(hide_password=False).replace("+psycopg", ""),
        secret=new_secret(),
    )
    yield opened
    opened.close()


@asynccontextmanager
async def hearing(database: Database) -> AsyncIterator[Queue[Kind]]:
    """What is heard while the block lasts, once somebody listens."""
    heard: Queue[Kind] = Queue()

    async def follow() -> None:
        async for kind in listen(database.engine):
            heard.put_nowait(kind)

    following = asyncio.create_task(follow())
    assert await next_of(heard, len(KINDS)) == set(KINDS)
    yield heard
    following.cancel()
    await asyncio.wait([following])


async def next_of(heard: Queue[Kind], count: int) -> set[Kind]:
    """The next so many words."""
    async with asyncio.timeout(SOON):
        return {await heard.get() for _ in range(count)}


def woken(database: Database, kind: Kind, *, failing: bool = False) -> None:
    """A transaction that wakes, and may fail."""
    with suppress(ZeroDivisionError), database.transaction() as session:
        wake(session, kind)
        assert 1 / (not failing)


async def test_each_kind_is_told_once_a_transaction(postgres: Database, other: Database) -> None:
    async with hearing(other) as heard:
        with postgres.transaction() as session:
            for _ in range(3):
                wake(session, "inbox", "outbox")
        woken(postgres, "reminders")
        assert await next_of(heard, 3) == {"inbox", "outbox", "reminders"}


async def test_nobody_is_woken_by_what_was_rolled_back(postgres: Database, other: Database) -> None:
    async with hearing(other) as heard:
        woken(postgres, "inbox", failing=True)
        woken(postgres, "outbox")
        assert await next_of(heard, 1) == {"outbox"}


async def test_a_savepoint_takes_no_word_with_it(postgres: Database, other: Database) -> None:
    async with hearing(other) as heard:
        with postgres.transaction() as session:
            with session.begin_nested():
                wake(session, "inbox")
            assert heard.empty()
            with suppress(ZeroDivisionError), session.begin_nested():
                wake(session, "outbox")
                assert 1 / 0
        assert await next_of(heard, 2) == {"inbox", "outbox"}


async def test_nobody_is_woken_by_their_own_transactions(
    postgres: Database, other: Database
) -> None:
    async with hearing(postgres) as heard:
        woken(postgres, "inbox")
        woken(other, "outbox")
        assert await next_of(heard, 1) == {"outbox"}


def test_a_transaction_says_what_it_leaves_to_do(database: Database) -> None:
    with database.transaction() as session:
        assert what_is_left(session) == set()
        wake(session, "inbox")
        wake(session, "outbox", "inbox")
        assert what_is_left(session) == {"inbox", "outbox"}


def test_on_sqlite_nothing_is_sent(database: Database) -> None:
    """The same call on both; the transaction commits either way."""
    with database.transaction() as session:
        wake(session, "inbox")
    with database.reading() as session:
        assert session.execute(text("select 1")).scalar() == 1


async def test_signals_are_set_again_after_the_connection_was_cut(
    postgres: Database, other: Database, caplog: pytest.LogCaptureFixture
) -> None:
    signals = Signals()
    listening = asyncio.create_task(Listening(database=other, signals=signals).run())
    await signals.wait(signals.inbox, at_most=SOON)  # set when it begins to listen
    with postgres.transaction() as session:
        wake(session, "inbox")
    async with asyncio.timeout(SOON):
        await signals.inbox.wait()
    signals.inbox.clear()
    with postgres.transaction() as session:
        cut = session.execute(
            text(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
                " and query ilike 'listen%'"
            )
        ).scalar()
    assert cut == 1
    async with asyncio.timeout(SOON):
        await signals.inbox.wait()  # what went unheard meanwhile is looked for
    assert "cut off from the wake-up calls" in caplog.text
    signals.stop()
    async with asyncio.timeout(SOON):
        await listening
