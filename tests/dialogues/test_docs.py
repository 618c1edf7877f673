"""The examples in docs/writing-dialogues.md are tried on the shipped content."""

import re
import shutil
from pathlib import Path

import pytest

from dialogues.loader import check, load
from dialogues.testcases import read_cases, run_case
from tests.dialogues.talk import Talk

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "writing-dialogues.md"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The shipped content with the guide's new flow in it, at the paths that the guide names."""
    shipped = shutil.ignore_patterns("*.py", "__pycache__")
    shutil.copytree(ROOT / "dialogues", tmp_path / "dialogues", ignore=shipped)
    examples = re.compile(r"`([\w/]+\.yml)`[^`]*```yaml\n(.*?)```", re.DOTALL)
    for name, text in examples.findall(GUIDE.read_text()):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_the_new_flow_is_sound(written: Path) -> None:
    assert (written / "dialogues" / "flows" / "hall.yml").exists()
    assert check(written / "dialogues") == []


def test_the_new_flow_goes_as_its_test_says(written: Path) -> None:
    [case] = read_cases(written / "tests" / "conversations" / "hall" / "hire.yml")
    assert run_case(case, Talk(load(written / "dialogues"))) == []


def test_the_guide_names_every_part_of_the_language() -> None:
    text = GUIDE.read_text()
    for word in ("/SkipQuestion", "from_entity", "ask_before_filling", "utter_which_x", "misses"):
        assert word in text
