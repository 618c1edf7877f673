"""Whoever asks to be forgotten is gone from all that staff did with what they sent, and before that
they are told how much that is."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from storage.models import Base
from storage.staff import Role
from tests.desk.leads_sent import (
    number_of,
    send_idea,
)
from tests.desk.talking import topic_of
from tests.desk.team import enrol
from tests.world import STAFF, World

SECRET = "quincunx"
WORK = (
    "/note {reference} rang them about the {secret}",
    "/label {reference} {secret}",
    "/next {reference} ask for the {secret} tomorrow",
    "/score {reference} 90 the {secret} speaks for it",
    "/changes {reference}",
    "/changes {reference} 1 what is a {secret}?",
    "/lead {reference}",
    "/history {reference}",
    "/leads {secret}",
    "/today",
)


def everything(world: World) -> list[str]:
    """Every value of every row that has the word in it, as the program reads it."""
    found: list[str] = []
    with world.core.database.reading() as session:
        for mapper in Base.registry.mappers:
            for row in session.scalars(select(mapper.class_)):
                values: dict[str, Any] = {it.key: getattr(row, it.key) for it in mapper.columns}
                found += [
                    f"{mapper.class_.__name__}.{name}: {value!r}"
                    for name, value in values.items()
                    if SECRET in repr(value).lower()
                ]
    return found


async def work_on(world: World) -> str:
    """Sam sends an idea with the word in it, and staff do with it all that they can."""
    enrol(world, "alex", Role.CASEWORKER)
    reference = await send_idea(world)
    await world.says("sam", "/human")
    await world.says("sam", f"Is my {SECRET} alright?")
    for chat in ("alex", STAFF):
        for words in WORK:
            said = words.format(reference=reference, secret=SECRET)
            await world.says("alex", said, chat=chat)
    await world.says("alex", f"/qualify {reference}", chat=STAFF)
    preview = number_of(world, "Nothing has been sent yet")
    await world.says("alex", f"Your {SECRET} is in.", chat=STAFF, reply_to=preview)
    return reference


async def test_nothing_of_it_is_left(world: World) -> None:
    await work_on(world)
    assert len(everything(world)) > 12
    await world.says("sam", "/forget")
    await world.says("sam", "yes")
    assert everything(world) == []


async def test_nothing_of_it_is_left_in_topics(forum: World) -> None:
    reference = await work_on(forum)
    place = topic_of(forum, reference)
    await forum.says("alex", f"We have read of your {SECRET}.", chat=place)
    await forum.says("sam", f"And do you like my {SECRET}?")
    forum.clock.move_on(timedelta(seconds=5))
    await forum.settle()
    assert SECRET in "".join(forum.heard(place))
    await forum.says("sam", "/forget")
    await forum.presses("sam", "Yes, delete it all")
    assert everything(forum) == []


async def test_before_it_they_are_told_how_much_it_is(world: World) -> None:
    await work_on(world)
    await world.says("sam", "/mydata")
    told = "\n".join(world.heard("sam"))
    assert "Our team's own notes about it: 4. Labels: 1." in told
    assert "Messages in our team's own chats that are about you:" in told
