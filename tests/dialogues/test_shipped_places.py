"""The places of the shipped content: which borough a postcode or a neighbourhood lies in."""

import re

import pytest

from dialogues.model import Content
from tests.content import SHIPPED
from tests.reading import read_once

LIVERPOOL = "1-8 11-13 15 17-19 25 27"
SEFTON = "20-23 29-31 37 38"
KNOWSLEY = "26 28 32 33 36"
SHARED = {
    "L9": {"liverpool", "sefton"},
    "L10": {"sefton", "liverpool", "knowsley"},
    "L14": {"liverpool", "knowsley"},
    "L16": {"liverpool", "knowsley"},
    "L24": {"liverpool", "halton"},
    "L34": {"knowsley", "st_helens"},
    "L35": {"knowsley", "st_helens"},
    "CH62": {"wirral", "outside"},
    "WA2": {"st_helens", "outside"},
    "WA3": {"st_helens", "outside"},
    "WA4": {"halton", "outside"},
    "WA5": {"st_helens", "outside"},
    "WA7": {"halton", "outside"},
    "WN4": {"st_helens", "outside"},
    "WN5": {"st_helens", "outside"},
}


def numbered(area: str, numbers: str) -> list[str]:
    """`L` and "1-3 5" as L1, L2, L3, L5."""
    found = []
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", numbers):
        found += [f"{area}{it}" for it in range(int(first), int(last or first) + 1)]
    return found


IN_ONE = {
    "liverpool": numbered("L", LIVERPOOL),
    "sefton": [*numbered("L", SEFTON), "PR8", "PR9"],
    "knowsley": numbered("L", KNOWSLEY),
    "wirral": numbered("CH", "41-49 60 61 63"),
    "halton": ["WA8"],
    "st_helens": numbered("WA", "9-12"),
    "outside": ["L39", "L40", "CH64", "CH65", "CH66"],
}
OLD = numbered("L", "41-49 60-66")


@pytest.fixture(scope="module")
def shipped() -> Content:
    return read_once(SHIPPED).content


@pytest.mark.parametrize("borough", IN_ONE)
def test_a_district_in_one_borough_is_settled(shipped: Content, borough: str) -> None:
    found = {shipped.places.answer(f"{district} 1AA") for district in IN_ONE[borough]}
    assert found == {(borough,)}


@pytest.mark.parametrize("far", ["M1 1AE", "SW1A 1AA", "B1", "EH1 1YZ"])
def test_other_parts_of_the_country_are_outside(shipped: Content, far: str) -> None:
    assert shipped.places.answer(far) == ("outside",)


def test_a_shared_district_may_be_any_of_its_boroughs(shipped: Content) -> None:
    found = {it: set(shipped.places.answer(f"{it} 1AA")) for it in SHARED}
    assert found == SHARED


def test_the_list_holds_these_districts_and_no_others(shipped: Content) -> None:
    told = {it for districts in IN_ONE.values() for it in districts} | set(SHARED)
    assert {it.upper() for it in shipped.places.postcodes.known} == told


def test_a_postcode_from_before_1999_still_counts(shipped: Content) -> None:
    for district in OLD:
        new = district.replace("L", "CH")
        assert shipped.places.answer(district) == shipped.places.answer(new), district


@pytest.mark.parametrize(
    ("said", "boroughs"),
    [
        ("Newton", {"st_helens", "wirral"}),
        ("Newton-le-Willows", {"st_helens"}),
        ("Hale", {"halton", "knowsley"}),
        ("Hale Village", {"halton"}),
        ("Halewood", {"knowsley"}),
        ("Aintree", {"liverpool", "sefton"}),
        ("Aintree Village", {"sefton"}),
        ("Eccleston", {"st_helens", "outside"}),
        ("Eccleston Park", {"st_helens"}),
        ("Orrell", {"sefton", "outside"}),
        ("Orrell Park", {"liverpool"}),
        ("Beechwood", {"halton", "wirral"}),
        ("Moss Bank", {"halton", "st_helens"}),
        ("Upton", {"halton", "wirral"}),
        ("Thornton", {"sefton"}),
        ("Thornton Hough", {"wirral"}),
        ("Sefton Park", {"liverpool"}),
        ("Skem", {"outside"}),
    ],
)
def test_a_name_that_two_places_bear_is_asked_back(
    shipped: Content, said: str, boroughs: set[str]
) -> None:
    assert set(shipped.places.answer(said)) == boroughs


def test_each_borough_has_dozens_of_neighbourhoods(shipped: Content) -> None:
    for borough in shipped.programme.boroughs:
        names = [name for name, found in shipped.places.names.names.items() if borough in found]
        assert len(names) >= 48, borough


def test_every_borough_is_one_of_the_programme_s(shipped: Content) -> None:
    named = {it for found in shipped.places.names.names.values() for it in found}
    asked = {it for found in shipped.places.asked_names.names.values() for it in found}
    districts = {it for found in shipped.places.postcodes.known.values() for it in found}
    assert named | asked | districts == {*shipped.programme.boroughs, "outside"}
