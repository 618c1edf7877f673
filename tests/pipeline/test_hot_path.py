"""What a resident's turn asks of the database: the staff's desk costs it nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from storage import inbox
from storage.staff import Role
from tests.desk.team import enrol
from tests.world import World, open_world

OF_STAFF = re.compile(
    r"\b(staff_members|staff_links|audit|threads|lead_labels|lead_mentions|decisions|handoffs)\b"
)
TAKES = re.compile(r"\binbox\.joins\b")  # the statement that takes a chat's update


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        yield opened


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    said: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(world.core.database.engine, "before_cursor_execute", note)
    yield said
    event.remove(world.core.database.engine, "before_cursor_execute", note)


async def test_an_answer_asks_nothing_of_the_staffs_tables(world: World) -> None:
    """But whether the chat is a member's, in the statement that takes the update."""
    enrol(world, "alex", Role.CASEWORKER)
    for words in ("/start", "Tell us your idea", "Rust"):
        await world.says("sam", words)
    with statements(world) as said:
        await world.says("sam", "skip")
    assert [it for it in said if OF_STAFF.search(it) and not TAKES.search(it)] == []
    assert len([it for it in said if TAKES.search(it)]) == 1


async def test_taking_an_update_reads_no_table_as_a_whole(world: World) -> None:
    await world.says("sam", "/start")
    database = world.core.database
    if not database.is_sqlite:
        pytest.skip("a small table is read as a whole there, whatever its indexes")
    plans: list[str] = []

    def explain(_conn: Any, cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if TAKES.search(statement):
            cursor.execute(f"explain query plan {statement}", values)
            plans.extend(str(line) for line in cursor.fetchall())

    with database.reading() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", explain)
        inbox.take(session, [1, 2], now=world.clock.now())
    scanned = {word for it in plans for word in re.findall(r"SCAN (\w+)", it)}
    assert plans
    assert scanned <= {"staff_chats"}  # one row for each channel
