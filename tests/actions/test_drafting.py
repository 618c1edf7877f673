"""Draft answers are the message's own words, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.ideas.drafting import drafts_from
from tests.actions.conftest import CANVAS

GARDEN = (
    "hiya wanna do a gardenin thing with the lot in my nans sheltered housing in kirkby"
    " is there any help goin"
)
SHEDS = (
    "There's tools rusting in sheds all over here and kids with nowt to do. So me and a few dads"
    " want to open a lending shed on our estate. We need a lock-up and some money, thanks"
)


def test_a_first_message_is_taken_at_its_word() -> None:
    assert drafts_from(CANVAS, GARDEN) == {
        "idea_people": "the lot in my nans sheltered housing in kirkby",
        "idea_plan": GARDEN.removeprefix("hiya ").removesuffix(" is there any help goin"),
    }


def test_what_several_sentences_say_is_told_apart() -> None:
    found = drafts_from(CANVAS, SHEDS)
    assert found["idea_problem"].startswith("There's tools rusting in sheds")
    assert "lending shed on our estate" in found["idea_plan"]
    assert found["idea_needs"] == "We need a lock-up and some money"


def test_who_has_lived_it_says_what_and_for_whom() -> None:
    text = (
        "i want to do something for lads coming out of prison because when i came out there was"
        " nothing for me. id want to do a mentoring thing"
    )
    assert drafts_from(CANVAS, text) == {
        "idea_problem": "when i came out there was nothing for me",
        "idea_people": "lads coming out of prison",
        "idea_plan": (
            "i want to do something for lads coming out of prison\nid want to do a mentoring thing"
        ),
    }


def test_who_it_is_for_ends_where_something_else_begins() -> None:
    text = "we run a food pantry in Bootle for 60 families and want to make it a community shop"
    assert drafts_from(CANVAS, text)["idea_people"] == "60 families"


def test_who_did_it_before_is_told_as_well() -> None:
    text = "somewhere for teenagers to go of a night in Speke. There used to be one but it shut"
    assert drafts_from(CANVAS, text)["idea_others"] == "There used to be one"


@pytest.mark.parametrize(
    "text", ["", "hiya", "I have an idea", "is there any help goin for the likes of us round here"]
)
def test_a_message_that_tells_nothing_gives_nothing(text: str) -> None:
    assert drafts_from(CANVAS, text) == {}


def test_apostrophes_of_any_kind_are_kept_as_they_were_written() -> None:
    text = "There’s nowt for the kids here, they can't get to the park and it's miles away"
    assert drafts_from(CANVAS, text)["idea_problem"].startswith("There’s nowt")


_SAID = (
    "hiya theres nothing for the kids cos we want to open a shed need money me and two mates"
    " is there any help . , ! ? İ ’ Don't ταξίδι 🙂 would stop them"
)
_WORDS = st.sampled_from((*_SAID.split(), "\n"))


@given(st.lists(_WORDS, max_size=40).map(" ".join))
def test_every_draft_is_made_of_parts_of_the_message(text: str) -> None:
    for draft in drafts_from(CANVAS, text).values():
        assert "".join(draft.split()) in "".join(text.split()) or all(
            word in text for word in draft.split()
        )


@given(st.text(max_size=400))
def test_no_message_is_too_strange(text: str) -> None:
    drafts_from(CANVAS, text)
