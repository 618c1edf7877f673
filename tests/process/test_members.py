"""Members of a group join in private, and one answers there what another asks: the real process."""

import pytest

from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant

NEEDS = "A shed, and somebody who lends us tools"


@pytest.fixture
def people(api: BotApi) -> list[Person]:
    return [api.person(name, last_name="Example") for name in ("Ann", "Bo")]


async def joins(person: Person, group: Group) -> None:
    """They press the board's link, and are asked in private."""
    await group.press("Join in", by=person)
    await person.receives("Diggers", "The others see your first name")
    await person.receives("Would you like to join in", button="Yes, join in")
    await person.press("Yes, join in")
    await person.receives("may your name stand in it", button="No, just count me")
    await person.press("No, just count me")


async def test_a_member_answers_in_private_what_another_asks(
    assistant: Assistant, api: BotApi, people: list[Person]
) -> None:
    ann, bo = people
    group = api.group("Diggers", members=people)
    group.chat.bot_status = "left"
    await assistant.start()
    await group.add_bot(by=ann, start="new")
    await group.receives("What I read here", button="Shape an idea together")
    await group.press("Shape an idea together", by=ann)
    await group.receives("1 of 9", button="Skip for now")
    await joins(ann, group)
    await ann.receives("you're its contact")
    await joins(bo, group)
    await bo.receives("Good to have you")
    await bo.press("My own things")
    await bo.receives("about you and your own things again")
    await ann.send("ask somebody")
    await ann.receives("What shall I ask them", button="What would help")
    await ann.press("What would help")
    await ann.receives("Who could answer that", button="Bo")
    await ann.press("Bo")
    await bo.receives("Ann", "thinks you could answer", button="Answer now")
    await bo.press("Answer now")
    await bo.receives("What you say now is for the group")
    await bo.receives(button="Skip for now")
    await bo.send(NEEDS)
    await ann.receives("Bo has answered")
    await group.receives("answered", NEEDS)
