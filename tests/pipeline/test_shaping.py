"""An idea is where it was left: after a restart, on another day, when questions have changed."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.crypto import new_secret
from tests.world import MONDAY, ROOT, World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


async def test_it_goes_on_in_another_process_on_another_day(
    database_url: str, tmp_path: Path
) -> None:
    secret = new_secret()
    with open_world(database_url, tmp_path, secret=secret) as world:
        await world.says("ann", "/idea")
        await world.says("ann", "I see it every day, the hall is shut")
        await world.presses("ann", "Skip for now")
        assert "3 of 9" in world.last("ann").text
        await world.says("ann", "cancel")
    later = MONDAY + timedelta(days=9)
    with open_world(database_url, tmp_path, secret=secret, at=later, first=99) as world:
        await world.says("ann", "/idea")
        assert "3 of 9" in world.last("ann").text
        assert any("Welcome back" in text for text in world.heard("ann"))


async def test_a_question_that_is_new_in_the_content_is_asked_and_no_answer_is_lost(
    database_url: str, tmp_path: Path
) -> None:
    content = Path(shutil.copytree(ROOT / "dialogues", tmp_path / "content"))
    canvas = content / "canvas.yml"
    whole = canvas.read_text()
    canvas.write_text(
        whole.replace("  idea_going: {}\n", "").replace(
            "  - {name: going_missing, about: idea_going, missing: true}\n", ""
        )
    )
    secret = new_secret()
    with open_world(database_url, tmp_path, dialogues=content, secret=secret) as world:
        await world.says("ann", "/idea")
        await world.says("ann", "I see it every day, the hall is shut")
        for _ in range(7):
            await world.presses("ann", "Skip for now")
        await world.presses("ann", "Wirral")
        await world.presses("ann", "Save it for later")
    canvas.write_text(whole)
    with open_world(database_url, tmp_path, dialogues=content, secret=secret, first=99) as world:
        await world.says("ann", "/idea")
        assert "8 of 9" in world.last("ann").text
        await world.says("ann", "/mydata")
        assert any("I see it every day" in text for text in world.heard("ann"))


async def test_what_was_said_in_the_first_message_is_there(world: World) -> None:
    await world.says(
        "ann", "hiya we want to open a lending shed for the lads on our estate, is there any help"
    )
    await world.says("ann", "/idea")
    shown = "\n".join(world.heard("ann"))
    assert "we want to open a lending shed for the lads on our estate" in shown
    await world.presses("ann", "Yes, keep it")
    assert "1 of 9" in world.last("ann").text


async def test_it_is_told_in_voice_notes_alone(world: World) -> None:
    await world.says("ann", "/idea")
    for _ in range(9):
        await world.speaks("ann")
    await world.presses("ann", "Wirral")
    shown = world.heard("ann")[-2]
    assert shown.count("(voice note)") == 9
    assert "9 of 9" in shown
    assert "make it stronger" not in shown
    await world.presses("ann", "Send it to the team")
    assert "for somebody else" in world.last("ann").text or "Which call" in world.last("ann").text
