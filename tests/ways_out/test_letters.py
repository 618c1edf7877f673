"""E-mail as it goes out: well formed, whatever is in it."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.ways_out.letters import Letter, Letters, to_text
from tests.world import MONDAY

LETTERS = Letters(sender="hello@example.org", organisation="Capacity – The Lab")


def read(letter: Letter) -> EmailMessage:
    """As a mail program reads it."""
    sent = LETTERS.message(letter, at=MONDAY).as_bytes()
    assert max(map(len, sent.split(b"\r\n"))) < 998
    message = message_from_bytes(sent, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def letter(**more: str) -> Letter:
    fields = {"to": "kim@example.org", "subject": "Hello", "body": "Hello <b>Kim</b>", "key": "1"}
    return Letter(**{**fields, **more})


@given(some.text(max_size=300), some.text(max_size=300))
def test_nothing_in_it_becomes_a_header(subject: str, body: str) -> None:
    nasty = f"{subject}\r\nBcc: all@example.org\n{body}"
    message = read(letter(subject=nasty, body=body))
    assert sorted(message.keys()) == sorted(read(letter()).keys())
    assert message["Bcc"] is None
    assert message["To"].addresses[0].addr_spec == "kim@example.org"


@pytest.mark.parametrize("to", ["kim@example.org\r\nBcc: all@example.org", "kim", "a@b, c@d"])
def test_an_address_that_is_none_is_no_address(to: str) -> None:
    with pytest.raises(Exception, match=r".+"):
        LETTERS.message(letter(to=to), at=MONDAY)


def test_it_is_text_and_the_same_as_html() -> None:
    message = read(
        letter(
            body='Rusty <tools> &amp; <b>sheds</b>\n<a href="https://example.org/x">here</a>',
            link="https://example.org/staff",
            link_words="Open it",
            stop="https://example.org/stop",
        )
    )
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    text = plain.get_content().replace("\r\n", "\n")
    assert "Rusty  & sheds\nhere (https://example.org/x)" in text
    assert "Open it:\nhttps://example.org/staff" in text
    assert "&amp; <b>sheds</b><br>" in html.get_content()
    assert message["List-Unsubscribe"] == "<https://example.org/stop>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_repeat_is_the_same_e_mail_and_one_thread_stands_together() -> None:
    first, again = read(letter(key="1", thread="t")), read(letter(key="1", thread="t"))
    second, other = read(letter(key="2", thread="t")), read(letter(key="3", thread="u"))
    assert first["Message-ID"] == again["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"] != other["References"]
    assert first["Message-ID"].endswith("@example.org>")


def test_the_words_of_a_link_tell_where_it_leads() -> None:
    assert to_text('See <a href="https://example.org">this</a>, please') == (
        "See this (https://example.org), please"
    )
