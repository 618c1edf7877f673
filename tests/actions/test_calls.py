"""The list of calls, with deadlines in words."""

from datetime import timedelta

from tests.actions.calls_made import make_call
from tests.actions.conftest import NOW, Stage


def test_open_coming_and_closed_calls_stand_in_their_sections(stage: Stage) -> None:
    make_call(stage.session, "now")
    make_call(stage.session, "soon", opens_at=NOW + timedelta(days=1))
    make_call(stage.session, "gone", closes_at=NOW - timedelta(days=2))
    text = stage.heard("action_list_calls")
    order = ["_open()", "The now call", "_coming()", "The soon call", "_closed()", "The gone call"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "5pm on Friday 17 April (UK time)" in text


def test_a_call_that_closed_early_is_closed(stage: Stage) -> None:
    call = make_call(stage.session)
    call.closed_early_at = NOW - timedelta(hours=1)
    text = stage.heard("action_list_calls")
    assert "calls_heading_open" not in text
    assert "call_line_closed" in text
    assert "11am on Monday 2 March" in text


def test_a_withdrawn_call_is_not_spoken_of(stage: Stage) -> None:
    make_call(stage.session).withdrawn_at = NOW
    assert stage.heard("action_list_calls") == "utter_no_calls()"


def test_old_calls_are_not_spoken_of(stage: Stage) -> None:
    make_call(stage.session, opens_at=NOW - timedelta(days=200), closes_at=NOW - timedelta(days=91))
    assert stage.heard("action_list_calls") == "utter_no_calls()"


def test_a_title_is_escaped(stage: Stage) -> None:
    make_call(stage.session).title = "Tea & <talk>"
    assert "Tea &amp; &lt;talk&gt;" in stage.heard("action_list_calls")
