"""Leases: one holder, taken over when it runs out, and not held for ever by a wrong clock."""

from datetime import UTC, datetime, timedelta

from storage import leases
from storage.database import Database

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PERIOD = timedelta(seconds=20)


def hold(database: Database, owner: str, *, after: float) -> bool:
    """Whether this owner gets the lease so many seconds after noon."""
    now = NOON + timedelta(seconds=after)
    with database.transaction() as session:
        return leases.hold(session, name="poller", owner=owner, now=now, period=PERIOD)


def test_one_holds_it_until_it_runs_out(database: Database) -> None:
    assert hold(database, "a", after=0)
    assert not hold(database, "b", after=10)
    assert hold(database, "a", after=15)  # renewed
    assert not hold(database, "b", after=30)
    assert hold(database, "b", after=36)
    assert not hold(database, "a", after=37)


def test_it_is_free_at_once_when_its_holder_lets_go(database: Database) -> None:
    assert hold(database, "a", after=0)
    with database.transaction() as session:
        leases.let_go(session, name="poller", owner="b")  # not b's to give
    assert not hold(database, "b", after=1)
    with database.transaction() as session:
        leases.let_go(session, name="poller", owner="a")
    assert hold(database, "b", after=1)


def test_one_written_before_the_clock_stepped_back_is_over(database: Database) -> None:
    assert hold(database, "a", after=3600)
    assert hold(database, "b", after=0)


def test_clocks_a_few_seconds_apart_take_nothing_away(database: Database) -> None:
    assert hold(database, "ahead", after=4)
    assert not hold(database, "behind", after=0)
