"""What is queued is claimed once, in order, and finished only by the lease's holder."""

from datetime import UTC, datetime, timedelta

from storage import chats, outbox
from storage.chats import ChatKey
from storage.database import Database
from storage.outbox import Claimed, Lane

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def queue(
    database: Database,
    who: str = "1",
    *,
    lane: Lane = Lane.REPLIES,
    due_at: datetime = NOON,
    dedupe_key: str | None = None,
) -> int | None:
    with database.transaction() as session:
        chat_id = chats.chat_id_for(session, ChatKey("telegram", who), now=NOON)
        return outbox.queue(
            session,
            chat_id=chat_id,
            kind="message",
            lane=lane,
            now=NOON,
            due_at=due_at,
            dedupe_key=dedupe_key,
        )


def claim(database: Database, at: datetime = NOON, limit: int = 10) -> list[Claimed]:
    with database.transaction() as session:
        return outbox.claim(session, now=at, channels=("telegram",), limit=limit, lease_for=LEASE)


def finish(database: Database, claimed: Claimed, at: datetime = NOON) -> bool:
    with database.transaction() as session:
        return outbox.finish(session, claimed, state="sent", now=at)


def test_a_chat_gets_its_messages_one_after_the_other(database: Database) -> None:
    first, second = queue(database), queue(database)
    (claimed,) = claim(database)
    assert claimed.id == first
    assert claim(database) == []
    finish(database, claimed)
    assert [row.id for row in claim(database)] == [second]


def test_a_message_put_back_is_not_overtaken(database: Database) -> None:
    first, second = queue(database), queue(database)
    (claimed,) = claim(database)
    later = NOON + timedelta(seconds=30)
    with database.transaction() as session:
        outbox.put_back(session, claimed, due_at=later, error="the line broke")
    assert claim(database) == []
    assert [row.id for row in claim(database, later)] == [first]
    assert second is not None


def test_one_chats_wait_is_not_anothers(database: Database) -> None:
    ids = [queue(database, who) for who in ("1", "2", "1")]
    assert [row.id for row in claim(database)] == ids[:2]


def test_replies_go_before_reminders_of_other_chats(database: Database) -> None:
    reminder = queue(database, "1", lane=Lane.REMINDERS)
    reply = queue(database, "2")
    assert [row.id for row in claim(database)] == [reply, reminder]


def test_what_is_due_later_waits_and_holds_up_nothing(database: Database) -> None:
    later = queue(database, due_at=NOON + timedelta(hours=1))
    reply = queue(database)
    assert [row.id for row in claim(database)] == [reply]
    assert later is not None


def test_a_lost_lease_is_taken_over_and_its_first_holder_writes_nothing(database: Database) -> None:
    queue(database)
    (first,) = claim(database)
    after = NOON + LEASE + timedelta(seconds=1)
    (second,) = claim(database, after)
    assert (first.id, first.attempts, second.attempts) == (second.id, 1, 2)
    assert finish(database, first, after) is False
    assert finish(database, second, after) is True


def test_the_same_key_is_queued_once(database: Database) -> None:
    assert queue(database, dedupe_key="card:1") is not None
    assert queue(database, dedupe_key="card:1") is None


def test_nothing_goes_to_a_chat_that_asked_for_patience(database: Database) -> None:
    queue(database)
    with database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel="telegram", external_id="1")
        assert chat_id is not None
        chats.pause(session, chat_id, until=NOON + timedelta(seconds=3))
    assert claim(database) == []
    assert len(claim(database, NOON + timedelta(seconds=4))) == 1
