"""What an answer says, and what is asked or said about it: told by rules that can be explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.ideas.weighing import follow_up_of, hints_for, holds, whole_answers
from dialogues.canvas import Hint
from tests.actions.conftest import CANVAS

_ANSWERS = st.dictionaries(st.sampled_from(tuple(CANVAS.questions)), st.text(min_size=1))


@pytest.mark.parametrize(
    ("question", "text", "asked"),
    [
        ("idea_people", "mums on our estate", "idea_people_count"),
        ("idea_people", "about a dozen mums", None),
        ("idea_people", "20 of the lads", None),
        ("idea_problem", "the park is a state", "idea_problem_known"),
        ("idea_problem", "the park's a state, I see it every day", None),
        ("idea_problem", "Half the street can't get out", None),
        ("idea_needs", "just a grant really, £500", "idea_needs_besides"),
        ("idea_needs", "a grant and somewhere to meet, a hall", None),
        ("idea_needs", "the keys to the hall", None),
        ("idea_team", "just me for now", "idea_team_others"),
        ("idea_team", "just me and my sister", None),
        ("idea_plan", "a lunch club", "idea_plan_first"),
        ("idea_plan", "a lunch club in the hall every Tuesday with soup and a singalong", None),
        ("idea_change", "people would be happier", "idea_change_seen"),
        ("idea_change", "they'd ring each other and we'd see fewer ambulances", None),
        ("idea_title", "Soup", None),
    ],
)
def test_a_second_question_fits_what_was_said(question: str, text: str, asked: str | None) -> None:
    assert follow_up_of(CANVAS, question, text) == asked


def test_the_weightiest_hints_are_said_and_no_more_than_three() -> None:
    assert [hint.name for hint in hints_for(CANVAS, {})] == [
        "plan_missing",
        "problem_missing",
        "people_missing",
    ]


def test_a_whole_idea_gets_no_hint() -> None:
    whole = {
        "idea_problem": "I see it every day: the lads have nowhere to go",
        "idea_people": "about 30 lads",
        "idea_plan": "open the old bowls hut three nights a week with a brew",
        "idea_change": "fewer of them back inside, we'd see them",
        "idea_others": "nobody since the youth club shut",
        "idea_team": "me and four dads",
        "idea_needs": "the keys",
        "idea_going": "two more are learning it",
        "idea_title": "The Hut",
    }
    assert hints_for(CANVAS, whole) == []


@given(_ANSWERS)
def test_every_hint_is_about_one_question_and_is_true(answers: dict[str, str]) -> None:
    hints = hints_for(CANVAS, answers)
    assert len({hint.about for hint in hints}) == len(hints) <= CANVAS.most_hints
    for hint in hints:
        text = answers.get(hint.about)
        assert hint.missing == (text is None)
        assert text is None or holds(CANVAS, hint, text)


@given(_ANSWERS, st.sampled_from(tuple(CANVAS.questions)))
def test_where_there_is_enough_nothing_is_said(answers: dict[str, str], told: str) -> None:
    assert all(hint.about != told for hint in hints_for(CANVAS, answers, enough=[told]))


@given(_ANSWERS)
def test_an_answer_takes_away_the_hint_that_it_is_missing(answers: dict[str, str]) -> None:
    def missing(hints: list[Hint]) -> set[str]:
        return {hint.about for hint in hints if hint.missing}

    assert missing(hints_for(CANVAS, answers)).isdisjoint(answers)


def test_what_was_asked_once_more_stands_behind_its_answer() -> None:
    texts = {"idea_people_count": "about 40", "idea_plan": None, "idea_people": "Kids"}
    assert whole_answers(CANVAS, texts) == {"idea_people": "Kids\nabout 40"}
