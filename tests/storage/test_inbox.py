"""An update is stored once and taken once, in its chat's order."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import accepting, applicants, chats, groups, inbox, messages
from storage.accepting import Accepted, Stored
from storage.chats import ChatKey, Marks
from storage.database import Database

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANN = ChatKey("telegram", "1", name="Ann Example")
BOB = ChatKey("telegram", "2", name="Bob Example")


def said(number: int, chat: ChatKey = ANN, *, joins: bool = False) -> Accepted:
    return Accepted(f"telegram:{number}", chat, {"n": number}, joins=joins)


def accept(database: Database, update: Accepted, at: datetime = NOON) -> Stored:
    with database.transaction() as session:
        return accepting.accept(session, update, now=at)


def take(database: Database, at: datetime = NOON) -> list[int]:
    """The numbers of one turn's updates, which is then done."""
    with database.transaction() as session:
        heads = inbox.next_chats(session, now=at, channels=("telegram",), limit=1)
        taken = inbox.take(session, [head.chat_id for head in heads], now=at) if heads else []
        rows = [row for chat in taken for row in chat.rows]
        numbers = [row.payload["n"] for row in rows if row.payload]
        inbox.finish(session, rows, now=at)
        return numbers


def expect_text(database: Database) -> None:
    with database.transaction() as session:
        chat_id = chats.chat_id_for(session, ANN, now=NOON)
        marks = Marks(expects_text=True, missed_reply=False, flooded_at=None)
        chats.save_marks(session, {chat_id: marks})


def test_the_same_update_twice_is_stored_once(database: Database) -> None:
    assert accept(database, said(1)) is Stored.READY
    assert accept(database, said(1)) is Stored.KNOWN
    assert [take(database), take(database)] == [[1], []]


def test_it_is_known_again_after_its_turn(database: Database) -> None:
    accept(database, said(1))
    take(database)
    assert accept(database, said(1)) is Stored.KNOWN
    assert take(database) == []


def test_a_chat_is_taken_in_order_and_no_chat_waits_for_another(database: Database) -> None:
    for update in (said(1), said(2), said(3, BOB)):
        accept(database, update)
    assert [take(database) for _ in range(4)] == [[1], [2], [3], []]


def test_a_failed_turn_holds_up_only_its_own_chat(database: Database) -> None:
    for update in (said(1), said(2), said(3, BOB)):
        accept(database, update)
    with database.transaction() as session:
        [head, _bob] = inbox.next_chats(session, now=NOON, channels=("telegram",), limit=9)
        [taken] = inbox.take(session, [head.chat_id], now=NOON)
        later = NOON + timedelta(seconds=5)
        inbox.retry_later(session, taken.rows, ready_at=later, error="ValueError")
    assert [take(database), take(database)] == [[3], []]
    assert [take(database, later), take(database, later)] == [[1], [2]]


def test_short_messages_in_a_row_are_one_answer(database: Database) -> None:
    expect_text(database)
    for number in (1, 2, 3):
        at = NOON + timedelta(seconds=number - 1)
        assert accept(database, said(number, joins=True), at) is Stored.JOINS
    assert take(database, NOON + timedelta(seconds=3.4)) == []
    assert take(database, NOON + timedelta(seconds=3.6)) == [1, 2, 3]


def test_nobody_waits_longer_than_six_seconds_for_quiet(database: Database) -> None:
    expect_text(database)
    for number in range(1, 8):
        accept(database, said(number, joins=True), NOON + timedelta(seconds=number - 1))
    assert take(database, NOON + timedelta(seconds=6)) == [1, 2, 3, 4, 5, 6, 7]


def test_a_press_ends_the_waiting_and_comes_after_the_words(database: Database) -> None:
    expect_text(database)
    accept(database, said(1, joins=True))
    accept(database, said(2))
    assert [take(database), take(database)] == [[1], [2]]


@pytest.mark.parametrize("channel", ["preview", "terminal"])
def test_another_channels_updates_are_left_to_it(database: Database, channel: str) -> None:
    accept(database, Accepted(f"{channel}:1", ChatKey(channel, "ann"), {"n": 1}))
    assert take(database) == []


GROUP = ChatKey("telegram", "-5", "group", "Gardeners")
SUPERGROUP = ChatKey("telegram", "-1005", "group", "Gardeners")


