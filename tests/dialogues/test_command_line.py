"""The authors' tools, as they are called."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dialogues.__main__ import app
from tests.dialogues.talk import CONTENT_FOLDER

cli = CliRunner()


CHECK = ["check", "--actions", ""]  # those of the sample content are registered nowhere


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(CONTENT_FOLDER, tmp_path / "content"))
    path = folder / "flows" / "garden.yml"
    path.write_text(path.read_text().replace("action: utter_lent", "action: utter_lend"))
    return folder


def test_sound_content() -> None:
    result = cli.invoke(app, [*CHECK, str(CONTENT_FOLDER)])
    assert result.exit_code == 0
    assert result.stdout == "nothing found\n"


def test_findings(broken: Path) -> None:
    result = cli.invoke(app, [*CHECK, str(broken)])
    assert result.exit_code == 1
    assert "no-response: flow borrow_tool, step utter_lend" in result.stdout


def test_findings_for_editors(broken: Path) -> None:
    result = cli.invoke(app, [*CHECK, "--json", str(broken)])
    assert result.exit_code == 1
    [finding] = json.loads(result.stdout)
    assert set(finding) == {"file", "line", "rule", "message", "hint"}
    assert finding["hint"] == "did you mean utter_lent?"


def test_actions_that_nobody_has_registered() -> None:
    result = cli.invoke(app, ["check", str(CONTENT_FOLDER)])
    assert result.exit_code == 1
    assert "unregistered-action: nobody has registered the action action_book" in result.stdout


def test_the_shipped_content_names_registered_actions_only() -> None:
    assert cli.invoke(app, ["check"]).stdout == "nothing found\n"


@pytest.mark.parametrize("place", ["actions.nowhere:ACTIONS", "actions.registry:NOTHING"])
def test_no_actions_at_that_place(place: str) -> None:
    result = cli.invoke(app, ["check", "--actions", place])
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ACTIONS: there are no actions in ")


def test_no_such_folder(tmp_path: Path) -> None:
    result = cli.invoke(app, [*CHECK, str(tmp_path / "nothing")])
    assert result.exit_code == 2
    assert result.stderr.startswith("error: FOLDER: ")


def test_understanding_is_shown() -> None:
    result = cli.invoke(
        app, ["understand", "any news from Bootle", "--folder", str(CONTENT_FOLDER)]
    )
    assert result.exit_code == 0
    assert "tell_news" in result.stdout
    assert "sefton" in result.stdout


def test_what_a_message_mentions_is_shown_with_its_place() -> None:
    text = "a group in bootle, sorry, southport"
    result = cli.invoke(app, ["understand", text, "--json", "--folder", str(CONTENT_FOLDER)])
    assert json.loads(result.stdout)["entities"] == [
        'borough sefton: "bootle" at 11-17',
        'borough sefton: "southport" at 26-35',
    ]


def test_understanding_for_scripts() -> None:
    arguments = ["understand", "i want to die", "--json", "--folder", str(CONTENT_FOLDER)]
    data = json.loads(cli.invoke(app, arguments).stdout)
    assert data["crisis"] is True
    assert (data["stage"], data["how"]) == ("crisis", "danger")


def test_understanding_needs_sound_content(broken: Path) -> None:
    result = cli.invoke(app, ["understand", "hello", "--folder", str(broken)])
    assert result.exit_code == 1


def test_schemas_for_editors(tmp_path: Path) -> None:
    result = cli.invoke(app, ["schema", str(tmp_path / "schemas")])
    assert result.exit_code == 0
    schema = json.loads((tmp_path / "schemas" / "flows.schema.json").read_text())
    assert schema["additionalProperties"] is False
    assert {"FlowSpec", "CollectSpec", "Then"} <= set(schema["$defs"])
    assert "if" in schema["$defs"]["Then"]["properties"]
