"""What the real process does with content that was edited, well or badly."""

from pathlib import Path

import pytest

from tests.botapi import BotApi
from tests.content import EditableContent
from tests.process.assistant import Assistant

HELP, IDEA_FLOW = "domain/account.yml", "flows/idea.yml"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def content(tmp_path: Path) -> EditableContent:
    """The shipped content, to be edited."""
    return EditableContent.copied_to(tmp_path / "dialogues")


@on_sqlite
async def test_run_dev_takes_an_edit_up_and_refuses_a_faulty_one(
    assistant: Assistant, api: BotApi, content: EditableContent
) -> None:
    assistant.set("DIALOGUES", str(content.folder))
    await assistant.start("--dev")
    ann = api.person("Ann")
    await ann.start()
    content.edit(HELP, "<b>How this works</b>", "<b>How it goes</b>")
    await ann.send("/help")
    await ann.receives("How it goes")
    line = content.edit(IDEA_FLOW, "action: action_take_drafts", "action: action_take_draughts")
    await ann.send("/help")
    await ann.receives("How it goes")
    assert (
        f"{content.file(IDEA_FLOW)}:{line}: no-action: flow shape_idea, "
        "step action_take_draughts: "
        "there is no action action_take_draughts (did you mean action_take_drafts?)\n"
    ) in assistant.log


@on_sqlite
@pytest.mark.parametrize("options", [(), ("--dev",)])
async def test_content_that_does_not_check_is_refused_at_start(
    assistant: Assistant, content: EditableContent, options: tuple[str, ...]
) -> None:
    line = content.edit(IDEA_FLOW, "collect: idea_problem", "collect: idea_problm")
    content.edit(HELP, "<b>How this works</b>", "<b>How this works")
    content.edit("domain/idea.yml", "actions:\n", "actions:\n  - action_dance\n")
    assistant.set("DIALOGUES", str(content.folder))
    code, out, err = await assistant.command("run", *options)
    assert (code, out) == (1, "")
    assert f"{content.file(IDEA_FLOW)}:{line}: no-slot: " in err
    assert "did you mean idea_problem?" in err
    assert "<b> is not closed" in err
    assert "nobody has registered the action action_dance" in err
    assert "Traceback" not in err
