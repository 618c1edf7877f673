"""What is due is claimed once: lane by lane, in each chat's order, however much there is."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text, update

from storage import chats, claiming
from storage import stretches as stretches_
from storage.database import Database
from storage.models import Chat, OutboxRow
from storage.outbox import SENT, Lane
from storage.stretches import Stretches
from tests.storage.outbox_world import NOON, chat_of, claim, finish, queue


def test_a_chat_gets_its_messages_one_after_the_other(database: Database) -> None:
    first, second = queue(database), queue(database)
    (claimed,) = claim(database)
    assert claimed.id == first
    assert claim(database) == []
    finish(database, claimed)
    assert [row.id for row in claim(database)] == [second]


def test_nothing_overtakes_what_is_under_way_to_the_same_chat(database: Database) -> None:
    """Or an edit would go out before its message, as a message of its own."""
    queue(database, lane=Lane.REMINDERS)
    (under_way,) = claim(database)
    edit = queue(database, lane=Lane.REPLIES)
    assert claim(database) == []
    finish(database, under_way)
    assert [row.id for row in claim(database)] == [edit]


def test_one_chats_wait_is_not_anothers(database: Database) -> None:
    ids = [queue(database, who) for who in ("1", "2", "1")]
    assert [row.id for row in claim(database)] == ids[:2]


def test_lanes_go_in_their_order(database: Database) -> None:
    queued = [queue(database, str(lane), lane=lane) for lane in reversed(SENT)]
    assert [row.id for row in claim(database)] == queued[::-1]
    assert [lane.name for lane in SENT] == [
        "REPLIES",
        "HANDOFF",
        "LEADS",
        "REMINDERS",
        "DIGESTS",
        "BROADCASTS",
    ]


def test_within_a_lane_the_longest_due_goes_first(database: Database) -> None:
    late = queue(database, "1", due_at=NOON - timedelta(minutes=1))
    later = queue(database, "2", due_at=NOON - timedelta(minutes=2))
    assert [row.id for row in claim(database)] == [later, late]


def test_what_is_due_later_waits_and_holds_up_nothing(database: Database) -> None:
    later = queue(database, due_at=NOON + timedelta(hours=1))
    reply = queue(database)
    assert [row.id for row in claim(database)] == [reply]
    assert later is not None


def test_nothing_goes_to_a_chat_that_asked_for_patience(database: Database) -> None:
    queue(database)
    with database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel="telegram", external_id="1")
        assert chat_id is not None
        chats.pause(session, chat_id, until=NOON + timedelta(seconds=3))
    assert claim(database) == []
    assert len(claim(database, NOON + timedelta(seconds=4))) == 1


def test_chats_that_are_left_out_do_not_stand_in_the_way(database: Database) -> None:
    ids = [queue(database, str(who)) for who in range(6)]
    out = [chat_of(database, str(who)) for who in range(4)]
    assert [row.id for row in claim(database, most=2, leave_out=out)] == ids[4:]


def test_other_channels_are_not_touched(database: Database) -> None:
    queue(database)
    with database.transaction() as session:
        session.execute(update(Chat).values(channel="preview"))
    assert claim(database) == []


def test_no_more_is_claimed_than_there_is_room_for(database: Database) -> None:
    for who in range(20):
        queue(database, f"a{who}", lane=Lane.REMINDERS)
        queue(database, f"b{who}", lane=Lane.BROADCASTS)
    rows = claim(database, most=5, least=2)
    assert Counter(row.lane for row in rows) == {Lane.REMINDERS: 5, Lane.BROADCASTS: 2}


def test_replies_find_room_whatever_else_is_held(database: Database) -> None:
    for who in range(20):
        queue(database, str(who))
    held: Counter[int] = Counter({Lane.REMINDERS: 50, Lane.REPLIES: 3})
    assert len(claim(database, most=5, held=held)) == 2


def test_a_flood_of_replies_leaves_room_for_the_last_lane(database: Database) -> None:
    for who in range(20):
        queue(database, str(who))
    last = queue(database, "last", lane=Lane.BROADCASTS)
    rows = claim(database, most=5)
    assert len(rows) == 6
    assert rows[-1].id == last


# Many rows


def fill(database: Database, count: int, *, lane: Lane = Lane.REMINDERS) -> None:
    """So many chats with a due row each, the earlier the lower the number."""
    with database.transaction() as session:
        chats_ = [
            {
                "id": number,
                "channel": "telegram",
                "external_id": str(number),
                "kind": "private",
                "created_at": NOON,
                "expects_text": False,
                "missed_reply": False,
            }
            for number in range(1, count + 1)
        ]
        rows = [
            {
                "chat_id": number,
                "kind": "message",
                "lane": int(lane),
                "state": "waiting",
                "attempts": 0,
                "due_at": NOON - timedelta(hours=1) + timedelta(milliseconds=number),
                "created_at": NOON,
            }
            for number in range(1, count + 1)
        ]
        session.execute(insert(Chat.table()), chats_)
        session.execute(insert(OutboxRow.table()), rows)


def pause(database: Database, first: int, last: int, until: datetime) -> None:
    with database.transaction() as session:
        session.execute(update(Chat).where(Chat.id.between(first, last)).values(paused_until=until))


def measure(database: Database, stretches: Stretches, at: datetime = NOON) -> None:
    with database.transaction() as session:
        stretches.measure(session, now=at)


def look_on(database: Database, stretches: Stretches, at: datetime = NOON) -> bool:
    with database.transaction() as session:
        return stretches.move_on(session, [Lane.REMINDERS], now=at)


def test_a_lane_whose_head_must_wait_is_claimed_from_further_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches_, "STRETCH", 20)
    fill(database, 100)
    pause(database, 1, 70, NOON + timedelta(hours=1))
    stretches = Stretches()
    measure(database, stretches)
    looks = 0
    while not (rows := claim(database, stretches=stretches)):
        assert look_on(database, stretches)
        looks += 1
    assert looks == 3
    assert [row.chat_id for row in rows] == list(range(71, 81))


def test_the_head_of_a_lane_is_looked_at_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches_, "STRETCH", 20)
    fill(database, 100)
    pause(database, 1, 30, NOON + timedelta(seconds=3))
    stretches = Stretches()
    measure(database, stretches)
    look_on(database, stretches)
    assert claim(database, stretches=stretches, most=2)[0].chat_id == 31
    later = NOON + stretches_.SWEEP + timedelta(seconds=1)
    measure(database, stretches, later)
    assert claim(database, later, stretches=stretches)[0].chat_id == 1


def test_the_end_of_a_deep_lane_is_reached(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches_, "STRETCH", 20)
    fill(database, 50)
    stretches = Stretches()
    measure(database, stretches)
    met = []
    for _ in range(10):
        met += [row.chat_id for row in claim(database, stretches=stretches, most=100)]
        look_on(database, stretches)
    assert met == list(range(1, 51))


def plan_of(database: Database, connection: Connection, run: Any) -> str:
    """How the database goes about the statements that this runs."""
    plans: list[str] = []
    ask = "explain query plan " if database.is_sqlite else "explain "

    def explain(_conn: Any, cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            cursor.execute(ask + statement, values)
            plans.extend(str(line) for line in cursor.fetchall())

    event.listen(connection, "before_cursor_execute", explain)
    run()
    event.remove(connection, "before_cursor_execute", explain)
    return "\n".join(plans)


@pytest.mark.parametrize("analyzed", [False, True])
def test_indexes_serve_the_claim_whatever_the_database_knows_of_the_tables(
    database: Database, *, analyzed: bool
) -> None:
    fill(database, 5000)
    if analyzed:
        with database.transaction() as session:
            session.execute(text("analyze"))
    stretches = Stretches()
    with database.transaction() as session:
        wanted = claiming.Wanted(("telegram",), claiming.Room(10, 1, Counter()))

        def run() -> None:
            stretches.measure(session, now=NOON)
            claiming.claim(
                session,
                wanted,
                now=NOON,
                lease="ours",
                lease_for=timedelta(seconds=30),
                stretches=stretches,
            )

        plan = plan_of(database, session.connection(), run)
    assert plan.count("ix_outbox_due") == 2 * len(SENT)
    assert plan.count("ix_outbox_chat") == 2 * len(SENT)
    for slow in ("Seq Scan", "Sort", "SCAN outbox", "SCAN chats", "TEMP B-TREE"):
        assert slow not in plan
