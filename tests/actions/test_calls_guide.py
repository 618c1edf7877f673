"""The examples in docs/calls.md are imported as they stand, with the shipped programme."""

import re
from pathlib import Path

from actions.calls.call_fields import FIELDS
from actions.calls.call_files import read_calls
from bot.call_commands import calls_app
from tests.reading import read_once

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "calls.md").read_text()
PROGRAMME = read_once(ROOT / "dialogues").content.programme


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def test_the_yaml_example_is_sound() -> None:
    [call] = read_calls(examples("yaml")[0], "calls.yml", programme=PROGRAMME)
    assert call.offering is not None
    assert call.is_draft
    assert call.may_close_early == "650 applications"


def test_the_example_of_several_ways_is_sound() -> None:
    whole, ways = examples("yaml")
    text = whole[: whole.index("    criteria:")] + ways
    [call] = read_calls(text, "calls.yml", programme=PROGRAMME)
    assert len(call.criteria[0]["any_of"]) == 2


def test_the_table_is_sound() -> None:
    [table] = examples("csv")
    [call] = read_calls(table, "calls.csv", programme=PROGRAMME)
    assert call.offering == "Tools;\nand time"
    assert call.reminders == ["14d", "2d", "2h"]
    assert len(call.criteria) == 1


def test_the_guide_names_every_field_and_command() -> None:
    commands = [it.name or it.callback.__name__ for it in calls_app.registered_commands]
    for word in (*FIELDS, *commands):
        assert word in GUIDE, word
