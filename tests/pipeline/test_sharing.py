"""A link shows an idea to others, and nothing else; its owner can stop it, and take it all back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from storage import applicants, ideas
from storage.models import Applicant, Idea, Share
from tests.world import World, open_world

PLAN = "Soup on, two tables, ten people"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


async def share(world: World) -> str:
    """Sam tells an idea and shares it; the link's parameter."""
    await world.says("sam", "/idea")
    for words in ("Nobody sees anybody in our 12 flats", "About 40 of us", PLAN):
        await world.says("sam", words)
    await world.says("sam", "/share")
    await world.presses("sam", "Yes, make a link")
    return parameter(world)


def parameter(world: World) -> str:
    """What the newest link says."""
    found = re.findall(r"start=(share-[A-Za-z0-9_-]+)", "\n".join(world.heard("sam")))
    return str(found[-1])


async def opens(world: World, who: str, link: str) -> list[str]:
    """Somebody opens the link; what they are told."""
    before = len(world.heard(who))
    await world.says(who, f"/start {link}")
    return world.heard(who)[before:]


def only(world: World, kind: type[Applicant] | type[Idea]) -> int:
    with world.core.database.reading() as session:
        return session.scalars(select(kind.id)).first() or 0


async def test_the_owner_sees_first_what_others_will_see(world: World) -> None:
    link = await share(world)
    preview = next(it for it in world.heard("sam") if "what others would see" in it)
    assert PLAN in preview
    _hello, opened, shown = await opens(world, "kim", link)
    assert "wanted you to see an idea" in opened
    assert shown.startswith(preview.partition("\n\n")[2])
    assert "whoever sent you the link" in shown
    assert "I've got an idea too" in [it.button.label for it in world.last("kim").keys]


async def test_the_link_is_telegrams_to_open_and_cannot_be_guessed_or_read(world: World) -> None:
    link = await share(world)
    assert re.fullmatch(r"share-[0-9a-f]{40}", link)
    assert len(link) <= 64
    with world.core.database.reading() as session:
        row = session.execute(text("select seed, token_hash from shares")).one()
    assert not any(cell in link or link[6:] in cell for cell in row)


async def test_neither_name_nor_number_is_shown(world: World) -> None:
    link = await share(world)
    with world.core.database.transaction() as session:
        sam = session.get_one(Applicant, only(world, Applicant))
        now = world.clock.now()
        applicants.save_contact(session, sam, name="Sam Okafor", contact="+447700900123", now=now)
        applicants.save_facts(session, sam, facts={"borough": "wirral"}, kind="group", now=now)
    shown = "\n".join(await opens(world, "kim", link))
    assert "Wirral" in shown
    assert not any(secret in shown for secret in ("Okafor", "7700", "Sam"))


async def test_a_changed_or_archived_idea_shows_its_newest(world: World) -> None:
    link = await share(world)
    with world.core.database.transaction() as session:
        idea = session.get_one(Idea, only(world, Idea))
        now = world.clock.now()
        ideas.add_answer(session, idea, question="idea_plan", text="No, pies", now=now)
        idea.state = "archived"
    shown = "\n".join(await opens(world, "kim", link))
    assert "No, pies" in shown
    assert PLAN not in shown


async def test_asked_again_the_same_link_is_told(world: World) -> None:
    link = await share(world)
    await world.says("sam", "/share")
    assert parameter(world) == link
    assert sum("Pass the message above on" in words for words in world.heard("sam")) == 2


async def test_a_stopped_link_says_so_kindly_and_a_new_one_is_another(world: World) -> None:
    link = await share(world)
    await world.presses("sam", "Stop sharing")
    told = "\n".join(await opens(world, "kim", link))
    assert "isn't shared any more" in told
    assert PLAN not in told
    await world.says("sam", "/share")
    await world.presses("sam", "Yes, make a link")
    assert parameter(world) != link
    assert PLAN in "\n".join(await opens(world, "kim", parameter(world)))
    assert "isn't shared any more" in "\n".join(await opens(world, "kim", link))


async def test_a_link_that_never_was_is_answered_like_one_that_was_stopped(world: World) -> None:
    told = await opens(world, "kim", "share-" + "0" * 40)
    assert "isn't shared any more" in told[-1]


async def test_forgetting_ends_the_link_and_takes_back_what_was_shown(world: World) -> None:
    link = await share(world)
    await opens(world, "kim", link)
    [shown] = [it for _at, it in world.sender.sent if PLAN in it.text and "kim" in str(it)]
    await world.says("sam", "/forget")
    await world.presses("sam", "Yes, delete it all")
    edits = [it for _at, it in world.sender.sent if it.external_chat_id == "kim" and it.edits]
    assert [it.text for it in edits] == [
        "<i>This isn't shared any more. They asked us to delete it.</i>"
    ]
    assert shown.external_chat_id == "kim"
    assert "isn't shared any more" in "\n".join(await opens(world, "kim", link))


async def test_a_link_goes_with_its_idea(world: World) -> None:
    link = await share(world)
    with world.core.database.transaction() as session:
        session.execute(delete(Idea))
        assert session.scalars(select(Share)).all() == []
    assert "isn't shared any more" in (await opens(world, "kim", link))[-1]


async def test_my_data_tells_of_files_and_links(world: World) -> None:
    await share(world)
    await world.says("sam", "/page")
    await world.says("sam", "/mydata")
    told = "\n".join(world.heard("sam"))
    assert "MB together: 2" in told
    assert "by which others can read your idea: 1" in told
