"""What messages mention: a table of messages with the slots that they fill, and what holds for all
of them. The messages are none of those that the figures are from."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from dialogues.model import Content
from dialogues.understanding.answers import Pressed, Question, Unclear, Value, exact, loose
from dialogues.understanding.entities.filling import entity_slots, mentioned
from dialogues.understanding.entities.finding import entities_in
from dialogues.understanding.entities.numbers import Kind, numbers_in
from dialogues.understanding.text import normalise, words_of
from tests.content import SHIPPED
from tests.reading import read_once

TABLE = yaml.safe_load((Path(__file__).parent / "entities.yml").read_text(encoding="utf-8"))
ASKED = [(slot, text, it) for slot, them in TABLE["asked"].items() for text, it in them.items()]
SHIPPED_CONTENT = read_once(SHIPPED).content
NAMES = SHIPPED_CONTENT.places.names
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def shipped() -> Content:
    return SHIPPED_CONTENT


def filled(content: Content, text: str) -> dict[str, Any]:
    slots = entity_slots(content, content.flows["check_eligibility"])
    clear, unclear = mentioned(content, slots, text, normalise(text))
    return {**clear, **unclear}


def test_the_table_is_large_and_says_nothing_twice() -> None:
    texts = [it["text"] for it in TABLE["said"]]
    assert len(texts) >= 150
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("row", TABLE["said"], ids=lambda row: row["text"] or "nothing")
def test_a_message_fills_these_slots_and_no_others(shipped: Content, row: dict[str, Any]) -> None:
    assert filled(shipped, row["text"]) == row["slots"]


@pytest.mark.parametrize(("slot", "text", "meant"), ASKED)
def test_the_answer_to_a_question(shipped: Content, slot: str, text: str, meant: Any) -> None:
    question = Question(shipped, shipped.slots[slot], ())
    found = exact(question, text, normalise(text)) or loose(question, text, normalise(text))
    assert not isinstance(found, Pressed)
    values = found.values if isinstance(found, Unclear) else None
    assert (values or (found.value if isinstance(found, Value) else None)) == meant


# --- what holds for all of them ------------------------------------------------------------------


@st.composite
def misspelt(draw: st.DrawFn, errors: int) -> tuple[str, str]:
    """A name that allows so many errors, and the same with them; the first letter is right."""
    names = sorted(it for it in NAMES.names if len(it) >= (9 if errors == 2 else 6))
    name = draw(st.sampled_from(names))
    written = name
    for _ in range(errors):
        at = draw(st.integers(1, len(written) - 2))
        letter = draw(st.sampled_from(LETTERS))
        other = written[at + 1]
        written = draw(
            st.sampled_from(
                [
                    written[:at] + written[at + 1 :],
                    written[:at] + letter + written[at:],
                    written[:at] + letter + written[at + 1 :],
                    written[:at] + other + written[at] + written[at + 2 :],
                ]
            )
        )
    return name, written


@settings(max_examples=400, deadline=None)
@given(pair=st.one_of(misspelt(1), misspelt(2)))
def test_a_misspelt_name_is_found_or_asked_about(pair: tuple[str, str]) -> None:
    """Never is a wrong borough taken without asking."""
    name, written = pair
    places = SHIPPED_CONTENT.places
    assume(written not in NAMES.names and not any(it.isdigit() for it in written))
    assume(OSA.distance(name, written) <= 2)  # a letter mistyped after it was swapped counts thrice
    assume(not any(it.said in NAMES.words | NAMES.around for it in words_of(written)))
    assume(not any(part in NAMES.names for part in written.split()))
    assume(not places.whole_area.search(written))
    found = places.answer(written)
    assert found == () or set(NAMES.names[name]) & set(found)


@settings(max_examples=200, deadline=None)
@given(pair=misspelt(1))
def test_a_name_with_one_error_is_found(pair: tuple[str, str]) -> None:
    name, written = pair
    assume(" " not in name and " " not in written and written not in NAMES.names)
    assume(normalise(written) == written and written not in NAMES.words | NAMES.around)
    assume(not any(it.isdigit() for it in written))
    assert set(NAMES.names[name]) <= set(SHIPPED_CONTENT.places.find(f"were in {written} pal"))


@given(number=st.integers(1, 999_999))
def test_figures_are_read_with_and_without_their_commas(number: int) -> None:
    words = SHIPPED_CONTENT.language.lexicon.quantities
    for text in (f"{number} of us", f"{number:,} of us"):
        [found] = numbers_in(text, words)
        assert (found.value, found.kind) == (number, Kind.PEOPLE)
        assert text[found.start : found.end] == text


@given(low=st.integers(1, 99), more=st.integers(1, 99), join=st.sampled_from(["-", " to ", " or "]))
def test_of_a_range_the_lower_end_counts(low: int, more: int, join: str) -> None:
    words = SHIPPED_CONTENT.language.lexicon.quantities
    [found] = numbers_in(f"{low}{join}{low + more} of us", words)
    assert (found.value, found.low, found.high) == (low, low, low + more)


@given(text=st.text(max_size=80))
def test_whatever_is_written_its_entities_stand_in_it(text: str) -> None:
    for entity in entities_in(SHIPPED_CONTENT, text):
        assert 0 <= entity.start < entity.end <= len(text)
        assert entity.values
    assert isinstance(filled(SHIPPED_CONTENT, text), dict)


def test_no_everyday_word_of_the_examples_is_taken_for_a_place(shipped: Content) -> None:
    """Thousands of texts that residents may write: what is near a name there is one."""
    misread = []
    for text in examples():
        for mention in shipped.places.mentions(text):
            said = normalise(text[mention.start : mention.end])
            is_name = {said, said.removesuffix("s")} & NAMES.names.keys()  # or "Litherland's"
            if not is_name and not any(it.isdigit() for it in said):
                misread.append(said)
    assert misread == []


def examples() -> list[str]:
    found: list[str] = []
    for path in sorted((SHIPPED / "nlu").glob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu") or ():
            texts = item["examples"]
            lines = texts if isinstance(texts, list) else texts.splitlines()
            found += [str(line).removeprefix("- ") for line in lines]
    return found


def test_a_message_is_read_within_a_millisecond(shipped: Content) -> None:
    texts = [it["text"] for it in TABLE["said"]]
    rounds = []
    for _ in range(5):
        begun = time.process_time()
        for text in texts:
            filled(shipped, text)
        rounds.append((time.process_time() - begun) / len(texts))
    assert min(rounds) < 0.001
