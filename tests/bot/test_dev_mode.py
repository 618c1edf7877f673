"""Content that is edited while the assistant runs, and the people in the middle of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.models import IdeaAnswer
from tests.content import EditableContent
from tests.world import STAFF, World, open_world

HELP, IDEA, IDEA_FLOW = "domain/account.yml", "domain/idea.yml", "flows/idea.yml"
CANVAS = "canvas.yml"
PROBLEM = "I see that nobody over seventy goes out in our street any more"


@pytest.fixture
def content(tmp_path: Path) -> EditableContent:
    """The shipped content, to be edited."""
    return EditableContent.copied_to(tmp_path / "dialogues")


@pytest.fixture
def world(content: EditableContent, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """An assistant in development."""
    with open_world(sqlite_url, tmp_path, dialogues=content.folder, dev=True) as opened:
        yield opened


async def test_an_edited_sentence_is_said_in_the_next_turn(
    world: World, content: EditableContent
) -> None:
    await world.says("ann", "/help")
    content.edit(HELP, "<b>How this works</b>", "<b>How it goes</b>")
    await world.says("ann", "/help")
    assert "How this works" in world.heard("ann")[0]
    assert "How it goes" in world.heard("ann")[-1]
    content.edit(HELP, "<b>How it goes</b>", "<b>What you can do</b>")
    await world.says("ann", "/help")
    assert "What you can do" in world.heard("ann")[-1]


async def test_what_does_not_check_does_not_count_and_is_told_once(
    world: World, content: EditableContent, capsys: pytest.CaptureFixture[str]
) -> None:
    line = content.edit(HELP, "<b>How this works</b>", "<b>How it goes")
    await world.says("ann", "/help")
    notice, answer = world.heard("ann")
    assert "How this works" in answer
    message = f"{content.file(HELP)}:{line - 1}: html: response utter_help: <b> is not closed"
    assert capsys.readouterr().err.startswith(f"{message} (add </b> in the same message)\n")
    assert message.replace("<b>", "&lt;b&gt;") in notice
    await world.says("ann", "/help")
    assert len(world.heard("ann")) == 3
    assert capsys.readouterr().err == ""

    content.edit(HELP, "<b>How it goes", "<b>How it goes</b>")
    await world.says("ann", "/help")
    assert "How it goes" in world.heard("ann")[-1]
    assert len(world.heard("ann")) == 4


async def test_many_faults_are_told_in_one_short_notice(
    world: World, content: EditableContent, capsys: pytest.CaptureFixture[str]
) -> None:
    content.file(IDEA).unlink()
    await world.says("ann", "/help")
    assert re.search(r"… and \d+ more$", world.heard("ann")[0])
    assert len(capsys.readouterr().err.splitlines()) > 10


async def test_a_file_that_cannot_be_read_is_read_later(
    world: World, content: EditableContent
) -> None:
    file = content.file(HELP)
    text = file.read_text()
    file.unlink()
    file.symlink_to(content.file("gone.yml"))
    await world.says("ann", "/help")
    assert "How this works" in world.heard("ann")[-1]
    file.unlink()
    file.write_text(text.replace("How this works", "How it goes"))
    await world.says("ann", "/help")
    assert "How it goes" in world.heard("ann")[-1]


async def test_a_post_to_staff_is_worded_with_what_counts_when_it_goes_out(
    world: World, content: EditableContent
) -> None:
    for words in ("just ring me", "Ann Example"):
        await world.says("ann", words)
    content.edit("domain/desk.yml", "🆕 <b>{reference}</b>", "A new one: <b>{reference}</b>")
    await world.says("ann", "07700 900123")
    assert any("A new one: " in text for text in world.heard(STAFF))


async def test_without_dev_the_content_stays_as_it_was(
    content: EditableContent, tmp_path: Path
) -> None:
    with open_world(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, dialogues=content.folder) as world:
        await world.says("ann", "/help")
        content.edit(HELP, "<b>How this works</b>", "<b>How it goes</b>")
        await world.says("ann", "/help")
        assert "How this works" in world.heard("ann")[-1]


def ideas(world: World) -> list[tuple[str, str | None]]:
    with world.core.database.reading() as session:
        return [(row.question, row.text) for row in session.scalars(select(IdeaAnswer))]


async def test_a_flow_that_is_renamed_under_somebody_keeps_their_idea(
    world: World, content: EditableContent
) -> None:
    await world.says("ann", "/idea")
    await world.says("ann", PROBLEM)
    kept = ideas(world)
    content.rename("shape_idea", "tell_idea")
    await world.says("ann", "About thirty people")
    assert "we've changed some of our questions" in world.heard("ann")[-1]
    assert ideas(world) == kept
    await world.says("ann", "/idea")
    assert any("Welcome back" in text for text in world.heard("ann")[-2:])
    assert "2 of 9" in world.heard("ann")[-1]
    await world.says("ann", "About thirty people")
    assert ("idea_problem", PROBLEM) in ideas(world)
    assert len(ideas(world)) == len(kept) + 1


async def test_a_question_that_goes_while_it_is_open_leaves_the_rest(
    world: World, content: EditableContent
) -> None:
    await world.says("ann", "/idea")
    await world.says("ann", PROBLEM)
    assert "2 of 9" in world.heard("ann")[-1]
    content.remove(IDEA_FLOW, r"      - id: people\n(?:        .*\n)+")
    content.remove(IDEA_FLOW, r"      - set_slots:\n          - shaping_told: idea_people\n.*\n")
    content.remove(IDEA_FLOW, r"      - id: people_count\n(?:        .*\n)+")
    content.remove(IDEA_FLOW, r"      - set_slots:\n          - shaping_told: idea_people_.*\n.*\n")
    content.remove(IDEA_FLOW, r"(?:          - if: slots.shaping_question = .idea_people.*\n.*\n)+")
    content.remove(CANVAS, r"  idea_people:\n(?:    .*\n)+")
    content.remove(CANVAS, r"(?:  - \{name: people_.*\n)+")
    await world.says("ann", "About thirty people")
    said = world.heard("ann")[2:]
    assert any("we've changed some of our questions" in it for it in said)
    assert "3 of 9" in said[-1]
    assert ("idea_problem", PROBLEM) in ideas(world)
