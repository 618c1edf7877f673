"""The condition language: what holds, what does not, and what is refused."""

import logging
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.compiling.conditions import ConditionError, parse

SLOTS: dict[str, Any] = {
    "age": 18.0,
    "name": "Ann Lee",
    "borough": "sefton",
    "yes": True,
    "no": False,
    "none": None,
    "one": 1.0,
    "list": ["a", "b"],
}
CONTEXT = {"misses": 2}


@pytest.mark.parametrize(
    "text",
    [
        "slots.age = 18",
        "slots.age is 18.0",
        "slots.age >= 18 and slots.age <= 18",
        "slots.age > 17.5",
        "slots.age < 19",
        "slots.age != 17",
        "slots.age is not 17",
        'slots.borough = "sefton"',
        "slots.borough is 'sefton'",
        "slots.none is null",
        "slots.borough is not null",
        "slots.missing is null",
        "slots.yes",
        "slots.yes = true",
        "not slots.no",
        "not not slots.yes",
        "slots.no or slots.yes",
        "slots.yes or slots.no and slots.no",
        "not slots.no and slots.yes",
        "(slots.no or slots.yes) and not (slots.no)",
        'slots.name matches "^Ann\\b"',
        'slots.name contains "Lee"',
        'slots.list contains "a"',
        '{"sefton", "wirral"} contains slots.borough',
        '{"sefton" "wirral"} contains slots.borough',
        "context.misses > 1",
        'slots.name = "Ann Lee" ',
    ],
)
def test_holds(text: str) -> None:
    assert parse(text).holds(SLOTS, CONTEXT)


@pytest.mark.parametrize(
    "text",
    [
        "slots.none < 1",
        "slots.none > 1",
        "slots.none contains 1",
        "slots.none matches 'x'",
        "slots.yes = 1",
        "slots.one = true",
        "slots.name matches 'Bob'",
        "context.missing",
        "slots.no and slots.yes",
    ],
)
def test_does_not_hold(text: str) -> None:
    assert not parse(text).holds(SLOTS, CONTEXT)


@pytest.mark.parametrize("text", ["slots.name > 3", "slots.age contains 1"])
def test_unlike_types_are_false_and_logged(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert not parse(text).holds(SLOTS, CONTEXT)
    assert caplog.records


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("slots.a ==  1", "equal is written ="),
        ("slots.a = ", "the end"),
        ("slots.a = 1 slots.b", "unexpected slots.b"),
        ("age > 3", "neither slots.NAME"),
        ("slots.a.b = 1", "neither slots.NAME"),
        ("(slots.a", ") is missing"),
        ("slots.a matches '('", "not a regular expression"),
        ("slots.a matches 3", "quoted regular expression"),
        ("{slots.a} contains 1", "plain values"),
        ("slots.a & slots.b", "unexpected &"),
        ("and", "neither slots.NAME"),
    ],
)
def test_refuses(text: str, words: str) -> None:
    with pytest.raises(ConditionError, match=words.replace(")", r"\)").replace("(", r"\(")):
        parse(text)


def test_names_what_it_uses() -> None:
    condition = parse("slots.a = 1 or not (slots.b and context.c)")
    assert condition.names("slots") == ["a", "b"]
    assert condition.names("context") == ["c"]


@given(st.text(alphabet="slots.context ()=<>!andornotis'\"{}1a", max_size=40))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    with suppress(ConditionError):
        parse(text).holds(SLOTS, CONTEXT)


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_compares_as_numbers_do(left: float, right: float) -> None:
    slots = {"a": left, "b": right}
    for op, expected in ((">", left > right), ("<=", left <= right), ("=", left == right)):
        assert parse(f"slots.a {op} slots.b").holds(slots, {}) is expected
