"""How hard a text is to read: the school grade by Flesch and Kincaid, for English."""

import re

_TAG = re.compile(r"<[^>]+>|\{[^}]*\}|https?://\S+")
_SENTENCE = re.compile(r"[.!?:…]+(?:\s|$)|\n+")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$")
SHORTEST = 8  # words: of less nothing can be said


def grade_of(text: str) -> float | None:
    """The grade, 0 at the least; None for a text too short to say. Names that are filled in do not
    count."""
    sentences = [_WORD.findall(it) for it in _SENTENCE.split(_TAG.sub(" ", text))]
    sentences = [it for it in sentences if it]
    words = [word for it in sentences for word in it]
    if len(words) < SHORTEST:
        return None
    syllables = sum(map(_syllables, words))
    return max(0.0, 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59)


def longest_sentence(text: str) -> str:
    """The sentence with the most words, as it stands."""
    plain = " ".join(re.sub(r"<[^>]+>", "", text).split(" "))
    sentences = re.split(r"(?<=[.!?…])\s|\n+", plain)
    return max(sentences, key=lambda it: len(_WORD.findall(it))).strip()


def _syllables(word: str) -> int:
    plain = word.lower().replace("’", "").replace("'", "")
    sounded = _SILENT.sub("", plain) if len(plain) > 3 else plain
    return max(1, len(_VOWELS.findall(sounded)))
