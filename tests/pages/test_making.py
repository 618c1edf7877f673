"""A page is asked for in the chat, made beside the turn, sent as picture and PDF, and kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.pages import making
from bot.pages.typesetting import Typeset
from bot.pipeline import works
from dialogues.exchange import Medium
from storage import applicants
from storage.models import Applicant, File, OutboxRow
from tests.pages.made import read, words_in
from tests.pipeline.test_copies import sends
from tests.world import World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


async def tell_an_idea(world: World, *, plan: str = "Soup on, two tables, ten people") -> None:
    """Sam says what is wrong, who it is for and what they would do."""
    await world.says("sam", "/idea")
    for words in ("Nobody sees anybody in our 12 flats", "About 40 of us", plan):
        await world.says("sam", words)


def sent_files(world: World) -> list[str]:
    """The names of what went out to Sam as a picture or a document, in order."""
    files = [it for _at, parcel in world.sender.sent for it in (parcel.picture, parcel.file) if it]
    return [file.name for file in files]


def kept(world: World) -> list[str]:
    with world.core.database.reading() as session:
        return list(session.scalars(select(File.kind).order_by(File.id)))


async def test_the_resident_hears_at_once_and_gets_the_picture_and_then_the_pdf(
    world: World,
) -> None:
    await tell_an_idea(world)
    await world.says("sam", "/page")
    *_, coming, _back, question, picture, document = [parcel for _at, parcel in world.sender.sent]
    assert "on its way" in coming.text
    assert "What gets better" in question.text  # where they were is where they are
    assert picture.picture is not None
    assert picture.picture.content.startswith(b"\x89PNG")
    assert "An idea without a name yet" in picture.text
    assert document.file is not None
    words = words_in(document.file.content)
    assert "Soup on, two tables, ten people" in words
    assert "What we’d do" in words
    assert "Capacity – The Public Services Lab" in words
    assert kept(world) == ["page_picture", "page_document"]


async def test_place_name_and_date_stand_on_it(world: World) -> None:
    await tell_an_idea(world)
    with world.core.database.transaction() as session:
        sam = session.scalars(select(Applicant)).one()
        facts = {"borough": "sefton", "theme": "ageing"}
        now = world.clock.now()
        applicants.save_facts(session, sam, facts=facts, kind="individual", now=now)
        applicants.save_contact(session, sam, name="Sam Okafor", contact="telegram", now=now)
    await world.says("sam", "/page")
    document = world.last("sam").file
    assert document is not None
    assert "Sefton · Sam Okafor · 1 June 2026" in words_in(document.content)
    assert read(document.content).metadata.author == "Capacity – The Public Services Lab"


async def test_nothing_is_made_anew_if_nothing_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    real = making.typeset

    def count(page: object) -> Typeset:
        made.append(page)
        return real(page)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(making, "typeset", count)
    await tell_an_idea(world)
    await world.says("sam", "/page")
    world.clock.move_on(timedelta(days=3))
    await world.says("sam", "/page")
    assert len(made) == 1
    assert len(sent_files(world)) == 4
    await tell_an_idea(world, plan="no, pies")
    await world.says("sam", "/page")
    assert len(made) == 2


async def test_without_an_answer_there_is_no_page_and_a_way_on(world: World) -> None:
    await world.says("sam", "/page")
    parcel = world.last("sam")
    assert "nothing to put on a page yet" in parcel.text
    assert "Tell us your idea" in [key.button.label for key in parcel.keys]


async def test_when_it_cannot_be_made_it_is_said_and_the_idea_is_safe(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_page: object) -> Typeset:
        raise RuntimeError("out of ink")

    monkeypatch.setattr(making, "typeset", broken)
    await tell_an_idea(world)
    await world.says("sam", "/page")
    for _attempt in range(works.MOST_ATTEMPTS):
        world.clock.move_on(timedelta(minutes=10))
        await world.settle()
    assert "couldn't make your page" in world.last("sam").text
    assert "Your idea is safe" in world.last("sam").text


async def test_an_impatient_press_makes_one_page(world: World) -> None:
    await tell_an_idea(world)
    world.works._crafts = {}  # nobody works here for now
    for _press in range(3):
        await world.says("sam", "/page")
    with world.core.database.reading() as session:
        assert session.scalars(select(OutboxRow.state).where(OutboxRow.kind == "page")).all() == [
            "to_do"
        ]


async def test_what_is_told_in_voice_notes_is_said_to_be_so(world: World) -> None:
    await world.says("sam", "/idea")
    for number in range(8):
        await sends(world, Medium.VOICE, f"v{number}")
    await world.presses("sam", "Skip for now")  # its name
    await world.says("sam", "/page")
    document = world.last("sam").file
    assert document is not None
    assert words_in(document.content).count("Told in a voice note") == 8


async def test_forgetting_takes_the_page_along(world: World) -> None:
    await tell_an_idea(world)
    await world.says("sam", "/page")
    await world.says("sam", "/forget")
    await world.presses("sam", "Yes, delete it all")
    assert kept(world) == []
