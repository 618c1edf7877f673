"""Reading YAML with its lines."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dialogues.compiling.yaml_source import Source, read


def source(tmp_path: Path, text: str) -> Source:
    path = tmp_path / "a.yml"
    path.write_text(text)
    return read(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("false", False),
        ('"true"', "true"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0012", "0012"),
        ("1.50", 1.5),
        ("20:00", "20:00"),
        ("2025-06-02", "2025-06-02"),
        ("116 123", "116 123"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
    ],
)
def test_only_true_and_false_are_booleans(tmp_path: Path, text: str, value: Any) -> None:
    data = source(tmp_path, f"a: {text}\n").data
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


def test_lines_are_kept(tmp_path: Path) -> None:
    found = source(tmp_path, "a:\n  - b: 1\n    c: 2\n\n  - d\n")
    assert found.where("a", 0, "c").line == 3
    assert found.where("a", 1).line == 5
    assert found.where("a", 0, "c", "deeper", 7).line == 3
    assert found.where("nothing").line == 1


def test_aliases_may_be_used(tmp_path: Path) -> None:
    found = source(tmp_path, "a: &x [1]\nb: *x\n")
    assert found.data == {"a": [1], "b": [1]}
    assert not found.findings


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\na: 2\n", 2, "twice"),
        ("a: [1\nb: 2\n", 2, ""),
        ("a: &x [*x]\n", 1, "contain itself"),
        ("a: 1\n<<: {b: 1}\n", 2, "plain word"),
        ("? [a]\n: 1\n", 1, "plain word"),
        ("a: *nothing\n", 1, "undefined alias"),
    ],
)
def test_what_is_wrong_has_a_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    [finding] = source(tmp_path, text).findings
    assert finding.rule == "yaml"
    assert finding.line == line
    assert words in finding.message


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes(b"a: \xff\xfe\n")
    [finding] = read(path).findings
    assert finding.rule == "yaml"


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(st.characters(categories=("L", "N", "P", "S"))),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc", min_size=1), inner),
        max_leaves=10,
    )
)
def test_plain_data_comes_back(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    path = tmp_path_factory.mktemp("y") / "a.yml"
    path.write_text(yaml.safe_dump({"data": data}, allow_unicode=True), encoding="utf-8")
    assert read(path).data == {"data": data}
