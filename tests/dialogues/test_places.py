"""Postcodes and names to boroughs."""

import pytest

from dialogues.model import Content
from dialogues.places import Places
from dialogues.specs import PlacesFile


@pytest.mark.parametrize(
    ("text", "boroughs"),
    [
        ("Bootle", ("sefton",)),
        ("bootle!", ("sefton",)),
        ("Newton le Willows", ("st_helens",)),
        ("st. helens", ("st_helens",)),
        ("Waterside", ("liverpool", "sefton")),
        ("Sothport", ("sefton",)),
        ("town", ("liverpool",)),
        ("L20 3AB", ("sefton",)),
        ("l203ab", ("sefton",)),
        ("l9", ("liverpool", "sefton")),
        ("L1, sorry, L20", ("sefton",)),
        ("L41", ("outside",)),
        ("M1", ("outside",)),
        ("SW1A 1AA", ("outside",)),
        ("L99", ()),
        ("all over Liverpool Bay", ()),
        ("all over bootle", ("sefton",)),
        ("somewhere", ()),
        ("", ()),
    ],
)
def test_as_the_answer(content: Content, text: str, boroughs: tuple[str, ...]) -> None:
    assert content.places.answer(text) == boroughs


@pytest.mark.parametrize(
    ("text", "boroughs"),
    [
        ("a garden in bootle for old folk", ("sefton",)),
        ("off to town for a bit", ()),
        ("near L20 somewhere", ("sefton",)),
        ("the M1 is busy", ()),
        ("write to SW1A 1AA", ("outside",)),
        ("something in Liverpol", ("liverpool",)),
    ],
)
def test_in_a_sentence(content: Content, text: str, boroughs: tuple[str, ...]) -> None:
    assert content.places.find(text) == boroughs


def test_without_places_nothing_is_found() -> None:
    places = Places.of(PlacesFile(boroughs={}))
    assert places.answer("Bootle") == ()


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("all over", True),
        ("we're Everywhere!", True),
        ("round Liverpool Bay", True),
        ("all over bootle", False),
        ("liverpool", False),
        ("", False),
    ],
)
def test_the_whole_area(content: Content, text: str, whole: bool) -> None:
    assert content.places.is_whole_area(text) is whole


def test_no_words_for_the_whole_area_are_never_said() -> None:
    assert not Places.of(PlacesFile(boroughs={})).is_whole_area("all over")
