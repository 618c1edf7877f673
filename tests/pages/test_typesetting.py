"""One page, whatever is put on it: accessible, in every script, and never read as markup."""

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.pages.typesetting import typeset
from tests.pages.made import page, place_of, read, words_in

MEDIUM = (
    "There’s tools rusting in sheds all over Kirkby, and kids with nowt to do.",
    "Lads and girls of 12 to 17 on the Northwood estate, about 40 of them.",
    "Open the old bowls hut three afternoons a week. Tools to lend, and a brew.",
    "Fewer kids on the corner by the shops.",
    "Me, I drove a van for 30 years. Shaz from the food bank.",
)


def test_a_page_is_an_a4_picture_and_a_tagged_pdf_for_those_who_have_it_read_out() -> None:
    made = typeset(page("The Tool Hut", *MEDIUM, about=("Knowsley", "Maureen")))
    assert struct.unpack(">II", made.picture[16:24]) == (1191, 1684)
    pdf = read(made.document)
    assert len(pdf.pages) == 1
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  # the PDF's own kind of truth
    assert "/StructTreeRoot" in root
    assert pdf.metadata.title == "The Tool Hut"
    assert b"pdfuaid" in made.document
    words = words_in(made.document)
    for said in (*MEDIUM, "The Tool Hut", "Knowsley", "Maureen", "1 June 2026"):
        assert said in words


def test_the_same_page_is_made_the_same_twice() -> None:
    assert typeset(page("Soup", *MEDIUM)) == typeset(page("Soup", *MEDIUM))


@pytest.mark.parametrize(
    "typed",
    [
        "#sys.inputs and #panic(1)",
        "*bold* _slanted_ `raw` <label> @reference",
        "$x^2$ and £3 or $5",
        "= a heading",
        "- a list / with // a comment /* and another */",
        '#import "/etc/passwd": *',
        '#read("page.typ")',
        "[content] {code} \\ #{1+1}",
        "say \"it\" 'so' -- or --- so...",
        "{{ jinja }} {place} %s",
    ],
)
def test_what_is_typed_is_never_markup(typed: str) -> None:
    words = words_in(typeset(page(typed, typed)).document).replace(" ", "")
    assert words.count(typed.replace(" ", "")) == 2


@pytest.mark.parametrize(
    "typed",
    [
        "كوخ الأدوات، ومن يفهم في التأمين",
        "منگل کا سوپ، ٹھیک ہے",
        "باغچه‌ای برای همه، پنج‌شنبه‌ها",
        "باخچەیەک بۆ هەمووان",
        "Ogródek dla każdego: zażółć gęślą jaźń",
        "Сад для всіх: їжак, ґанок",
        "每个星期二在老会馆做饭，大家一起吃。",
        "גינה לכולם",
        "বাগান · ਬਾਗ · தோட்டம் · አትክልት · बगीचा · બગીચો",
        "ბაღი · այգի · สวน · උයන",
        "Soup 🥘 and flowers 🌻 for families 👨‍👩‍👧 ✅ 1️⃣",
    ],
)
def test_every_script_of_the_neighbourhood_has_its_letters(typed: str) -> None:
    """PDF/UA is refused where a letter has no font."""
    assert b"pdfuaid" in typeset(page(typed, typed, about=(typed,))).document


def test_a_page_that_runs_from_right_to_left_begins_at_the_right() -> None:
    there = typeset(
        page("كوخ الأدوات", *["هناك أدوات تصدأ في المخازن وأطفال لا يجدون ما يفعلونه"] * 5)
    )
    here = typeset(page("The Tool Hut", *MEDIUM))
    assert place_of(there.document, "What") > 400
    assert place_of(here.document, "What") < 100


@pytest.mark.parametrize("times", [1, 4, 12, 60])
def test_however_long_it_is_it_stays_one_page(times: int) -> None:
    made = typeset(page("The Tool Hut", *(f"{words} " * times for words in MEDIUM)))
    is_cut = "the rest is in the chat" in words_in(made.document)
    assert is_cut == (times > 12)


def test_endless_words_and_endless_lines_stay_on_it() -> None:
    typeset(page("x" * 120, "y" * 4000, "\n".join("zz" for _ in range(900)), *MEDIUM * 6))


def test_a_single_answer_and_a_name_alone_are_pages_too() -> None:
    assert "Tuesday Soup" in words_in(typeset(page("Tuesday Soup")).document)
    assert "ten people" in words_in(typeset(page("Soup", "Soup for ten people")).document)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300), st.lists(st.text(min_size=1, max_size=2000), max_size=9))
def test_nothing_that_can_be_typed_breaks_it(title: str, answers: list[str]) -> None:
    made = typeset(page(title or "An idea", *answers))
    assert len(read(made.document).pages) == 1
