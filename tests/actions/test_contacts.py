"""Contacts: many ways of writing them, one way of keeping them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.contacts import email_address, phone_number
from actions.leads.cards import dialled
from tests.actions.conftest import Attached, Did, Stage


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123",
        "(07700) 900-123",
        "+44 7700 900123",
        "447700900123",
        "00 44 7700 900123",
        "7700900123",
        "it's 07700 900 123, ta",
    ],
)
def test_one_number_however_it_is_written(text: str) -> None:
    assert phone_number(text, "GB") == "+447700900123"


@pytest.mark.parametrize("text", ["", "12", "07911 12345", "07700900123456", "ring me", "L20 8DB"])
def test_no_number(text: str) -> None:
    assert phone_number(text, "GB") is None


def test_a_number_from_abroad_keeps_its_country() -> None:
    assert phone_number("+49 30 901820", "GB") == "+4930901820"
    assert phone_number("030 901820", "DE") == "+4930901820"


def test_a_number_is_shown_as_it_is_dialled() -> None:
    assert dialled("+447700900123", "GB") == "07700 900123"
    assert dialled("+4930901820", "GB") == "+49 30 901820"


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    phone = phone_number(text, "GB")
    assert phone is None or phone_number(phone, "GB") == phone
    email = email_address(text)
    assert email is None or email_address(email) == email


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("sam@example.org", "sam@example.org"),
        ("Sam Smith <Sam@Example.ORG>", "Sam@example.org"),
        ("mailto:sam@example.co.uk.", "sam@example.co.uk"),
        ("it's sam.o'neil+ideas@mail.example.org, thanks", "sam.o'neil+ideas@mail.example.org"),
        ("josé@exämple.de", "josé@exämple.de"),
        ("sam at example dot org", None),
        ("sam@example", None),
        ("sam@@example.org", None),
        ("a..b@example.org", None),
    ],
)
def test_email(text: str, email: str | None) -> None:
    assert email_address(text) == email


def test_a_number_is_normalised(stage: Stage) -> None:
    result = stage.run("validate_lead_phone", lead_phone="0151 496 0123")
    assert result.slots == {"lead_phone": "+441514960123"}
    assert result.responses == []


def test_what_is_no_number_is_refused_kindly(stage: Stage) -> None:
    text = stage.heard("validate_ring_phone", ring_phone="dunno")
    assert stage.results[-1].slots == {"ring_phone": None}
    assert text == "utter_invalid_ring_phone()"


def test_a_shared_contact_counts(stage: Stage) -> None:
    sharing = stage.doing(Did(attachments=(Attached("contact", phone="447700900123"),)))
    result = sharing.run("validate_ring_phone", ring_phone=None)
    assert result.slots == {"ring_phone": "+447700900123"}


def test_an_email_is_normalised_or_refused(stage: Stage) -> None:
    assert stage.run("validate_lead_email", lead_email="it's Sam@Example.org").slots == {
        "lead_email": "Sam@example.org"
    }
    refused = stage.heard("validate_lead_email", lead_email="sam")
    assert refused == "utter_invalid_lead_email()"
