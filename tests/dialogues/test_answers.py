"""Which messages answer a question, and with what."""

from dataclasses import replace

import pytest

from dialogues.model import Content
from dialogues.understanding.answers import Answer, Pressed, Question, Unclear, Value, exact, loose
from dialogues.understanding.entities.contacts import email_in, phone_in
from dialogues.understanding.entities.numbers import number_in
from dialogues.understanding.own_words import own_yes_or_no
from dialogues.understanding.text import normalise, squeeze, strip_fillers, windows
from tests.dialogues.talk import Talk


def answer(talk: Talk, text: str) -> Answer | None:
    """What the open question makes of a text."""
    asked = talk.state.question
    assert asked is not None
    step = next(it for it in talk.content.flows[asked.flow].collects() if it.id == asked.step)
    question = Question(talk.content, talk.content.slots[step.slot], talk.state.offered)
    said = normalise(text)
    return exact(question, text, said) or loose(question, text, said)


@pytest.fixture
def who(talk: Talk) -> Talk:
    talk.say("/join")
    return talk


@pytest.fixture
def adult(talk: Talk) -> Talk:
    talk.say("/join", "Just me", "Sefton")
    return talk


@pytest.mark.parametrize("text", ["just me", "Just me!", "um, just me please", "JUST ME"])
def test_a_label_presses_its_button(who: Talk, text: str) -> None:
    assert answer(who, text) in {Pressed("/SetSlots(who=me)"), Value("me")}


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1", 1),
        ("one", 1),
        ("number two", 2),
        ("2.", 2),
        ("option 3", 3),
        ("the first one", 1),
        ("the second", 2),
        ("last one", 3),
        ("the last", 3),
    ],
)
def test_a_number_presses_its_button(who: Talk, text: str, position: int) -> None:
    assert answer(who, text) == Pressed(who.state.offered[position - 1][1])


@pytest.mark.parametrize("text", ["0", "4", "17", "1 2", "first second", "2 dozen"])
def test_numbers_that_no_button_has(who: Talk, text: str) -> None:
    assert answer(who, text) is None


@pytest.mark.parametrize("text", ["group", "its a group", "gruop", "we are a group, me and mates"])
def test_a_value_may_be_named_misspelt_or_among_other_words(who: Talk, text: str) -> None:
    found = answer(who, text)
    assert found == Value("group")


@pytest.mark.parametrize("text", ["only me", "myself", "just for myself"])
def test_synonyms(who: Talk, text: str) -> None:
    assert answer(who, text) == Value("me")


def test_two_values_are_asked_back(who: Talk) -> None:
    assert answer(who, "a group with pets") == Unclear(["group", "pets"])


@pytest.mark.parametrize("text", ["we are not a group", "is a group ok?", "wibble", "e", "grp"])
def test_what_is_no_answer(who: Talk, text: str) -> None:
    assert answer(who, text) is None


@pytest.mark.parametrize(
    "text",
    ["yes", "Yesss", "yeah", "aye", "y", "👍", "👍🏿", "YEAH GO ON", "um yes please", "yes i am"],
)
def test_yes(adult: Talk, text: str) -> None:
    assert answer(adult, text) in {Value(True), Pressed("/SetSlots(adult=true)")}


@pytest.mark.parametrize("text", ["no", "nah", "nope", "👎", "not yet", "no im 17", "nooo"])
def test_no(adult: Talk, text: str) -> None:
    assert answer(adult, text) in {Value(False), Pressed("/SetSlots(adult=false)")}


OF_AGE = {"yes": ["Over 18"], "no": ["nearly 18"], "yes_from": 18, "around": ["im", "i", "am"]}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("im 45", True),
        ("45", True),
        ("18+", True),
        ("I am twenty", True),
        ("um, over 18 please", True),
        ("im 16", False),
        ("17", False),
        ("nearly 18!", False),
        ("over 21", None),
        ("can a 16 year old apply", None),
        ("i am", None),
    ],
)
def test_a_question_may_have_its_own_words_for_yes_and_no(
    adult: Talk, text: str, meant: bool | None
) -> None:
    slot = replace(adult.content.slots["adult"], metadata=OF_AGE)
    assert own_yes_or_no(slot, normalise(text), adult.content.language.lexicon) is meant


def test_without_words_of_its_own_a_number_is_neither(adult: Talk) -> None:
    assert answer(adult, "45") is None


@pytest.mark.parametrize("text", ["maybe", "why do you ask?", "yes what is this for?"])
def test_neither_yes_nor_no(adult: Talk, text: str) -> None:
    assert answer(adult, text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("about 12 of us", 12),
        ("£1,200", 1200),
        ("20k", 20000),
        ("3.5", 3.5),
        ("a dozen", 12),
        ("about a dozen of us", 12),
        ("twenty five", 25),
        ("two", 2),
        ("twenty", 20),
        ("none at all", None),
    ],
)
def test_numbers(content: Content, text: str, number: float | None) -> None:
    assert number_in(text, content.language.lexicon.quantities) == number


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("07700 900123", "07700 900123"),
        ("its 0151-496-0123 ta", "0151-496-0123"),
        ("+44 (0)7700 900123", "+44 (0)7700 900123"),
        ("12 of us", None),
    ],
)
def test_phone_numbers(text: str, phone: str | None) -> None:
    assert phone_in(text) == phone


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("me@example.org", "me@example.org"),
        ("write to a.b@c.org.uk.", "a.b@c.org.uk"),
        ("me@", None),
    ],
)
def test_email_addresses(text: str, email: str | None) -> None:
    assert email_in(text) == email


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yesss!!", "yess"),
        ("Newton-le-Willows", "newton le willows"),
        ("don’t know", "dont know"),
        ("R&D", "r and d"),
        ("  ", ""),
        ("👍🏽", "👍"),
        ("CAFÉ", "café"),
        ("snake_case", "snake case"),
    ],
)
def test_normalised(text: str, said: str) -> None:
    assert normalise(text) == said


def test_small_tools_for_words() -> None:
    assert squeeze("yess okk") == "yes ok"
    assert list(windows("a b c", 2)) == ["a b", "b c", "a", "b", "c"]
    assert strip_fillers("um um yes please", frozenset({"um", "please"})) == "yes"
    assert strip_fillers("um", frozenset({"um"})) == "um"
