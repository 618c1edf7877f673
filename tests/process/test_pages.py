"""An idea told in voice notes, copied and put on one page, through the real process."""

import asyncio
import re

import pytest
from sqlalchemy import create_engine, text

from tests.botapi import BotApi, Person
from tests.pages.made import words_in
from tests.process.assistant import Assistant

QUESTIONS = (
    "What's wrong",
    "Who is it for",
    "What would you do",
    "What gets better",
    "Who else does it",
)


@pytest.fixture
async def ann(api: BotApi, assistant: Assistant) -> Person:
    await assistant.start()
    person = api.person("Ann")
    await person.start()
    await person.receives("free")
    return person


async def states_of_copies(url: str, count: int) -> list[str]:
    """What became of the copies, once there are so many and nothing is to be done any more."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    async with asyncio.timeout(20):
        while True:
            with engine.connect() as connection:
                states = list(connection.scalars(text("select state from attachments order by id")))
            if len(states) == count and "wanted" not in states:
                engine.dispose()
                return states
            await asyncio.sleep(0.05)


async def test_an_idea_told_in_voice_notes_is_kept_and_put_on_a_page(
    api: BotApi, database_url: str, ann: Person
) -> None:
    await ann.send("/idea")
    for words in QUESTIONS:
        await ann.receives(words)
        await ann.voice()
    await ann.receives("Who's in")
    assert await states_of_copies(database_url, 5) == ["kept"] * 5
    await ann.send("/page")
    await ann.receives("on its way")
    picture = await ann.receives("It's yours to show")
    assert picture.medium == "photo"
    document = await ann.receives("And the same to print", button="Go on with my idea")
    stored = api.world.files.found(document.content["document"]["file_id"])
    assert words_in(stored.data).count("Told in a voice note") == 5
    assert not api.violations


async def test_a_page_under_way_when_the_process_is_killed_is_made_by_the_next(
    assistant: Assistant, ann: Person
) -> None:
    await ann.send("/idea")
    await ann.receives("What's wrong")
    await ann.send("Nobody sees anybody in our 12 flats")
    await ann.receives("Who is it for")
    await ann.send("/page")
    await assistant.kill()
    await assistant.start()
    assert (await ann.receives("It's yours to show", timeout=40)).medium == "photo"
    await ann.receives("And the same to print")


async def test_a_shared_idea_is_opened_by_telegrams_own_link(api: BotApi, ann: Person) -> None:
    await ann.send("/idea")
    await ann.receives("What's wrong")
    await ann.send("Nobody sees anybody in our 12 flats")
    await ann.receives("Who is it for")
    await ann.send("/share")
    await ann.receives("Shall I make a link")
    await ann.press("Yes, make a link")
    said = await ann.receives("Have a look at this idea")
    link = re.search(r"https://t\.me/(\w+)\?start=([A-Za-z0-9_-]{1,64})\b", said.text)
    assert link is not None
    bo = api.person("Bo")
    await bo.start(link[2])
    await bo.receives("Nobody sees anybody in our 12 flats", button="I've got an idea too")
    assert not api.violations
