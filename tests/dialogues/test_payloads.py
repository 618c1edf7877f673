"""What a button's payload says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.payloads import Payload, parse


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("hello there", Payload(None, "hello there")),
        ("/menu", Payload("menu")),
        ("/ChangeAnswer(a.b)", Payload("ChangeAnswer", "a.b")),
        ("/SetSlots(a=b)", Payload("SetSlots", "a=b", {"a": "b"})),
        (
            "/SetSlots(a=null, b = two words)",
            Payload("SetSlots", "a=null, b = two words", {"a": None, "b": "two words"}),
        ),
    ],
)
def test_parsed(text: str, payload: Payload) -> None:
    assert parse(text) == payload


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("/SetSlots(a=null, b = two words)", {"a": None, "b": "two words"}),
        ('/SetSlots(a="x, \\"y\\" (z)")', {"a": 'x, "y" (z)'}),
        ("/SetSlots(a=)", {"a": ""}),
    ],
)
def test_settings(text: str, slots: dict[str, str | None]) -> None:
    assert parse(text).slots == slots


def test_an_intent_may_bring_answers() -> None:
    payload = parse("/hire_hall(hall_people=12)")
    assert (payload.name, payload.slots) == ("hire_hall", {"hall_people": "12"})
    assert parse("/ChangeAnswer(a.b)").slots == {}


@pytest.mark.parametrize(
    "text", ["/", "/a b", "/SetSlots()", "/SetSlots(a)", "/SetSlots(=b)", "/1"]
)
def test_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@given(st.text())
def test_any_text_is_a_payload_or_refused(text: str) -> None:
    try:
        payload = parse(text)
    except ValueError:
        assert text.startswith("/")
    else:
        assert (payload.name is None) is not text.startswith("/")
