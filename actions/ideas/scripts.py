"""What letters ask of whoever prints them: which way they run, and which language they are in."""

import re
import unicodedata
from typing import Any

_LONGEST_WORD = 28  # characters, after which it may be broken
BREAK = "\u200b"
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_URDU, _FARSI, _KURDISH = frozenset("ٹڈڑںےۓھہ"), frozenset("پچژگکی"), frozenset("ەێۆڕڵ")
_UNPRINTABLE = {"Cc", "Cs", "Co", "Cn"}


def words_of(text: str) -> dict[str, Any]:
    """A text with the way it runs, and its language where its letters need that to be known."""
    clean = _printable(text)
    return {"text": clean, "dir": direction_of(clean), "language": _language(clean)}


def _printable(text: str) -> str:
    """Without what cannot be printed, and with places to break where a word is endless."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    kept = "\n".join(line for line in lines if line)
    letters = (
        letter if letter == "\n" or unicodedata.category(letter) not in _UNPRINTABLE else " "
        for letter in unicodedata.normalize("NFC", kept)
    )
    return re.sub(rf"(\S{{{_LONGEST_WORD}}})(?=\S)", rf"\1{BREAK}", "".join(letters)).strip()


def direction_of(text: str) -> str:
    """The way in which most of it runs."""
    ways = [_STRONG.get(unicodedata.bidirectional(letter)) for letter in text]
    return "rtl" if ways.count("rtl") > ways.count("ltr") else "ltr"


def _language(text: str) -> str | None:
    """Of what is written in Arabic or Chinese letters."""
    letters = set(text)
    if any("\u4e00" <= letter <= "\u9fff" for letter in letters):
        return "zh"
    if direction_of(text) == "ltr":
        return None
    if any("\u0590" <= letter <= "\u05ff" for letter in letters):
        return "he"
    return _of_arabic_letters(letters)


def _of_arabic_letters(letters: set[str]) -> str:
    if letters & _URDU and not letters & _KURDISH:
        return "ur"
    if letters & _KURDISH:
        return "ckb"
    return "fa" if letters & _FARSI else "ar"
