"""Subscribing to deadlines: chosen in any words, once, and stopped when asked."""

from datetime import timedelta

import pytest

from actions.calls.following import choose_calls
from storage import due, subscriptions
from storage.models import Subscription
from storage.subscriptions import next_of
from tests.actions.calls_made import make_call
from tests.actions.conftest import NOW, Stage


def subscription_of(stage: Stage) -> Subscription:
    [(found, _call)] = subscriptions.subscriptions_of_chat(
        stage.session, chat_id=stage.context.chat_id
    )
    return found


def test_the_judged_call_is_offered_first(stage: Stage) -> None:
    make_call(stage.session, "one", closes_at=NOW + timedelta(days=2))
    make_call(stage.session, "two", closes_at=NOW + timedelta(days=3))
    [asked] = stage.run("action_ask_remind_call", call_code="two").responses
    assert asked["buttons"] == [
        {"title": "The two call", "payload": "/SetSlots(remind_call=two)"},
        {"title": "The one call", "payload": "/SetSlots(remind_call=one)"},
        {"title": "remind_all()", "payload": "/SetSlots(remind_call=all)"},
    ]


def test_with_nothing_to_choose_it_says_so(stage: Stage) -> None:
    result = stage.run("action_ask_remind_call")
    assert result.slots == {"remind_call": "none"}
    assert result.responses[0]["response"] == "utter_no_calls_to_remind"
    assert stage.run("action_subscribe", remind_call="none").responses == []


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("ageing", ["ageing"]),
        ("The ageing call", ["ageing"]),
        ("the agein call please", ["ageing"]),
        ("complex needs", ["hard"]),
        ("all", ["ageing", "hard"]),
        ("the call", []),
        ("purple", []),
    ],
)
def test_a_call_is_known_by_code_title_or_theme(stage: Stage, words: str, codes: list[str]) -> None:
    offered = [make_call(stage.session), make_call(stage.session, "hard", theme="complex_needs")]
    assert [call.code for call in choose_calls(offered, words)] == codes


def test_words_become_a_code(stage: Stage) -> None:
    make_call(stage.session)
    heard = stage.run("validate_remind_call", remind_call="The Ageing one")
    assert heard.slots == {"remind_call": "ageing"}
    refused = stage.run("validate_remind_call", remind_call="purple")
    assert refused.slots == {"remind_call": None}
    assert refused.responses[0]["response"] == "utter_invalid_remind_call"
    assert stage.run("validate_remind_call", remind_call="ALL").slots == {"remind_call": "all"}


def test_subscribing_says_when(stage: Stage) -> None:
    make_call(stage.session, closes_at=NOW + timedelta(days=3, hours=5))
    text = stage.heard("action_subscribe", remind_call="ageing")
    assert "5pm on Tuesday 3 March (UK time)" in text
    assert "5pm on Wednesday 4 March (UK time)" in text
    assert "3pm on Thursday 5 March (UK time)" in text
    assert subscription_of(stage).next_offset == "2d"


def test_subscribing_twice_is_once(stage: Stage) -> None:
    make_call(stage.session)
    stage.run("action_subscribe", remind_call="ageing")
    before = next_of(subscription_of(stage))
    again = stage.run("action_subscribe", remind_call="ageing")
    assert again.responses[0]["response"] == "utter_subscribed_already"
    assert next_of(subscription_of(stage)) == before


def test_all_of_them(stage: Stage) -> None:
    make_call(stage.session)
    make_call(stage.session, "two")
    assert len(stage.run("action_subscribe", remind_call="all").responses) == 2


def test_the_judged_call_is_meant_when_none_is_named(stage: Stage) -> None:
    make_call(stage.session)
    stage.run("action_subscribe", call_code="ageing")
    assert subscription_of(stage).next_due_at is not None


def test_a_call_with_its_own_plan_down_to_minutes(stage: Stage) -> None:
    make_call(stage.session, closes_at=NOW + timedelta(minutes=10), reminders=["9m", "2m"])
    stage.run("action_subscribe", remind_call="ageing")
    assert subscription_of(stage).next_due_at == NOW + timedelta(minutes=1)


def test_too_late_for_a_reminder_is_said_honestly(stage: Stage) -> None:
    make_call(stage.session, closes_at=NOW + timedelta(minutes=30))
    text = stage.heard("action_subscribe", remind_call="ageing")
    assert "utter_subscribed_too_late" in text
    assert "time_left=30 minutes" in text


def test_a_call_that_has_closed_meanwhile(stage: Stage) -> None:
    make_call(stage.session, closes_at=NOW - timedelta(minutes=1))
    result = stage.run("action_subscribe", remind_call="ageing")
    assert result.responses[0]["response"] == "utter_remind_call_closed"


def test_stopping_and_starting_again(stage: Stage) -> None:
    make_call(stage.session)
    stage.run("action_subscribe", remind_call="ageing")
    assert "The ageing call" in stage.heard("action_stop_reminders")
    assert stage.run("action_stop_reminders").responses[0]["response"] == "utter_no_reminders"
    assert due.next_due_at(stage.session) is None
    stage.run("action_subscribe", remind_call="ageing")
    assert subscription_of(stage).next_offset == "14d"


def test_they_are_listed_with_their_times(stage: Stage) -> None:
    assert stage.run("action_show_reminders").responses[0]["response"] == "utter_no_reminders"
    make_call(stage.session)
    stage.run("action_subscribe", remind_call="ageing")
    text = stage.heard("action_show_reminders")
    assert "The ageing call" in text
    assert text.count("reminder_time(") == 5
    over = stage.at(NOW + timedelta(days=365))
    assert over.run("action_show_reminders").responses[0]["response"] == "utter_no_reminders"
