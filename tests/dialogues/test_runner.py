"""What the runner promises to those who call it."""

from typing import Any

import pytest

from dialogues.exchange import Asked, Button, Did, Incoming, Medium
from dialogues.findings import ActionFaultError, EndlessTurnError
from dialogues.model import Content
from dialogues.runner import ActionCall, ActionResult, Said
from dialogues.state import MAX_DEPTH
from tests.dialogues.talk import Talk


def test_the_state_that_was_given_is_left_as_it_was(talk: Talk) -> None:
    state = talk.state
    talk.runner.take(
        state, Incoming(Did.TEXT, "/join"), run_action=lambda _: ActionResult(), now=talk.now
    )
    assert state == talk.state
    assert state.turn == 0


def test_questions_carry_where_they_were_asked(talk: Talk) -> None:
    talk.say("/join")
    assert [reply.asked for reply in talk.outcome.replies] == [
        None,
        Asked("join_garden", "collect_who"),
    ]


def test_an_action_sees_where_it_stands(talk: Talk) -> None:
    talk.say("/join", "Just me", "Sefton", "Yes, I am", "3", "A pond")
    call = talk.calls[-1]
    assert (call.name, call.flow, call.step) == ("action_book", "join_garden", "action_book")
    assert call.text == "A pond"
    assert call.slots["dream"] == "A pond"
    call.slots["dream"] = "changed"
    assert talk.slots["dream"] == "A pond"


def test_an_action_sets_and_says(content: Content) -> None:
    said = [
        Said(
            "utter_booked", values={"name": "<Ann>", "place": "here"}, buttons=[Button("x", "/y")]
        ),
        Said(text="<i>as it is</i>", image="a.png"),
        Said(document="b.pdf"),
        Said(),
    ]
    result = ActionResult({"history": ["a"]}, said)
    talk = Talk(content, action_book=lambda _call: result)
    talk.say("/join", "Just me", "Sefton", "Yes, I am", "3", "A pond")
    first, second, third, _question = talk.outcome.replies
    assert first.text == "Booked for &lt;Ann&gt;: <b>here</b>"
    assert first.buttons == (Button("x", "/y"),)
    assert (second.text, second.image) == ("<i>as it is</i>", "a.png")
    assert third.document == "b.pdf"
    assert talk.slots["history"] == ["a"]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (ActionResult({"nothing": 1}), "action_book sets nothing, which is no slot"),
        (ActionResult({"who": "nobody"}), "action_book sets who to what it cannot be"),
        (ActionResult(said=[Said("utter_none")]), "action_book says utter_none"),
    ],
)
def test_a_faulty_action_is_named(content: Content, result: ActionResult, words: str) -> None:
    talk = Talk(content, action_book=lambda _call: result)
    talk.say("/join", "Just me", "Sefton", "Yes, I am", "3")
    with pytest.raises(ActionFaultError, match=words):
        talk.say("A pond")


def test_what_an_action_raises_goes_through(content: Content) -> None:
    def fail(_call: ActionCall) -> ActionResult:
        raise ZeroDivisionError

    talk = Talk(content, action_book=fail)
    talk.say("/join", "Just me", "Sefton", "Yes, I am", "3")
    with pytest.raises(ZeroDivisionError):
        talk.say("A pond")
    outcome = talk.runner.apologise(talk.state)
    assert [reply.response for reply in outcome.replies] == ["utter_sorry", "utter_ask_dream"]
    assert outcome.state.question == Asked("join_garden", "collect_dream")


def test_flows_that_go_round_are_stopped(talk: Talk) -> None:
    with pytest.raises(EndlessTurnError, match="go_round"):
        talk.say("go round and round")


def test_restart_forgets_everything_after_the_last_word(talk: Talk) -> None:
    talk.say("/join", "Just me", "Sefton", "forget me")
    assert talk.names == ["utter_forgotten"]
    assert talk.state.stack == []
    assert talk.slots["borough"] is None
    assert talk.state.turn == 4


def test_after_a_restart_what_is_kept_is_known(talk: Talk) -> None:
    talk.actions["action_forget"] = lambda _call: ActionResult(
        slots={"borough": "outside"}, restart=True, kept=frozenset({"borough"})
    )
    talk.say("/join", "Just me", "Sefton", "forget me")
    assert talk.slots["borough"] == "outside"
    assert talk.state.stack == []


def test_a_second_event_is_told_too(content: Content) -> None:
    talk = Talk(content)
    talk.say("/order_seeds")
    for words in ("Hiya", "Are you there?"):
        values = {"staff_words": words}
        talk.take(Incoming(Did.INTERNAL, payload="/staff_message", values=values))
        assert words in talk.text


def test_an_event_in_a_crisis_leaves_its_question_open(talk: Talk) -> None:
    talk.say("lend me a tool", "i want to die")
    values = {"staff_words": "Hiya"}
    talk.take(Incoming(Did.INTERNAL, payload="/staff_message", values=values))
    assert talk.names == ["utter_staff_words", "utter_ask_crisis_next"]


def test_a_crisis_in_a_crisis_asks_once(talk: Talk) -> None:
    talk.say("lend me a tool", "i want to die", "really, i want to die")
    assert [frame.flow for frame in talk.state.stack] == ["borrow_tool", "pattern_crisis"]


def test_a_correction_that_is_refused_says_why_and_changes_nothing(talk: Talk) -> None:
    talk.say("/join", "Just me", "Sefton", "Yes, I am", "3")
    asked = Asked("join_garden", "collect_people")
    talk.take(Incoming(Did.EDIT, "many", asked=asked))
    assert talk.names == ["utter_edit_noted", "utter_ask_dream"]
    talk.take(Incoming(Did.PRESS, payload="/SetSlots(people=5000)", asked=asked))
    assert talk.names == ["utter_too_many", "utter_people_again", "utter_ask_dream"]
    assert talk.slots["people"] == 3


