"""Other words for responses, and what is wrong with them before they count."""

from pathlib import Path

import pytest

from actions.registry import ACTIONS, RESPONSES
from dialogues.book import Book
from dialogues.grade import grade_of
from dialogues.loader import open_book
from dialogues.responses import Scope, speak
from dialogues.rewording import Rewording, Words, source_of, with_rewordings, words_of
from dialogues.templates import split, split_messages
from dialogues.wording_checks import Remark, Weight, remarks_on
from tests.content import EditableContent
from tests.reading import read_once

SHIPPED = Path(__file__).parents[2] / "dialogues"
ELSEWHERE = Path(__file__).parents[1] / "elsewhere"


@pytest.fixture(scope="module")
def book() -> Book:
    return read_once(SHIPPED)


def rewording(book: Book, name: str, text: str, *, at: int = 0, **more: str) -> Rewording:
    """The response with another text in one variation."""
    words = list(words_of(book.content, name, more.get("language", "en")))
    words[at] = Words(text, words[at].buttons)
    return Rewording(7, name, more.get("language", "en"), tuple(words))


def remarks(book: Book, it: Rewording) -> list[Remark]:
    return remarks_on(book, book.content, it, actions=ACTIONS, responses=RESPONSES)


def faults(book: Book, it: Rewording) -> list[str]:
    return [f"{x.message} {x.hint}" for x in remarks(book, it) if x.weight is Weight.FAULT]


@pytest.mark.parametrize("folder", [SHIPPED, ELSEWHERE])
def test_said_in_its_own_words_nothing_is_different(folder: Path) -> None:
    content = read_once(folder).content
    own = [
        Rewording(i, name, language, words_of(content, name, language))
        for language in content.programme.languages
        for i, name in enumerate(content.responses)
    ]
    again, misfits = with_rewordings(content, own)
    assert misfits == {}
    assert again == content


@pytest.mark.parametrize(
    "text",
    ["Hello {name}", "a {{brace}} {x}", "One\n---\nTwo {x}\n---\n{y}", "", "{context.value}"],
)
def test_a_template_reads_as_its_author_wrote_it(text: str) -> None:
    assert source_of(split_messages(text)) == text
    assert source_of(split(source_of(split("{{}}")))) == "{{}}"


def test_only_that_response_says_something_else(book: Book) -> None:
    changed, misfits = with_rewordings(
        book.content, [rewording(book, "utter_help", "Press a button.")]
    )
    assert misfits == {}
    assert words_of(changed, "utter_help", "en")[0].text == "Press a button."
    others = {name: it for name, it in changed.responses.items() if name != "utter_help"}
    assert others == {n: it for n, it in book.content.responses.items() if n != "utter_help"}
    before, after = (it.responses["utter_help"].variations[0] for it in (book.content, changed))
    assert [it.payload for it in after.choices] == [it.payload for it in before.choices]


def test_what_follows_from_words_follows_from_these(book: Book) -> None:
    """The crisis lines stand in many texts; a button's title is what its value is called."""
    line = rewording(book, "crisis_line", "Ring {name} now")
    changed, _ = with_rewordings(book.content, [line])
    assert "Ring " in str(changed.constants["crisis_lines"])
    asked = words_of(book.content, "utter_ask_crisis_next", "en")
    titled = tuple(Words(it.text, ("A human", *it.buttons[1:])) for it in asked)
    changed, _ = with_rewordings(
        book.content, [Rewording(1, "utter_ask_crisis_next", "en", titled)]
    )
    assert changed.labels["crisis_next"]["person"] == "A human"


