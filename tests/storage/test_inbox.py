"""An update is stored once and taken once, in its chat's order."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import chats, inbox
from storage.chats import ChatKey
from storage.database import Database
from storage.inbox import Accepted, Stored

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANN = ChatKey("telegram", "1", name="Ann Example")
BOB = ChatKey("telegram", "2", name="Bob Example")


def said(number: int, chat: ChatKey = ANN, *, joins: bool = False) -> Accepted:
    return Accepted(f"telegram:{number}", chat, {"n": number}, joins=joins)


def accept(database: Database, update: Accepted, at: datetime = NOON) -> Stored:
    with database.transaction() as session:
        return inbox.accept(session, update, now=at)


def take(database: Database, at: datetime = NOON) -> list[int]:
    """The numbers of one turn's updates, which is then done."""
    with database.transaction() as session:
        chat_id = inbox.next_chat(session, now=at, channels=("telegram",))
        if chat_id is None:
            return []
        rows = inbox.take(session, chat_id, now=at)
        numbers = [row.payload["n"] for row in rows if row.payload]
        inbox.finish(session, rows, now=at)
        return numbers


def expect_text(database: Database) -> None:
    with database.transaction() as session:
        chat_id = chats.chat_id_for(session, ANN, now=NOON)
        chats.note_expects_text(session, chat_id, expects=True)


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
        chat_id = inbox.next_chat(session, now=NOON, channels=("telegram",))
        assert chat_id is not None
        rows = inbox.take(session, chat_id, now=NOON)
        later = NOON + timedelta(seconds=5)
        inbox.retry_later(session, rows, ready_at=later, error="ValueError")
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
