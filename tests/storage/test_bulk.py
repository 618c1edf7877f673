"""Statements for many rows: the same on both kinds of database, whatever the rows hold."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, insert, select

from storage import messages
from storage.bulk import Insertion, Numbering, Rewriting, among
from storage.database import Database, gather, savepoint
from storage.messages import message_row
from storage.models import Chat, Message, OutboxRow

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHATS, MESSAGES, OUTBOX = Chat.table(), Message.table(), OutboxRow.table()


@pytest.fixture
def chat(database: Database) -> int:
    with database.transaction() as session:
        row = {
            "channel": "telegram",
            "external_id": "1",
            "kind": "private",
            "created_at": NOW,
            "expects_text": False,
            "missed_reply": False,
        }
        return int(session.execute(insert(CHATS).returning(CHATS.c.id), row).scalar_one())


def test_ids_come_in_the_order_of_their_rows(database: Database, chat: int) -> None:
    words = [f"{number} {{'\"\\,}}" for number in range(40)]  # arrays have signs of their own
    buttons = [None, [], [{"label": "Yes"}], [{"label": "Yes"}, {"label": "No, never"}]]
    rows = [
        message_row(
            chat_id=chat,
            direction="out",
            now=NOW,
            text=text,
            flow=words[0],
            step=text,
            buttons=buttons[place % 4],
        )
        for place, text in enumerate(words)
    ]
    with database.transaction() as session:
        ids = Numbering(MESSAGES).run(session, rows)
    with database.reading() as session:
        kept = {message.id: message for message in messages.history(session, chat)}
        assert [kept[number].text for number in ids] == words
        assert [kept[number].step for number in ids] == words
        assert {kept[number].flow for number in ids} == {words[0]}
        assert [kept[number].buttons for number in ids[:4]] == buttons
        assert kept[ids[0]].external_id is None
        assert kept[ids[0]].created_at == NOW


def test_of_no_rows_nothing_is_asked(database: Database) -> None:
    with database.transaction() as session:
        assert Numbering(MESSAGES).run(session, []) == []
        Rewriting(MESSAGES, "external_id").run(session, {})


def test_each_row_gets_its_own_values(database: Database, chat: int) -> None:
    rows = [
        message_row(chat_id=chat, direction="out", now=NOW, text=str(it), external_id=7)
        for it in range(3)
    ]
    with database.transaction() as session:
        first, second, third = Numbering(MESSAGES).run(session, rows)
        values = {
            second: {"text": "two", "external_id": 2},
            first: {"text": "one", "external_id": None},
        }
        Rewriting(MESSAGES, "text", "external_id").run(session, values)
    with database.reading() as session:
        kept = {it.id: (it.text, it.external_id) for it in messages.history(session, chat)}
    assert kept == {first: ("one", None), second: ("two", 2), third: ("2", 7)}


def test_what_is_there_already_is_left(database: Database, chat: int) -> None:
    add = Insertion(
        OUTBOX,
        lambda add: add.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(
            OUTBOX.c.dedupe_key
        ),
    )
    rows = [
        {
            "chat_id": chat,
            "kind": "message",
            "lane": 0,
            "payload": {"of": ["several", {"kinds": None}]},
            "dedupe_key": key,
            "state": "waiting",
            "attempts": 0,
            "due_at": NOW,
            "created_at": NOW,
        }
        for key in ("a", "b", "c")
    ]
    with database.transaction() as session:
        assert add.run(session, rows[1]).scalars().all() == ["b"]
        assert sorted(add.run(session, rows).scalars()) == ["a", "c"]
        kept = session.scalars(select(OUTBOX.c.payload)).all()
    assert kept == [{"of": ["several", {"kinds": None}]}] * 3


@pytest.mark.parametrize("ids", [[], [2], [3, 1], list(range(1, 60))])
def test_one_of_many_is_found(database: Database, chat: int, ids: list[int]) -> None:
    rows = [message_row(chat_id=chat, direction="out", now=NOW, text=str(it)) for it in range(3)]
    with database.transaction() as session:
        numbers = Numbering(MESSAGES).run(session, rows)
        wanted = [numbers[it - 1] for it in ids if it <= len(numbers)]
        statement = select(MESSAGES.c.id).where(among(MESSAGES.c.id, "ids"), MESSAGES.c.text != "")
        found = session.execute(statement, {"ids": wanted}).scalars()
        assert sorted(found) == sorted(wanted)


def test_it_stays_a_condition_that_an_index_serves(database: Database) -> None:
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *it: said.append(it[2]))
    with database.reading() as session:
        session.execute(select(MESSAGES.c.id).where(among(MESSAGES.c.id, "ids")), {"ids": [1, 2]})
    expected = "IN (?, ?)" if database.is_sqlite else "= ANY (%(ids)s::BIGINT[])"
    assert said[-1].endswith(f"WHERE messages.id {expected}")


def test_what_is_gathered_is_written_at_the_end(database: Database, chat: int) -> None:
    rows = [
        message_row(chat_id=chat, direction="out", now=NOW, text=str(it), external_id=it)
        for it in range(2)
    ]
    number = Rewriting(MESSAGES, "external_id")
    with database.transaction() as session:
        first, second = Numbering(MESSAGES).run(session, rows)
        gather(session, number, first, {"external_id": 10})
        gather(session, number, first, {"external_id": 11})
        gather(session, number, second, {"external_id": 12})
        assert [it.external_id for it in messages.history(session, chat)] == [0, 1]
        session.expire_all()
    with database.reading() as session:
        assert [it.external_id for it in messages.history(session, chat)] == [11, 12]


def test_what_is_gathered_is_undone_with_its_savepoint(database: Database, chat: int) -> None:
    rows = [message_row(chat_id=chat, direction="out", now=NOW, text="hi") for _ in range(3)]
    number = Rewriting(MESSAGES, "external_id")
    with database.transaction() as session:
        before, inside, undone = Numbering(MESSAGES).run(session, rows)
        gather(session, number, before, {"external_id": 1})
        with savepoint(session):
            gather(session, number, inside, {"external_id": 2})
        with suppress(ZeroDivisionError), savepoint(session):
            gather(session, number, undone, {"external_id": 1 // 0})
        with suppress(ZeroDivisionError), savepoint(session):
            gather(session, number, undone, {"external_id": 3})
            raise ZeroDivisionError
    with database.reading() as session:
        assert [it.external_id for it in messages.history(session, chat)] == [1, 2, None]
