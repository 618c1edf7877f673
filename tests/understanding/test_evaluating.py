"""The command that says how well messages are understood, and its figures."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dialogues.__main__ import app
from dialogues.understanding.evaluation import auroc
from tests.dialogues.talk import CONTENT_FOLDER
from tests.understanding.conftest import KEPT

cli = CliRunner()
FOLDER = ["--folder", str(CONTENT_FOLDER)]
TEXTS = {
    "ask_news": ["any news", "what is the news in town"],
    "borrow_tool": ["lend me a spade", "any news"],
    "crisis_or_distress": ["i want to die", "all is dark"],
    "out_of_scope": ["zzz"],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(TEXTS))
    return path


def test_figures(file: Path) -> None:
    result = cli.invoke(app, ["evaluate", str(file), "--json", *FOLDER])
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert data["crisis_recall"] == 0.5
    assert data["crisis_false_alarms"] == 0
    assert data["accuracy"] == pytest.approx(0.5, abs=0.2)
    assert set(data["per_intent"]) == set(TEXTS) - {"out_of_scope"}
    assert data["per_intent"]["ask_news"] == {"count": 2, "accuracy": 1.0, "top3": 1.0}
    assert data["confusion"]["borrow_tool"] == {"ask_news": 1}
    assert data["out_of_scope_auroc"] > 0.5


def test_for_people(file: Path) -> None:
    result = cli.invoke(app, ["evaluate", str(file), *FOLDER])
    assert "accuracy" in result.stdout
    assert "borrow_tool" in result.stdout


@pytest.mark.parametrize(("bar", "code"), [("0.1", 0), ("1", 1)])
def test_a_bar(file: Path, bar: str, code: int) -> None:
    result = cli.invoke(app, ["evaluate", str(file), "--min-accuracy", bar, *FOLDER])
    assert result.exit_code == code


def test_a_list_is_held_against_the_crisis_rules_alone(tmp_path: Path) -> None:
    path = tmp_path / "calm.yml"
    path.write_text("- i want to die\n- hello\n- any news\n- bye\n")
    data = json.loads(cli.invoke(app, ["evaluate", str(path), "--json", *FOLDER]).stdout)
    assert data["crisis_false_alarms"] == 0.25
    assert data["accuracy"] is None


@pytest.mark.parametrize("written", ["", "just words", "a: b", "a: [1]", "a: [x", "{}"])
def test_no_such_texts(tmp_path: Path, written: str) -> None:
    path = tmp_path / "texts.yml"
    path.write_text(written)
    result = cli.invoke(app, ["evaluate", str(path), *FOLDER])
    assert result.exit_code == 2
    assert result.stderr.startswith("error: FILE: ")
    assert cli.invoke(app, ["evaluate", str(tmp_path / "none.yml")]).exit_code == 2


def test_every_stage_is_shown() -> None:
    arguments = ["understand", "cn we appyl from bootle", "--json", "--data-dir", str(KEPT.parent)]
    data = json.loads(cli.invoke(app, arguments).stdout)
    assert data["read as"] == "cn we apply from bootle"
    assert data["entities"][0].startswith("borough sefton")
    assert data["model"] == "trained"
    assert data["thresholds"].startswith("act 0.")


def test_the_thresholds_are_shown() -> None:
    result = cli.invoke(app, ["train", "--data-dir", str(KEPT.parent)])
    assert result.exit_code == 0
    assert result.stdout.startswith("acted on from a confidence of 0.")


def test_too_few_examples_to_train() -> None:
    result = cli.invoke(app, ["train", str(CONTENT_FOLDER)])
    assert result.exit_code == 1
    assert result.stderr.startswith("error: EXAMPLES: ")


def test_an_encoder_that_is_not_there() -> None:
    result = cli.invoke(app, ["understand", "hello", "--encoder", "nowhere.onnx"])
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ENCODER_PATH: ")


SURE = st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), min_size=1, max_size=8)


@given(SURE, SURE)
def test_auroc_is_the_share_of_pairs_in_order(outside: list[float], inside: list[float]) -> None:
    pairs = [(one < other) + (one == other) / 2 for one in outside for other in inside]
    assert auroc(outside, inside) == pytest.approx(sum(pairs) / len(pairs), abs=1e-4)


def test_no_auroc_of_nothing() -> None:
    assert auroc([], [0.5]) is None
