"""State survives saving, and whatever has become of the content since."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dialogues.exchange import Asked
from dialogues.model import Content
from dialogues.state import Frame, State
from tests.dialogues.talk import CONTENT_FOLDER, Talk
from tests.reading import read_once

CONTENT = read_once(CONTENT_FOLDER).content
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def _values(name: str) -> st.SearchStrategy[Any]:
    slot = CONTENT.slots[name]
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "text": st.text(),
        "bool": st.booleans(),
        "categorical": st.sampled_from(slot.values or ("",)),
        "float": st.floats(allow_nan=False),
        "list": st.lists(st.text()),
        "any": JSON,
    }
    return st.none() | kinds[slot.type.value]


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    flow = CONTENT.flows[draw(st.sampled_from(sorted(CONTENT.flows)))]
    collects = [step.id for step in flow.collects()]
    some = st.lists(st.sampled_from(collects), unique=True) if collects else st.just([])
    step = draw(st.sampled_from(sorted(flow.steps)))
    return Frame(
        flow.name,
        step,
        asked=step in collects and draw(st.booleans()),
        context=draw(st.dictionaries(st.text(), st.text(), max_size=2)),
        answered=draw(some),
        kept={it: draw(st.text()) for it in draw(some)},
        reasked={it: draw(st.none() | st.text()) for it in draw(some)},
    )


@st.composite
def states(draw: st.DrawFn) -> State:
    state = State.new(CONTENT)
    for name in draw(st.sets(st.sampled_from(sorted(CONTENT.slots)))):
        state.slots[name] = draw(_values(name))
    state.stack = draw(st.lists(frames(), max_size=8))
    state.offered = draw(st.lists(st.tuples(st.text(), st.text()), max_size=3))
    state.turn = draw(st.integers(0, 10**6))
    state.misses = draw(st.integers(0, 5))
    state.last_turn_at = draw(st.none() | st.datetimes(timezones=st.just(UTC)))
    return state


@given(states())
def test_state_comes_back_as_it_was(state: State) -> None:
    saved = json.loads(json.dumps(state.to_json()))
    assert State.from_json(saved, CONTENT) == state


@given(JSON | st.fixed_dictionaries({"slots": JSON, "stack": st.lists(JSON), "turn": JSON}))
def test_no_saved_data_is_an_error(data: Any) -> None:
    state = State.from_json(data, CONTENT)
    assert set(state.slots) == set(CONTENT.slots)
    json.dumps(state.to_json())


def test_only_what_differs_is_saved() -> None:
    assert State.new(CONTENT).to_json() == {"slots": {}, "stack": [], "turn": 0}


def test_a_slot_set_to_null_stays_null() -> None:
    state = State.new(CONTENT)
    state.slots["ring_count"] = None
    assert State.from_json(state.to_json(), CONTENT).slots["ring_count"] is None


def test_a_copy_is_apart(talk: Talk) -> None:
    talk.say("/join", "Just me")
    first, second = talk.state, talk.state
    copy = first.copy()
    copy.slots["who"] = None
    copy.stack[0].answered.clear()
    assert first == second


def test_the_open_question(talk: Talk) -> None:
    assert talk.state.question is None
    talk.say("/join")
    assert talk.state.question == Asked("join_garden", "collect_who")
    assert not talk.state.expects_text
    talk.say("lend me a tool")
    assert talk.state.expects_text


def test_a_flow_that_has_gone_is_dropped_with_an_apology(talk: Talk) -> None:
    talk.say("/join", "Just me", "Sefton")
    talk.saved["stack"][0]["flow"] = "join_the_garden"
    assert talk.state.content_changed
    assert talk.say("Yes, I am") == ["utter_content_changed"]
    assert talk.slots["borough"] == "sefton"
    assert not talk.state.content_changed
    assert talk.say("/join") == ["utter_join_intro", "utter_ask_adult"]


def test_a_step_that_has_gone_starts_its_flow_over_and_keeps_answers(talk: Talk) -> None:
    talk.say("/join", "Just me", "Sefton")
    talk.saved["stack"][0]["step"] = "ask_age"
    expected = ["utter_content_changed", "utter_join_intro", "utter_ask_adult"]
    assert talk.say("Yes, I am") == expected


def test_unknown_slots_and_impossible_values_are_dropped(content: Content) -> None:
    data = {"slots": {"gone": 1, "who": "nobody", "people": "many", "tool": "rake"}}
    state = State.from_json(data, content)
    assert state.slots["tool"] == "rake"
    assert state.slots["who"] is None
    assert state.slots["people"] is None


def test_a_called_flow_whose_caller_has_gone_stands_alone(talk: Talk) -> None:
    talk.say("order seeds", "beans")
    assert [frame.called for frame in talk.state.stack] == [False, True]
    del talk.saved["stack"][0]
    assert [frame.called for frame in talk.state.stack] == [False]
    assert talk.say("Penny Lane") == ["utter_ask_town"]


def test_time_of_the_last_turn_is_kept(talk: Talk) -> None:
    talk.say("/start")
    assert talk.state.last_turn_at == talk.now
    talk.now = datetime(2025, 6, 9, tzinfo=UTC)
    assert talk.say("/start") == ["utter_welcome_back"]
