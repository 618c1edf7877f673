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


def test_what_it_offers_its_link_and_an_early_end_are_said_where_it_is_listed(stage: Stage) -> None:
    make_call(
        stage.session,
        offering="£500 & advice",
        link="https://example.org/?a=1&b=2",
        may_close_early="650 applications",
    )
    text = stage.heard("action_list_calls")
    assert "sooner=call_may_close_early(may_close_early=650 applications)" in text
    assert "call_offering(offering=£500 &amp; advice)" in text
    assert "call_link(link=https://example.org/?a=1&amp;b=2)" in text


def test_a_draft_is_not_spoken_of(stage: Stage) -> None:
    make_call(stage.session, is_draft=True, offering="£500")
    assert stage.heard("action_list_calls") == "utter_no_calls()"
    assert stage.heard("action_tell_open_calls") == "utter_nothing_open()"
    assert stage.heard("action_tell_offerings") == "utter_nothing_open()"
    assert stage.heard("action_ask_remind_call") == "utter_no_calls_to_remind()"
    assert stage.heard("action_subscribe", remind_call="ageing") == "utter_remind_call_closed()"
    assert stage.heard("action_judge_calls") == "utter_no_open_calls()"
