"""What a group does costs no more beside five thousand others, and two hundred members are shown.

Counted in steps of SQLite's machine, which are the same each time, and not in seconds.
"""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.pipeline.speech import LONGEST_TEXT, visible_length
from storage import chats, groups, members
from storage.chats import ChatKey
from storage.models import Base
from tests.groups.gathering import Gathering
from tests.pipeline.test_beside_many import steps_of
from tests.world import CHANNEL, World, open_world

MANY = 5000
NUMBERED = f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {MANY}) "
FIRST = 1_000_000  # ids of the copies count from here
# What a group has, with the columns that must differ; each copy has one row of each.
COPIED = {
    "chats": {"id": "{id}", "external_id": "'group copy ' || n.i"},
    "groups": {"id": "{id}", "chat_id": "{id}"},
    "applicants": {"id": "{id}", "chat_id": "{id}"},
    "ideas": {"id": "{id}", "applicant_id": "{id}"},
    "idea_answers": {"id": "{id}", "idea_id": "{id}"},
    "contributions": {"id": "{id}", "group_id": "{id}", "idea_id": "{id}", "message_id": "{id}"},
    "members": {"id": "{id}", "group_id": "{id}"},
    "messages": {"id": "{id}", "chat_id": "{id}"},
}


async def evening(world: World, place: str) -> Gathering:
    """They begin, answer, offer, decide, and somebody joins."""
    group = Gathering(world, place)
    await group.begin()
    await group.replies("ann", "The yard is full of rubbish, I see it every day")
    await group.replies("ben", "Forty of us")
    join(world, place, "ann")
    await group.says("/idea")
    await group.says("/people")
    return group


def join(world: World, place: str, who: str) -> None:
    with world.core.database.transaction() as session:
        now = world.clock.now()
        chat_id = chats.chat_id_for(session, ChatKey(CHANNEL, place, "group"), now=now)
        private = chats.chat_id_for(session, ChatKey(CHANNEL, f"{who} of {place}"), now=now)
        group = groups.find_group(session, chat_id=chat_id)
        assert group is not None
        members.join(
            session, group, external_id=who, chat_id=private, name=who, role="member", now=now
        )


def multiply(session: Session, place: str) -> None:
    """As many groups that have the same in them as this one."""
    chat = session.execute(
        text("select id from chats where external_id = :place"), {"place": place}
    ).scalar_one()
    group = session.execute(text(f"select id from groups where chat_id = {chat}")).scalar_one()
    for table, differing in COPIED.items():
        names = [f'"{column.name}"' for column in Base.metadata.tables[table].columns]
        values = [
            differing.get(name.strip('"'), f"it.{name}").format(id=f"{FIRST} + n.i")
            for name in names
        ]
        where = f"it.group_id = {group}" if table in {"contributions", "members"} else "1"
        session.execute(
            text(
                f"{NUMBERED} insert into {table} ({', '.join(names)}) select {', '.join(values)}"
                f" from (select * from {table} it where {where} order by id limit 1) it, n"
            )
        )


async def test_an_evening_costs_no_more_beside_five_thousand_groups(tmp_path: Path) -> None:
    with open_world(f"sqlite:///{tmp_path}/kept.db", tmp_path) as world:
        await evening(world, "group first")
        alone = await steps_of(world, evening(world, "group alone"))
        await world.core.database.write(lambda session: multiply(session, "group first"))
        beside = await steps_of(world, evening(world, "group beside"))
    assert alone > 100
    assert beside < 1.2 * alone, (alone, beside)


async def test_two_hundred_members_fit_into_the_messages_of_a_group(tmp_path: Path) -> None:
    with open_world(f"sqlite:///{tmp_path}/kept.db", tmp_path) as world:
        group = await evening(world, "group of many")
        for number in range(200):
            join(world, "group of many", f"somebody{number}")
        await group.says("/people")
        await group.says("/idea")
        heard = world.heard("group of many")
    assert "200" in "".join(heard) or "201" in "".join(heard)
    assert max(visible_length(it) for it in heard) <= LONGEST_TEXT
