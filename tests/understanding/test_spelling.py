"""Typing errors are put right; what is only unknown is left as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.understanding.classifier.spelling import spelling

LANGUAGE = [*(f"[unused{it}]" for it in range(1996)), "the", "garden", "harden", "spade", "form"]
SAID = ["can i apply", "thank you very much", "apply for the grant", "thank you", "a form to fill"]
SPELLING = spelling(SAID * 4, LANGUAGE, ["ta"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("aply for teh grnat", "apply for the grant"),
        ("appply", "apply"),
        ("thnak you", "thank you"),
        ("thank yuo veyr much", "thank you very much"),
        ("gardne", "garden"),
        ("ta", "ta"),
        ("fill a from", "fill a form"),
        ("zbigniew", "zbigniew"),
        ("spoyd", "spoyd"),
        ("", ""),
        ("\N{WAVING HAND SIGN} 2 aply", "\N{WAVING HAND SIGN} 2 apply"),
    ],
)
def test_typing_errors(typed: str, meant: str) -> None:
    assert SPELLING.right(typed) == meant


@given(
    st.lists(
        st.sampled_from(["apply", "the", "can", "i", "thank", "you", "xyzzy", "12"]), max_size=9
    )
)
def test_as_many_words_as_before(words: list[str]) -> None:
    assert len(SPELLING.right(" ".join(words)).split()) == len(words)