def test_words_for_another_shape_are_left_aside_and_told(book: Book) -> None:
    good = rewording(book, "utter_help", "Press a button.")
    gone = Rewording(2, "utter_gone", "en", (Words("x"),))
    more = Rewording(3, "utter_help", "en", (Words("x"), Words("y")))
    buttons = Rewording(4, "utter_help", "en", (Words("x", ("only one",)),))
    tongue = Rewording(5, "utter_help", "cy", good.words)
    changed, misfits = with_rewordings(book.content, [gone, more, buttons, tongue, good])
    assert set(misfits) == {2, 3, 4, 5}
    assert words_of(changed, "utter_help", "en")[0].text == "Press a button."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Ring {organisation_phon}", "nothing fills {organisation_phon} here"),
        ("Did you mean {organisation_phon}?", "did you mean organisation_phone?"),
        ("A {brace", "single brace"),
        ("<b>Bold", "<b> is not closed"),
        ("<h1>Big</h1>", "not among the tags"),
        ("Fish & chips", "write &amp; for &"),
        ("", "there is nothing to say"),
        ("x" * 4097, "longer than 4096"),
    ],
)
def test_what_cannot_be_said_is_found(book: Book, text: str, fault: str) -> None:
    assert any(fault in it for it in faults(book, rewording(book, "utter_help", text)))


def test_buttons_must_fit_as_well(book: Book) -> None:
    words = words_of(book.content, "utter_help", "en")[0]
    for titles in (("Menu", "Just ring me", "Menu"), ("x" * 65, "a", "b")):
        it = Rewording(1, "utter_help", "en", (Words(words.text, titles),))
        assert faults(book, it)


def test_names_that_people_need_must_stay_and_others_may_go_if_that_is_meant(book: Book) -> None:
    crisis = rewording(book, "utter_crisis", "Please ring somebody.")
    assert any("{crisis_lines}" in it for it in faults(book, crisis))
    told = remarks(book, rewording(book, "staff_people_role_given", "Done."))
    assert [(it.weight, it.message) for it in told] == [
        (Weight.ASK, "{name} is left out"),
        (Weight.ASK, "{role} is left out"),
    ]
    constant = remarks(book, rewording(book, "utter_help", "Press a button."))
    assert {it.weight for it in constant} == {Weight.HINT}


def test_a_hard_text_is_only_hinted_at(book: Book) -> None:
    hard = (
        "Prerequisites necessitate comprehensive organisational consideration before submission "
        "of supplementary documentation by representatives."
    )
    told = remarks(book, rewording(book, "utter_help", hard))
    assert {it.weight for it in told} == {Weight.HINT}
    assert any("grade" in it.message for it in told)


def test_what_was_wrong_before_is_not_told_again(book: Book) -> None:
    broken, _ = with_rewordings(book.content, [rewording(book, "utter_menu", "<b>Menu")])
    it = rewording(book, "utter_help", "Press a button.")
    told = remarks_on(book, broken, it, actions=ACTIONS, responses=RESPONSES)
    assert not [x for x in told if x.weight is Weight.FAULT]


def test_grades_rise_with_hard_words() -> None:
    easy = grade_of("We will ring you on Monday. You can tell us then what you need from us.")
    hard = grade_of(
        "Applicants demonstrating organisational capability receive further consideration now."
    )
    assert easy is not None
    assert hard is not None
    assert easy < 4
    assert hard > 12
    assert grade_of("Too short.") is None


def test_a_translation_is_reworded_without_the_other_language(tmp_path: Path) -> None:
    content = EditableContent.copied_to(tmp_path)
    programme = content.file("programme.yml")
    programme.write_text(programme.read_text() + "\nlanguages: [en, cy]\n")
    book = open_book(tmp_path)
    assert words_of(book.content, "utter_help", "cy")[0].text == ""
    english = words_of(book.content, "utter_help", "en")
    it = rewording(book, "utter_help", "Sut mae hyn yn gweithio", language="cy")
    changed, misfits = with_rewordings(book.content, [it])
    assert misfits == {}
    assert words_of(changed, "utter_help", "en") == english
    assert words_of(changed, "utter_help", "cy")[0].text == "Sut mae hyn yn gweithio"
    response = changed.responses["utter_help"]
    spoken = speak(response, Scope(changed, slots={"language": "cy"}))
    assert spoken is not None
    assert spoken.text == "Sut mae hyn yn gweithio"
    assert spoken.buttons[0].label == english[0].buttons[0]  # not translated: as it was
