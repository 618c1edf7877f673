"""What one person is told of others: numbers that give nobody away, and never a word of theirs."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.matching.likeness import Alike
from actions.matching.neighbours import Neighbour
from actions.matching.others import STEP, others_values
from bot.pipeline.wording import Wording
from storage.likeness import Matched
from tests.reading import read_once

CONTENT = read_once(Path(__file__).parents[2] / "dialogues").content
WORDING = Wording(CONTENT)
WORDS: Any = SimpleNamespace(programme=CONTENT.programme, say=WORDING.say)

people = st.lists(
    st.tuples(
        st.sampled_from(["sefton", "wirral", "outside", None]),
        st.sampled_from(["ageing", "complex_needs", None]),
    ),
    min_size=1,
    max_size=30,
)
texts = st.text(min_size=1)


def said(facts: list[tuple[str | None, str | None]], words: str = "x") -> str:
    """What somebody is told when these people have an idea like theirs."""
    found = [
        Neighbour(
            Matched(
                number,
                number,
                number,
                "telegram",
                {"borough": borough, "theme": theme},
                {words: [words]},
            ),
            Alike(1.0, (words,), borough, theme),
        )
        for number, (borough, theme) in enumerate(facts, start=1)
    ]
    return WORDING.reply("utter_others", others_values(WORDS, found)).text


@given(facts=people, words=texts)
def test_nothing_that_others_said_is_told(
    facts: list[tuple[str | None, str | None]], words: str
) -> None:
    assert said(facts, words) == said(facts)


@given(facts=people)
def test_no_number_counts_out_a_few(facts: list[tuple[str | None, str | None]]) -> None:
    told = [int(number) for number in re.findall(r"\d+", said(facts))]
    assert all(number >= STEP and number % STEP == 0 for number in told)


@given(facts=people, borough=st.sampled_from(["sefton", "wirral"]))
def test_nobody_sees_whether_one_more_of_a_few_is_there(
    facts: list[tuple[str | None, str | None]], borough: str
) -> None:
    """Who knows all the others cannot tell from the numbers whether somebody has joined them,
    unless a step is reached."""
    more = [*facts, (borough, None)]
    at_borough = sum(it[0] == borough for it in facts)
    if at_borough and (at_borough + 1) % STEP and len(more) % STEP:
        assert said(facts) == said(more)


def test_two_ideas_of_one_person_are_one_person() -> None:
    found = [
        Neighbour(Matched(number, 7, 7, "telegram", {}, {"x": ["x"]}), Alike(1.0))
        for number in range(STEP)
    ]
    assert "a few people" in others_values(WORDS, found)["count"]


def test_without_anybody_there_is_nothing_to_tell() -> None:
    with pytest.raises(ValueError, match="nobody"):
        others_values(WORDS, [])
