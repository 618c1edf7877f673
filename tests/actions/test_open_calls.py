"""Answers with the calls' own figures: open calls first, else those that open next."""

from datetime import timedelta

from tests.actions.calls_made import make_call
from tests.actions.conftest import Stage


def test_open_calls_with_their_deadlines(stage: Stage) -> None:
    make_call(stage.session, code="ageing")
    text = stage.heard("action_tell_open_calls")
    assert text.startswith("utter_open_now")
    assert "The ageing call" in text
    assert "deadline=" in text


def test_calls_that_open_next_when_none_is_open(stage: Stage) -> None:
    call = make_call(stage.session, code="ageing")
    before = stage.at(call.opens_at - timedelta(days=1))
    text = before.heard("action_tell_open_calls")
    assert text.startswith("utter_opening_next")
    assert "opens=" in text


def test_no_call_at_all(stage: Stage) -> None:
    assert stage.heard("action_tell_open_calls") == "utter_nothing_open()"


def test_what_comes_with_each_call(stage: Stage) -> None:
    make_call(stage.session, code="ageing", offering="Up to £500")
    make_call(stage.session, code="silent")
    text = stage.heard("action_tell_offerings")
    assert text.startswith("utter_offerings")
    assert "offering=Up to £500" in text
    assert "silent" not in text


def test_where_no_call_says_what_it_offers_the_open_ones_are_named(stage: Stage) -> None:
    make_call(stage.session, code="ageing")
    assert stage.heard("action_tell_offerings").startswith("utter_open_now")
