"""What counts as reached, and how it is told."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dialogues.__main__ import app
from dialogues.coverage import Coverage, measure, read_trace, write_trace
from dialogues.exchange import Asked, Did, Incoming
from dialogues.marks import Kind, Mark
from dialogues.model import Content
from tests.dialogues.talk import CONTENT_FOLDER, Talk

cli = CliRunner()


@pytest.fixture
def seen(content: Content) -> set[Mark]:
    """What a conversation about joining the garden as a group comes by."""
    talk = Talk(content)
    marks: set[Mark] = set()
    for text in ("join the garden", "a group", "charity"):
        talk.say(text)
        marks.update(talk.outcome.marks)
    return marks


def missed(coverage: Coverage, flow: str) -> list[str]:
    [part] = [it for it in coverage.flows if it.name == flow]
    return [f"{it.mark.step} {it.words}".rstrip() for it in part.missed]


def test_nothing_is_reached_without_a_conversation(content: Content) -> None:
    whole = measure(content, []).whole
    assert (whole.steps.reached, whole.branches.reached) == (0, 0)
    assert len(whole.missed) == whole.steps.all + whole.branches.all
    assert whole.total.percent == 0


def test_steps_and_ways_are_reached(content: Content, seen: set[Mark]) -> None:
    told = missed(measure(content, seen), "join_garden")
    assert not {"utter_join_intro", "collect_who", 'collect_who if slots.who = "group"'} & {*told}
    assert "collect_who else" in told
    assert "collect_agreed" in told


def test_choices_are_reached_by_button_or_by_words(content: Content, seen: set[Mark]) -> None:
    told = missed(measure(content, seen), "join_garden")
    assert [it for it in told if it.startswith("collect_who ") and "else" not in it] != []
    assert Mark(Kind.ANSWER, "join_garden", "collect_who", "group") in seen


def test_a_refusal_is_reached(content: Content) -> None:
    talk = Talk(content)
    state = talk.state
    state.slots |= {"who": "me", "borough": "sefton", "adult": True}
    talk.saved = state.to_json()
    talk.say("join the garden", "0")
    assert Mark(Kind.SAID, "join_garden", "collect_people", "utter_too_few") in talk.outcome.marks


def test_a_corrected_choice_is_one(content: Content) -> None:
    talk = Talk(content)
    talk.say("join the garden", "a group")
    asked = Asked("join_garden", "collect_who")
    talk.take(Incoming(Did.PRESS, payload="/SetSlots(who=me)", asked=asked))
    assert Mark(Kind.ANSWER, asked.flow, asked.step, "me") in talk.outcome.marks


def test_marks_hold_no_free_text(content: Content) -> None:
    talk = Talk(content)
    talk.say("ring me", "0151 496 0001")
    talk.say("talk to a person", "my heart is broken")
    assert not [it for it in talk.outcome.marks if "heart" in it.what or "0151" in it.what]


# --- the command -------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str, str]:
    result = cli.invoke(app, ["coverage", "--folder", str(CONTENT_FOLDER), *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def trace(tmp_path: Path, content: Content, seen: set[Mark]) -> Path:
    path = tmp_path / "build" / "trace.json"
    write_trace(path, content, seen)
    return path


def test_a_trace_comes_back_as_it_was(trace: Path, content: Content, seen: set[Mark]) -> None:
    assert read_trace(trace) == (content.digest, seen)


def test_the_report_names_file_and_line(trace: Path) -> None:
    code, said, _ = run(str(trace))
    assert code == 0
    assert "garden.yml:9: join_garden.collect_who: else: not reached" not in said
    lines = [it for it in said.splitlines() if "join_garden.collect_who: else" in it]
    assert lines[0].endswith("garden.yml:17: join_garden.collect_who: else: not reached")
    assert said.splitlines()[-1].startswith("total")


def test_traces_add_up(tmp_path: Path, trace: Path, content: Content) -> None:
    other = tmp_path / "other.json"
    write_trace(other, content, [Mark(Kind.STEP, "tell_news", "utter_news")])
    assert "tell_news.utter_news: not reached" in run(str(trace))[1]
    assert "tell_news.utter_news: not reached" not in run(str(trace), str(other))[1]


def test_the_bar(trace: Path) -> None:
    assert run(str(trace), "--fail-under", "1")[0] == 0
    assert run(str(trace), "--fail-under", "99")[0] == 1


def test_the_report_for_scripts(trace: Path) -> None:
    code, said, _ = run(str(trace), "--json", "--fail-under", "100")
    report = json.loads(said)
    assert code == 1
    assert report["steps"]["reached"] < report["steps"]["all"]
    [flow] = [it for it in report["flows"] if it["name"] == "tell_news"]
    assert flow["percent"] == 0
    [point] = flow["missed"]
    assert (point["flow"], point["step"], point["branch"]) == ("tell_news", "utter_news", None)
    assert Path(point["file"]).name == "garden.yml"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"digest": 1, "marks": 3}', '{"marks": [["a"]]}']
)
def test_no_trace(tmp_path: Path, text: str) -> None:
    path = tmp_path / "trace.json"
    path.write_text(text)
    code, _, said = run(str(path))
    assert code == 2
    assert said.startswith("error: TRACE: ")
    assert run(str(tmp_path / "nowhere.json"))[0] == 2


def test_a_trace_of_older_content_is_told(tmp_path: Path, trace: Path) -> None:
    data = json.loads(trace.read_text())
    trace.write_text(json.dumps({**data, "digest": "older", "marks": [["step", "gone", "x", ""]]}))
    code, _, said = run(str(trace))
    assert code == 0
    assert "the content has changed since" in said