@pytest.mark.parametrize("first", ["the move", "a word in the new group"])
def test_a_group_that_moves_stays_one_chat(database: Database, first: str) -> None:
    accept(database, said(1, GROUP))
    move = Accepted("telegram:2", GROUP, {"n": 2}, moves_to="-1005")
    updates = [move, said(3, SUPERGROUP)]
    for update in updates if first == "the move" else reversed(updates):
        accept(database, update)
    accept(database, Accepted("telegram:4", GROUP, {"n": 4}, moves_to="-1005"))
    taken = [number for _ in range(5) for number in take(database)]
    assert sorted(taken) == [1, 2, 3, 4]
    with database.reading() as session:
        ids = {
            chats.find_chat_id(session, channel="telegram", external_id=key)
            for key in ("-5", "-1005")
        }
        assert len(ids) == 1


def test_a_group_that_moves_and_speaks_in_the_same_breath_is_one_chat(database: Database) -> None:
    updates = [
        said(1, GROUP),
        Accepted("telegram:2", GROUP, {"n": 2}, moves_to="-1005"),
        Accepted("telegram:3", GROUP, {"n": 3}, moves_to="-1005"),
        said(4, SUPERGROUP),
    ]
    with database.transaction() as session:
        assert accepting.accept_all(session, updates, now=NOON) == [Stored.READY] * 4
    assert [number for _ in range(5) for number in take(database)] == [1, 2, 3, 4]


def test_what_messages_were_called_does_not_count_after_a_move(database: Database) -> None:
    """Not in the new group, where the same numbers are given to other messages."""
    accept(database, said(1, GROUP))
    with database.transaction() as session:
        chat_id = chats.chat_id_for(session, GROUP, now=NOON)
        for number in (7, 8):
            messages.add_message(
                session,
                chat_id=chat_id,
                direction="out",
                now=NOON,
                text="Board",
                external_id=number,
            )
        chats.move_chat(session, chat_id, external_id="-1005")
    with database.reading() as session:
        assert [it.external_id for it in messages.history(session, chat_id)] == [None, None]


def test_a_group_that_was_met_before_we_heard_of_the_move_keeps_what_it_began(
    database: Database,
) -> None:
    accept(database, said(1, GROUP))
    accept(database, said(2, SUPERGROUP))
    with database.transaction() as session:
        stray = chats.chat_id_for(session, SUPERGROUP, now=NOON)
        begun = groups.group_of(session, chat_id=stray, added_by=None, now=NOON)
        groups.act_for(session, begun, now=NOON)
        number = begun.id
    accept(database, Accepted("telegram:3", GROUP, {"n": 3}, moves_to="-1005"))
    with database.reading() as session:
        chat_id = chats.find_chat_id(session, channel="telegram", external_id="-1005")
        found = groups.find_group(session, chat_id=chat_id or 0)
        assert found is not None
        assert found.id == number
        assert applicants.find_applicant(session, chat_id=chat_id or 0) is not None


def test_many_are_stored_at_once_each_once_and_in_their_chats_order(database: Database) -> None:
    accept(database, said(1))
    updates = [said(1), said(2, BOB), said(3), said(3), said(4)]
    with database.transaction() as session:
        stored = accepting.accept_all(session, updates, now=NOON)
    known, ready = Stored.KNOWN, Stored.READY
    assert stored == [known, ready, ready, known, ready]
    taken = [number for _ in range(4) for number in take(database)]
    assert sorted(taken) == [1, 2, 3, 4]
    assert [number for number in taken if number != 2] == [1, 3, 4]


def test_a_flood_is_deferred_in_its_order_and_nothing_of_it_is_lost(database: Database) -> None:
    flood = [said(number) for number in range(1, 41)]
    with database.transaction() as session:
        accepting.accept_all(session, flood[:30], now=NOON)
        accepting.accept_all(session, flood[30:], now=NOON)
    at_once = []
    while numbers := take(database):
        at_once += numbers
    assert at_once == list(range(1, accepting.FLOOD + 1))
    accept(database, said(99, BOB))
    assert take(database) == [99]
    later = []
    for seconds in range(1, 21):
        later += take(database, NOON + seconds * accepting.FLOOD_PACE)
        assert take(database, NOON + seconds * accepting.FLOOD_PACE) == []
    assert later == list(range(accepting.FLOOD + 1, 41))


def test_what_comes_in_late_in_a_flood_waits_behind_it(database: Database) -> None:
    with database.transaction() as session:
        accepting.accept_all(session, [said(number) for number in range(1, 25)], now=NOON)
    accept(database, said(25), at=NOON + accepting.FLOOD_PACE)
    with database.transaction() as session:
        waits = inbox.next_ready_at(session, channels=("telegram",))
    assert waits == NOON
    while take(database, NOON):
        pass
    assert take(database, NOON + 4 * accepting.FLOOD_PACE) == [21]
    assert [take(database, NOON + 5 * accepting.FLOOD_PACE) for _ in range(5)] == [
        [22],
        [23],
        [24],
        [25],
        [],
    ]
