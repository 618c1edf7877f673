"""The canvas is content: what it names has to be there, and worded."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from dialogues.loader import check, load
from tests.reading import read_once

SHIPPED = Path(__file__).parents[2] / "dialogues"


class Fault(NamedTuple):
    """What is put in place of what in the canvas, and what is then found."""

    old: str
    new: str
    rule: str
    message: str


FAULTS = {
    "a slot that is not there": Fault(
        "  idea_going: {}", "  idea_gone: {}", "no-slot", "there is no slot idea_gone"
    ),
    "a slot that is no text": Fault(
        "  idea_going: {}", "  adult: {}", "slot-type", "adult is bool, and an answer"
    ),
    "a slot that no flow collects": Fault(
        "  idea_going: {}", "  link_source: {}", "not-asked", "no flow asks about link_source"
    ),
    "an unknown signal": Fault(
        "when: [alone]", "when: [lonely]", "no-signal", "there is no signal lonely"
    ),
    "a hint about nothing": Fault(
        "about: idea_others", "about: idea_else", "no-question", "there is no question idea_else"
    ),
    "a hint without words": Fault(
        "name: going_missing", "name: going_gone", "no-response", "no response hint_going_gone"
    ),
    "a title that is not asked": Fault(
        "title: idea_title", "title: idea_name", "no-question", "there is no question idea_name"
    ),
    "a pattern that is none": Fault(
        r"- '\bwanna\b'", r"- '(wanna'", "shape", "is not a regular expression"
    ),
    "a key that nobody knows": Fault("most_hints: 3", "most_hint: 3", "unknown-key", "most_hint"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "content"))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_in_the_canvas_is_found_at_its_line(folder: Path, fault: Fault) -> None:
    path = folder / "canvas.yml"
    text = path.read_text()
    assert text.count(fault.old) == 1
    path.write_text(text.replace(fault.old, fault.new))
    line = text[: text.index(fault.old)].count("\n") + 1
    found = [it for it in check(folder) if it.file.endswith("canvas.yml")]
    assert any(it.rule == fault.rule and fault.message in it.message for it in found), found
    assert any(it.line in (line, line - 1) for it in found), (line, found)


def test_content_without_a_canvas_asks_about_no_idea(folder: Path) -> None:
    (folder / "canvas.yml").unlink()
    canvas = load(folder).programme.canvas
    assert canvas.slots == ()
    assert canvas.title is None


def test_the_shipped_canvas_asks_eight_to_ten_questions() -> None:
    canvas = read_once(SHIPPED).content.programme.canvas
    assert 8 <= len(canvas.questions) <= 10


def test_each_question_says_why_and_gives_two_examples_and_other_words() -> None:
    content = read_once(SHIPPED).content
    for name in content.programme.canvas.questions:
        asked = content.responses[f"utter_ask_{name}"].variations[0].text.plain or ""
        assert "Why:" in asked, name
        assert asked.count("“") == 2, name
        assert f"utter_ask_{name}_simpler" in content.responses
