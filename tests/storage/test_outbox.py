"""What is queued is sent once, and its result is written only by the lease's holder."""

from datetime import timedelta

from sqlalchemy import select, update

from storage import outbox
from storage.database import Database
from storage.models import OutboxRow
from tests.storage.outbox_world import LEASE, NOON, chat_of, claim, finish, queue


def row(database: Database, row_id: int | None) -> OutboxRow:
    with database.reading() as session:
        return session.get_one(OutboxRow, row_id)


def test_a_message_put_back_is_not_overtaken(database: Database) -> None:
    first, second = queue(database), queue(database)
    (claimed,) = claim(database)
    later = NOON + timedelta(seconds=30)
    with database.transaction() as session:
        outbox.put_back(session, claimed, due_at=later, error="the line broke")
    assert claim(database) == []
    assert [it.id for it in claim(database, later)] == [first]
    assert second is not None


def test_a_lost_lease_is_taken_over_and_its_first_holder_writes_nothing(database: Database) -> None:
    queue(database)
    (first,) = claim(database, lease="first")
    after = NOON + LEASE + timedelta(seconds=1)
    assert claim(database, after) == []
    with database.transaction() as session:
        assert outbox.take_back(session, now=after, lease_for=LEASE) == 1
    (second,) = claim(database, after, lease="second")
    assert (first.id, first.attempts, second.attempts) == (second.id, 1, 2)
    assert finish(database, first, after) is False
    with database.transaction() as session:
        assert outbox.finish_sent(session, [first], now=after) == set()
        assert outbox.finish_sent(session, [second], now=after) == {second.id}


def test_a_lease_that_runs_is_left_alone(database: Database) -> None:
    queue(database)
    claim(database)
    with database.transaction() as session:
        assert outbox.take_back(session, now=NOON + LEASE / 2, lease_for=LEASE) == 0


def test_a_lease_from_before_the_clock_stepped_back_ends(database: Database) -> None:
    queue(database)
    claim(database)
    earlier = NOON - timedelta(hours=1)
    with database.transaction() as session:
        assert outbox.take_back(session, now=earlier, lease_for=LEASE) == 1
    with database.reading() as session:
        assert session.scalars(select(OutboxRow.state)).all() == ["waiting"]


def test_what_was_never_begun_is_given_back_as_it_was(database: Database) -> None:
    queued = queue(database)
    claimed = claim(database)
    with database.transaction() as session:
        outbox.give_back(session, claimed)
    given = row(database, queued)
    assert (given.state, given.attempts, given.due_at, given.lease) == ("waiting", 0, NOON, None)


def test_what_a_doubtful_commit_leased_is_free_at_once(database: Database) -> None:
    queue(database)
    claim(database, lease="doubtful")
    with database.transaction() as session:
        outbox.release(session, ["doubtful"])
    assert [it.attempts for it in claim(database)] == [1]


def test_the_same_key_is_queued_once(database: Database) -> None:
    assert queue(database, dedupe_key="card:1") is not None
    assert queue(database, dedupe_key="card:1") is None


def test_edits_that_say_the_same_are_known(database: Database) -> None:
    chat_id = chat_of(database, "1")
    with database.transaction() as session:
        ids = [
            outbox.queue(
                session,
                chat_id=chat_id,
                kind="lead_card_edit",
                lane=outbox.Lane.LEADS,
                now=NOON,
                payload={"lead_id": lead},
            )
            for lead in (1, 2, 1)
        ]
    (first,) = claim(database)
    with database.transaction() as session:
        same = outbox.same_edits(session, first)
        assert same == (ids[2],)
        outbox.drop_waiting(session, same, now=NOON, reason="said")
    assert row(database, ids[2]).state == "dropped"
    assert row(database, ids[1]).state == "waiting"


def test_dropping_leaves_alone_what_is_under_way(database: Database) -> None:
    queued = queue(database)
    claim(database)
    with database.transaction() as session:
        outbox.drop_waiting(session, [queued or 0], now=NOON, reason="said")
        states = session.scalars(select(OutboxRow.state)).all()
    assert states == ["leased"]


def test_an_edit_that_is_due_later_is_not_dropped(database: Database) -> None:
    later = queue(database, due_at=NOON + timedelta(seconds=5))
    with database.transaction() as session:
        outbox.drop_waiting(session, [later or 0], now=NOON, reason="said")
    assert row(database, later).state == "waiting"


def test_many_are_finished_at_once_but_only_our_own(database: Database) -> None:
    for who in ("1", "2", "3"):
        queue(database, who)
    claimed = claim(database)
    with database.transaction() as session:
        session.execute(
            update(OutboxRow).where(OutboxRow.id == claimed[1].id).values(lease="another's")
        )
        ours = outbox.finish_sent(session, claimed, now=NOON)
    assert ours == {claimed[0].id, claimed[2].id}
