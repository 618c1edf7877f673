"""What staff write after `/changes REFERENCE`."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.leads.change_wishes import Unclear, Wish, reminder_at, until_said, wish_in
from tests.reading import read_once
from tests.world import ROOT

NAMED = {
    "idea_problem": "What's wrong",
    "idea_people": "Who it's for",
    "idea_plan": "What you'd do",
    "idea_title": "The name",
}
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("written", "questions", "words"),
    [
        ("2 please say how many", ["idea_people"], "please say how many"),
        ("1 3 more please", ["idea_problem", "idea_plan"], "more please"),
        ("1, 3 and 4 more please", ["idea_problem", "idea_plan", "idea_title"], "more please"),
        ("#2", ["idea_people"], ""),
        ("2 2 twice", ["idea_people"], "twice"),
        ("2: 30 people a week?", ["idea_people"], "30 people a week?"),
        ("who its for please say how many", ["idea_people"], "please say how many"),
        ("whats rong, the name: clearer please", ["idea_problem", "idea_title"], "clearer please"),
        ("plan and people how, and for whom", ["idea_plan", "idea_people"], "how, and for whom"),
        ("peple say how many people", ["idea_people"], "say how many people"),
    ],
)
def test_numbers_and_names(written: str, questions: list[str], words: str) -> None:
    assert wish_in(written, NAMED) == Wish(questions, words)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("7 please", "7"),
        ("0", "0"),
        ("please say how many", "please say how many"),
        ("1 banana: more", "banana"),
    ],
)
def test_what_names_no_answer_is_said_back(written: str, said: str) -> None:
    assert wish_in(written, NAMED) == Unclear(said)


@given(st.text(max_size=60))
def test_nothing_that_is_written_breaks_it(written: str) -> None:
    wish = wish_in(written, NAMED)
    if isinstance(wish, Wish):
        assert wish.questions
        assert set(wish.questions) <= NAMED.keys()


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("how many?", 8),
        ("how many, by friday", 5),
        ("how many? until 12 June", 12),
        ("by 2026-06-03", 3),
        ("by 2026-05-03", 8),  # gone by
        ("say by whom", 8),
    ],
)
def test_until_when(words: str, day: int) -> None:
    moments = read_once(ROOT / "dialogues").content.programme.moments
    until = until_said(words, moments, now=NOW, zone=LONDON, days=7)
    assert until == datetime(2026, 6, day, 23, 59, tzinfo=LONDON)


def test_the_reminder_comes_after_two_days_or_half_way_and_not_at_night() -> None:
    day = timedelta(days=1)
    quiet = "20:00-09:00"
    for until, at in (
        (NOW + 7 * day, NOW + 2 * day),
        (NOW + day, datetime(2026, 6, 2, 8, tzinfo=UTC)),
    ):
        assert reminder_at(NOW, until, zone=LONDON, quiet=quiet) == at
