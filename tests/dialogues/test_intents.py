"""Finding intents, and crisis rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.model import Content
from dialogues.specs import CrisisSpec
from dialogues.understanding.crisis.rules import crisis_rules
from dialogues.understanding.intents import intent_finder
from dialogues.understanding.text import normalise

FINDER = intent_finder(
    [("news", "what is the news"), ("news", "tell me the news"), ("tool", "lend me a spade")],
    {"tool": ["rake"]},
)


@pytest.mark.parametrize(
    ("text", "intent", "least"),
    [
        ("What is the news?", "news", 1.0),
        ("whats is the news", "news", 0.9),
        ("tell me some news", "news", 0.2),
        ("could you lend us a spade", "tool", 0.1),
        ("a rake", "tool", 0.2),
    ],
)
def test_the_likeliest_comes_first(text: str, intent: str, least: float) -> None:
    best, sure = FINDER.classify(text)[0]
    assert best == intent
    assert sure >= least


def test_what_is_like_nothing_has_no_intent() -> None:
    assert FINDER.classify("zzz") == []
    assert intent_finder([], {}).classify("hello") == []


def test_only_whole_examples_are_certain() -> None:
    assert FINDER.whole(normalise("Lend me a spade!")) == ("tool", 1.0)
    assert FINDER.whole("lend me a big old spade") is None
    assert FINDER.whole("zz") is None


@given(st.text(max_size=60))
def test_confidence_is_from_nought_to_one(text: str) -> None:
    ranked = FINDER.classify(text)
    assert all(0 <= sure <= 1 for _, sure in ranked)
    assert [sure for _, sure in ranked] == sorted((sure for _, sure in ranked), reverse=True)


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "i WANT to, die!!",
        "sometimes I could kill myself",
        "ill end it all",
        "i hurt myself",
        "this is the end of everything",
        "the film was long and sad and at the end of it i want to die",
        "weeds make me want to die but honestly i want to die",
    ],
)
def test_crisis(content: Content, text: str) -> None:
    assert content.language.crisis.hit(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "these weeds make me want to die",
        "in that film they want to die",
        "the dahlias die",
        "wanted to diet",
        "",
    ],
)
def test_no_crisis(content: Content, text: str) -> None:
    assert not content.language.crisis.hit(normalise(text))


def test_without_rules_nothing_is_a_crisis() -> None:
    assert not crisis_rules([CrisisSpec()]).hit("i want to die")
