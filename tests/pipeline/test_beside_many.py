"""What a conversation costs does not grow with the number of others that are stored.

Counted in steps of SQLite's machine, which are the same each time, and not in seconds.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from storage.models import Base
from tests.pipeline.test_first_buttons import answer
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


async def steps_of(world: World, who: str) -> int:
    """What a walk takes, of all connections, by the hundred."""
    steps: list[int] = []

    def watch(connection: Any, *_more: object) -> None:
        connection.set_progress_handler(lambda: steps.append(1), 100)

    engine = world.core.database.engine
    event.listen(engine, "checkout", watch)
    await walk(world, who)
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
        alone = await steps_of(world, "kim")
        await world.core.database.write(lambda session: multiply(session, "sam"))
        beside = await steps_of(world, "lee")
    assert alone > 100
    assert beside < 1.2 * alone
