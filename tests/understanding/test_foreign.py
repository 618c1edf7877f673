"""Which language a message is in: foreign only when that is sure."""

from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from time import process_time

import pytest

from dialogues.compiling.draft import Draft
from dialogues.model import Content
from dialogues.understanding.foreign import Foreign, foreign
from dialogues.understanding.text import normalise
from tests.reading import read_once

DIALOGUES = Path(__file__).parents[2] / "dialogues"
FOLDS = 4
LEAST_ENGLISH = 0.995
MOST_MILLISECONDS = 1.0


@cache
def draft() -> Draft:
    return read_once(DIALOGUES).draft


@pytest.fixture(scope="module")
def english() -> list[str]:
    texts = [text for _, text in draft().examples]
    Random(7).shuffle(texts)
    return texts


def knowing(texts: list[str]) -> Foreign:
    """The shipped languages, beside an English of these texts alone."""
    return foreign(
        draft().languages, Counter(word for text in texts for word in normalise(text).split())
    )


def test_english_is_english_also_with_words_that_no_example_has(english: list[str]) -> None:
    taken = []
    for fold in range(FOLDS):
        known = knowing([it for at, it in enumerate(english) if at % FOLDS != fold])
        taken += [it for it in english[fold::FOLDS] if known.language_of(it) is not None]
    assert len(english) > 4000
    assert 1 - len(taken) / len(english) >= LEAST_ENGLISH, taken


@pytest.mark.parametrize(
    "text",
    [
        *("hiya lad u sound", "tara la", "ta-ra", "yis lad", "la", "k", "👍", "😂😂", ""),
        *("me mam n me nan", "gis a bell", "arl arse", "dead good that", "boss tha lad", "no"),
        *("L20 3AB", "CH43, sorry CH42", "0151 496 0000", "sam@example.org"),
        *("Krzysztof Przykładowski", "José Ejemplo", "Siobhan", "Nguyen Van Anh", "Bootle"),
        *(
            "qwertyuiop",
            "asdf ghjk zxcv",
            "ctrl alt del",
            "xyz 123",
            "/start",
            "https://example.org",
        ),
        "my name is Zofia and i want to do a café for the polish mums",
        "we do tai chi, zumba, bhangra and pilates in the pagoda",
    ],
)
def test_what_is_not_surely_foreign_is_not(content: Content, text: str) -> None:
    assert content.language.foreign.language_of(text) is None


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("pl", ["nie rozumiem", "chce zapytac o pomoc", "mieszkam w Bootle", "TAK", "dzien dobry"]),
        ("ro", ["nu inteleg", "Bună ziua, vreau sa fac ceva pentru batrani", "da vă rog"]),
        ("ar", ["أريد مساعدة", "السلام عليكم", "لا"]),
        ("ku", ["من یارمەتیم دەوێت", "alîkariyê dixwazim"]),
        ("fa", ["من کمک می خواهم", "سلام"]),
        ("zh", ["我需要帮助", "你好"]),
        ("es", ["no entiendo", "hola", "quiero hacer algo para mi barrio"]),
        ("pt", ["preciso de ajuda com um projeto", "não sei"]),
        ("fr", ["je ne comprends pas", "bonjour", "c'est pour les gens de mon quartier"]),
        ("uk", ["мені потрібна допомога", "привіт"]),
        ("ru", ["мне нужна помощь", "здравствуйте"]),
        ("so", ["waxaan u baahanahay caawimaad", "maya"]),
        ("bn", ["আমার সাহায্য দরকার", "হ্যাঁ"]),
        ("ur", ["مجھے مدد چاہیے", "جی ہاں"]),
        ("hi", ["मुझे मदद चाहिए", "नहीं"]),
        ("ta", ["எனக்கு உதவி வேண்டும்"]),
        ("cy", ["dwi isio help gyda fy syniad", "bore da"]),
        ("ti", ["ሓገዝ እደሊ", "እወ"]),
        ("tr", ["merhaba yardim istiyorum", "evet"]),
        ("lt", ["labas, noriu pagalbos", "taip"]),
        ("hu", ["szeretnek segitseget kerni", "igen"]),
        ("de", ["Ich brauche bitte Hilfe mit dem Antrag"]),
    ],
)
def test_languages_are_told_apart(content: Content, language: str, texts: list[str]) -> None:
    known = content.language.foreign
    assert {text: known.language_of(text) for text in texts} == dict.fromkeys(texts, language)


@pytest.mark.parametrize(
    ("language", "said", "meant"),
    [("pl", "tak mam 20 lat", True), ("fr", "non merci", False), ("es", "no entiendo", None)],
)
def test_an_answer_may_begin_with_yes_or_no(
    content: Content, language: str, said: str, *, meant: bool | None
) -> None:
    assert content.language.foreign.yes_or_no(language, said) is meant


def test_a_message_takes_no_time(content: Content, english: list[str]) -> None:
    begun = process_time()
    for text in english:
        content.language.foreign.language_of(text)
    assert (process_time() - begun) * 1000 / len(english) <= MOST_MILLISECONDS


# --- danger ------------------------------------------------------------------------------------


def sentences() -> list[str]:
    return [text for language in draft().languages.values() for text in language.crisis]


@pytest.mark.parametrize("text", sentences())
def test_danger_is_seen_in_every_language(content: Content, text: str) -> None:
    plain = text.translate(str.maketrans("ąćęłńóśźżáéíúãçñü", "acelnoszzaeiuacnu"))
    for said in (text, text.upper(), f"{text}!!!", f"hi. {text}, ok", plain):
        assert content.language.crisis.hit(normalise(said)), said


def test_at_least_a_dozen_languages_have_such_sentences() -> None:
    assert len([it for it in draft().languages.values() if len(it.crisis) >= 8]) >= 12


@pytest.mark.parametrize(
    "text",
    [
        "quiero vivir mejor en mi barrio",
        "chcę zrobić ogród dla starszych ludzi",
        "je veux aider les gens",
        "мы хотим жить лучше",
        "أريد مساعدة",
        "我想帮助老人",
        "nu vreau bani",
    ],
)
def test_a_wish_is_no_danger(content: Content, text: str) -> None:
    assert not content.language.crisis.hit(normalise(text))
