"""How alike two ideas are, by the language that is shipped."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.matching.likeness import (
    Alike,
    Likable,
    Rarity,
    Wordbook,
    by_sound,
    compare,
    mentions,
    wordbook,
)
from actions.programme import Likeness
from dialogues.programme import Likeness as Language
from tests.reading import read_once

LANGUAGE: Likeness = read_once(Path(__file__).parents[2] / "dialogues").content.programme.likeness
BOOK: Wordbook = wordbook(LANGUAGE)
EVERY_WORD_ONCE = Rarity({}, 100)

GARDEN = "hiya wanna do a gardenin thing with the lot in my nans sheltered housing in kirkby"
BEDS = "Raised beds by the sheltered flats, so that old folk can grow tomatoes"
SHEDS = "There's tools rusting in sheds all over here and kids with nowt to do"

places = st.sampled_from(["sefton", "wirral", None])
themes = st.sampled_from(["ageing", "complex_needs", None])
SAID = """garden gardn gardening tools tool repair older people pensioners the and help choir coir
    sheltered flats shelterd dementia lunch lnch 火 ёлка straße ' 12 a"""
vocabulary = st.sampled_from(SAID.split())
texts = st.lists(vocabulary, max_size=30).map(" ".join) | st.text(max_size=60)
likables = st.builds(
    lambda text, borough, theme: Likable(by_sound(BOOK.words([text])), borough, theme),
    texts,
    places,
    themes,
)
rarities = st.builds(
    Rarity,
    st.dictionaries(st.sampled_from(["grdn", "older people", "sheltered housing"]), st.integers(1)),
    st.integers(0, 10_000),
)


def likable(text: str, borough: str | None = None, theme: str | None = None) -> Likable:
    return Likable(by_sound(BOOK.words([text])), borough, theme)


def stems(text: str) -> set[str]:
    return {word.stem for word in BOOK.words([text])}


def alike(one: str, other: str) -> Alike | None:
    return compare(likable(one), likable(other), EVERY_WORD_ONCE)


def test_two_that_mean_the_same_in_other_words_are_alike_and_it_is_said_why() -> None:
    found = compare(
        likable(GARDEN, "sefton", "ageing"), likable(BEDS, "sefton", None), EVERY_WORD_ONCE
    )
    assert found is not None
    assert (found.borough, found.theme) == ("sefton", None)
    said = mentions(list(BOOK.words([GARDEN])), list(BOOK.words([BEDS])), found)
    assert sorted(said) == ["garden", "older people", "sheltered housing"]


def test_two_about_something_else_are_not_alike() -> None:
    assert alike(GARDEN, SHEDS) is None


@pytest.mark.parametrize(
    "words",
    [
        "gardens gardener gardening garden",
        "party parties",
        "trained training",
        "walks walking",
        "nan grandad pensioners OAPs elderly",
        "alzheimer's dementia",
    ],
)
def test_forms_of_a_word_are_one(words: str) -> None:
    assert len({tuple(stems(word)) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("tomatoes onions", "tomatos onoins"),
        ("dementia lunch", "dementai lucnh"),
        ("ukulele orchestra", "ukelele orchestr"),
    ],
)
def test_a_slip_of_the_pen_is_forgiven(right: str, wrong: str) -> None:
    assert alike(right, wrong) is not None


def test_words_that_stand_together_in_both_are_told_together() -> None:
    one, other = "we would lend wooden boats", "a place for wooden boats"
    found = alike(one, other)
    assert found is not None
    assert mentions(list(BOOK.words([one])), list(BOOK.words([other])), found) == ["wooden boats"]


def test_one_word_alone_may_be_chance_but_not_at_the_same_place_about_the_same_thing() -> None:
    one, other = "a ukulele for everybody", "my ukulele was stolen"
    assert alike(one, other) is None
    same = {"borough": "sefton", "theme": "ageing"}
    assert compare(likable(one, **same), likable(other, **same), EVERY_WORD_ONCE) is not None


def test_a_rare_word_weighs_more() -> None:
    rarity = Rarity({"rare": 2, "common": 900}, 1_000)
    assert rarity("rare") > rarity("common") > 0


def test_without_a_language_words_count_where_they_are_spelt_alike() -> None:
    book = wordbook(Language())
    words = [by_sound(book.words([it])) for it in ("The shed", "the SHED", "sheds")]
    assert words[0] == words[1] != words[2]


@given(one=likables, other=likables, rarity=rarities)
def test_likeness_is_mutual(one: Likable, other: Likable, rarity: Rarity) -> None:
    assert compare(one, other, rarity) == compare(other, one, rarity)


@given(other=likables, rarity=rarities, borough=places, theme=themes)
def test_an_idea_without_words_is_like_nothing(
    other: Likable, rarity: Rarity, borough: str | None, theme: str | None
) -> None:
    assert compare(Likable({}, borough, theme), other, rarity) is None


@given(one=texts, other=texts)
def test_what_is_told_stands_in_both(one: str, other: str) -> None:
    left, right = list(BOOK.words([one])), list(BOOK.words([other]))
    found = alike(one, other)
    if found is not None:
        said = mentions(left, right, found)
        for words in (left, right):
            shown = {word.sound for word in words}
            assert all(word.sound in shown for word in BOOK.words(said))


@given(text=texts)
def test_who_says_the_same_at_the_same_place_is_alike_if_anything_is_said(text: str) -> None:
    one = likable(text, "sefton", "ageing")
    assert (compare(one, one, EVERY_WORD_ONCE) is not None) == bool(one.stems)
