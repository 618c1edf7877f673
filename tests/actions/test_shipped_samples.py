"""The sample calls that are shipped: one for each theme, complete, and marked as made up."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from actions.calls.call_files import load_samples
from actions.criteria.criteria import Criterion, criteria_in
from actions.criteria.verdicts import criteria_of
from actions.times.deadlines import parse_offset
from dialogues.model import Content
from storage.models import Call
from tests.actions.conftest import NOW
from tests.reading import read_once
from tests.world import ROOT

FOLDER = ROOT / "dialogues"


@pytest.fixture(scope="module")
def content() -> Content:
    return read_once(FOLDER).content


@pytest.fixture
def samples(session: Session, content: Content) -> list[Call]:
    found = load_samples(session, FOLDER / "samples.yml", programme=content.programme, now=NOW)
    return [saved.call for saved in found]


def criteria(samples: list[Call]) -> Iterator[Criterion]:
    for call in samples:
        yield from criteria_in(criteria_of(call))


def test_each_theme_has_a_call_that_lies_ahead(samples: list[Call], content: Content) -> None:
    themes = content.programme.themes.keys() - {"something_else"}
    assert sorted(call.theme for call in samples) == sorted(themes)
    assert all(call.closes_at > NOW for call in samples)
    assert {call.opens_at > NOW for call in samples} == {True, False}


def test_nobody_takes_them_for_real(samples: list[Call]) -> None:
    for call in samples:
        assert call.illustrative
        assert "(illustrative)" in call.title
        assert call.link is not None
        assert call.link.startswith("https://example.org/illustrative/")


def test_what_a_call_can_say_is_shown_by_them(samples: list[Call]) -> None:
    assert all(call.offering and call.reminders for call in samples)
    assert any(call.may_close_early for call in samples)
    plans = [parse_offset(offset) for call in samples for offset in call.reminders or ()]
    assert any(offset.worked == "wd" for offset in plans)
    assert any(condition.get("any_of") for call in samples for condition in call.criteria)


def test_nobody_hears_a_bare_no(samples: list[Call]) -> None:
    for one in criteria(samples):
        assert one.fix, one
        if one.unmet == "not_yet" and one.fact != "stage":
            assert one.takes, one


def test_their_places_are_all_those_of_the_programme(samples: list[Call], content: Content) -> None:
    placed = [one for one in criteria(samples) if one.fact == "borough"]
    assert placed
    for one in placed:
        assert sorted(one.expected) == sorted(content.programme.boroughs)
