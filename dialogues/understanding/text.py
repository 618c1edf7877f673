"""Words as they are compared: lower case, without apostrophes and punctuation, single spaces."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_APOSTROPHES = re.compile(r"['’‘`´]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_NOT_WORDS = re.compile(r"[^\w\u2190-\u2bff\U0001f000-\U0001faff]+|_+")
_WORD = re.compile(r"[^\W_]+(?:['’‘`´][^\W_]+)*|&")
_REPEATED = re.compile(r"([\u2190-\u2bff\U0001f000-\U0001faff])(?: ?\1)+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


def normalise(text: str) -> str:
    """Emoji stay; "Yesss!!" becomes "yess", "Newton-le-Willows" becomes "newton le willows"."""
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    text = _APOSTROPHES.sub("", text.casefold().replace("&", " and "))
    text = _STRETCHED.sub(r"\1\1", text)
    return _NOT_WORDS.sub(" ", text).strip()


def squeeze(said: str) -> str:
    """Doubled letters made single, so that "yess" and "okk" still meet their words; and repeated
    emoji."""
    return _REPEATED.sub(r"\1", re.sub(r"([^\W\d_])\1", r"\1", said))


def windows(said: str, longest: int) -> Iterator[str]:
    """Every run of neighbouring words, the longest runs first."""
    words = said.split()
    for size in range(min(longest, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])


def strip_fillers(said: str, fillers: frozenset[str]) -> str:
    """Without filler words at either end: "um yes please" becomes "yes"."""
    words = said.split()
    while len(words) > 1 and words[0] in fillers:
        del words[0]
    while len(words) > 1 and words[-1] in fillers:
        del words[-1]
    return " ".join(words)


class Word(NamedTuple):
    """A word as it is compared, and where it stands in the message."""

    said: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a message in their order: together they are what `normalise` makes of it, but
    for emoji."""
    return [
        Word(said, found.start(), found.end())
        for found in _WORD.finditer(text)
        if (said := normalise(found[0]))
    ]
