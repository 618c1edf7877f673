"""What a conversation costs does not grow with the number of others that are stored.

Counted in steps of SQLite's machine, which are the same each time, and not in seconds.
"""

from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from storage.models import Base
from tests.pipeline.test_first_buttons import answer
from tests.pipeline.test_reminders import add_call, local, reminders, subscribe
from tests.world import World, open_world

MANY = 2000
NUMBERED = f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {MANY}) "
# What everybody has, with the columns that must differ.
COPIED = {
    "chats": ("external_id", "'copy' || n.i"),
    "conversations": ("chat_id", "{chat}"),
    "applicants": ("chat_id", "{chat}"),
    "messages": ("chat_id", "{chat}"),
    "inbox": ("chat_id, dedupe_key", "{chat}, dedupe_key || ' copy ' || n.i"),
    "outbox": ("chat_id, dedupe_key", "{chat}, dedupe_key || ' copy ' || n.i"),
}


async def steps_of(world: World, doing: Awaitable[object]) -> int:
    """What it takes, of all connections, by the hundred."""
    steps: list[int] = []

    def watch(connection: Any, *_more: object) -> None:
        connection.set_progress_handler(lambda: steps.append(1), 100)

    engine = world.core.database.engine
    event.listen(engine, "checkout", watch)
    await doing
    event.remove(engine, "checkout", watch)
    return len(steps)


async def walk(world: World, who: str) -> None:
    """From hello to the receipt."""
    await world.says(who, "hiya")
    for _ in range(25):
        if any("LCR-" in heard for heard in world.heard(who)):
            break
        await answer(world, who)
    assert any("LCR-" in heard for heard in world.heard(who))


def multiply(session: Session, who: str) -> None:
    """As many chats with the same in them as this one has."""
    chat = session.execute(
        text("select id from chats where external_id = :who"), {"who": who}
    ).scalar_one()
    first = session.execute(text("select max(id) from chats")).scalar_one()
    for table, (columns, values) in COPIED.items():
        rest = [
            column.name
            for column in Base.metadata.tables[table].columns
            if column.name not in {"id", *columns.split(", ")}
        ]
        where = f"id = {chat}" if table == "chats" else f"chat_id = {chat}"
        if table in {"messages", "inbox", "outbox"}:
            where += f" and id in (select id from {table} where chat_id = {chat} limit 4)"
        session.execute(
            text(
                f"{NUMBERED} insert into {table} ({columns}, {', '.join(rest)})"
                f" select {values.format(chat=f'{first} + n.i')}, {', '.join(rest)}"
                f" from {table}, n where {where}"
            )
        )


async def test_a_conversation_costs_no_more_beside_many(tmp_path: Path) -> None:
    with open_world(f"sqlite:///{tmp_path}/kept.db", tmp_path) as world:
        await world.core.database.write(world.core.load_samples)
        await walk(world, "sam")
        alone = await steps_of(world, walk(world, "kim"))
        await world.core.database.write(lambda session: multiply(session, "sam"))
        beside = await steps_of(world, walk(world, "lee"))
    assert alone > 100
    assert beside < 1.2 * alone


def remind_many(session: Session) -> None:
    """As many chats were reminded of the same call already."""
    for table, columns, values in (
        ("chats", "id, external_id", "1000 + n.i, 'copy' || n.i"),
        ("subscriptions", "id, chat_id, next_due_at", "1000 + n.i, 1000 + n.i, null"),
        ("reminders", "id, subscription_id", "1000 + n.i, 1000 + n.i"),
    ):
        kept = {column.name for column in Base.metadata.tables[table].columns}
        rest = ", ".join(f'"{name}"' for name in kept.difference(columns.split(", ")))
        one = f"(select min(id) from {table})"
        session.execute(
            text(
                f"{NUMBERED} insert into {table} ({columns}, {rest})"
                f" select {values}, {rest} from {table}, n where {table}.id = {one}"
            )
        )


async def test_a_reminder_costs_no_more_beside_many(tmp_path: Path) -> None:
    closes_at = local(2026, 3, 28, 17)
    with open_world(f"sqlite:///{tmp_path}/kept.db", tmp_path, at=local(2026, 3, 10, 10)) as world:
        add_call(world, closes_at, reminders=["4d", "3d", "2d"])
        await subscribe(world)
        steps = []
        for days in (4, 3, 2):
            at = closes_at - timedelta(days=days)
            world.clock.move_to(at)
            steps.append(await steps_of(world, world.live_until(at)))
            if days == 3:
                await world.core.database.write(remind_many)
        assert len(reminders(world)) == 3
    assert steps[1] > 10, steps
    assert steps[2] < 1.5 * steps[1], steps