def test_long_answers_are_told_shortly(talk: Talk) -> None:
    talk.say("/join", "Just me", "Sefton", "Yes, I am", "3", "A pond " * 200)
    asked = Asked("join_garden", "collect_dream")
    talk.take(Incoming(Did.EDIT, "A bench", asked=asked))
    assert talk.names == ["utter_changed", "utter_ask_agreed"]
    assert len(talk.text) < 400


def test_an_event_after_the_content_has_changed(talk: Talk) -> None:
    talk.say("/join")
    talk.saved["stack"][0]["flow"] = "gone"
    values = {"staff_words": "Hiya"}
    talk.take(Incoming(Did.INTERNAL, payload="/staff_message", values=values))
    assert "Hiya" in talk.text
    assert "utter_content_changed" in talk.names


def test_an_event_without_a_flow_is_an_error(talk: Talk) -> None:
    with pytest.raises(LookupError):
        talk.take(Incoming(Did.INTERNAL, payload="/nothing"))


def test_the_stack_is_bounded(talk: Talk) -> None:
    talk.say("/join")
    for _ in range(MAX_DEPTH):
        for text in ("lend me a tool", "/ring_me", "/order_seeds", "/talk_to_human", "/pick_day"):
            talk.take(Incoming(Did.PRESS, payload=f"/{_intent(text)}"))
            assert len(talk.state.stack) <= MAX_DEPTH


def _intent(text: str) -> str:
    return text.removeprefix("/") if text.startswith("/") else "borrow_tool"


@pytest.mark.parametrize(
    "payload", [None, "", "/", "/SetSlots(", "/SetSlots(gone=1)", "/SetSlots(who=nobody)", "/gone"]
)
def test_a_button_that_means_nothing_any_more(talk: Talk, payload: str | None) -> None:
    talk.say("/join")
    talk.take(Incoming(Did.PRESS, payload=payload))
    assert talk.names == ["utter_old_button", "utter_ask_who"]


@pytest.mark.parametrize("payload", ["/SkipQuestion", "/Repeat", "/GoBack", "/Cancel"])
def test_an_old_button_about_another_question(talk: Talk, payload: str) -> None:
    talk.say("/join")
    talk.take(Incoming(Did.PRESS, payload=payload, asked=Asked("borrow_tool", "collect_tool")))
    assert talk.names == ["utter_old_button", "utter_ask_who"]


def test_a_button_that_says_something_is_taken_as_typed(talk: Talk) -> None:
    talk.say("/join")
    talk.take(Incoming(Did.PRESS, "x", payload="just me"))
    assert talk.names == ["utter_ask_borough"]


def test_an_old_question_answered_by_reply(talk: Talk) -> None:
    talk.say("/join", "Just me", "Sefton")
    talk.take(Incoming(Did.TEXT, "Liverpool", asked=Asked("join_garden", "where")))
    assert talk.names == ["utter_changed", "utter_ask_adult"]


def test_going_back_to_the_open_question_of_an_interrupted_flow(talk: Talk) -> None:
    talk.say("/join", "Just me", "lend me a tool")
    asked = Asked("join_garden", "where")
    talk.take(Incoming(Did.PRESS, payload="/SetSlots(borough=sefton)", asked=asked))
    assert talk.names == ["utter_ask_adult"]
    assert [frame.flow for frame in talk.state.stack] == ["borrow_tool", "join_garden"]


def test_changing_an_answer_by_its_button_later(talk: Talk) -> None:
    talk.say("/join", "Just me", "Sefton", "change my answer")
    payload = next(it for label, it in talk.state.offered if label == "Your area")
    talk.say("Yes, I am")
    talk.take(Incoming(Did.PRESS, payload=payload))
    assert talk.names == ["utter_back", "utter_ask_borough"]
    talk.say("cancel")
    talk.take(Incoming(Did.PRESS, payload=payload))
    assert talk.names == ["utter_old_button"]


def test_nothing_to_repeat_is_answered_all_the_same(talk: Talk) -> None:
    talk.say("/start")
    assert talk.say("what?") == ["utter_anything_else"]


def test_nothing_said_at_all(talk: Talk) -> None:
    talk.say("/join")
    talk.take(Incoming(Did.TEXT, "  "))
    assert talk.names == ["utter_invalid_who"]


def test_the_kept_attachment_names_its_slot(talk: Talk) -> None:
    talk.say("here is a picture")
    talk.send(Medium.VOICE)
    call = next(it for it in talk.calls if it.name == "action_keep_attachment")
    assert call.slots["answering_slot"] == "picture"
    assert call.slots["picture"] == "voice"


def test_understanding_does_nothing(talk: Talk) -> None:
    talk.say("/join")
    before = talk.saved
    reading = talk.runner.understand(talk.state, Incoming(Did.TEXT, "just me"))
    assert reading.stage == "answer"
    assert talk.saved == before


def test_crisis_and_misses_are_told(talk: Talk) -> None:
    talk.say("i want to die")
    assert talk.outcome.crisis
    assert talk.outcome.understood
    talk.say("wibble wobble")
    assert not talk.outcome.understood


def test_the_trace_holds_no_words_of_the_resident(talk: Talk) -> None:
    talk.say("ring me", "07700 900123")
    assert not any("900123" in line for line in talk.outcome.trace)


def test_unsettled_slots_are_reset_to_their_first_value(talk: Talk) -> None:
    talk.say("ring me", "07700 900123")
    slots: dict[str, Any] = talk.slots
    assert slots["ring_count"] == 0
    assert slots["phone"] is None
