"""Which language a message is in, where it is surely not the one that the content is written in."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pycld2

from dialogues.specs import ForeignSpec
from dialogues.understanding.text import normalise

UNKNOWN = "und"  # the code of a language that nobody can name

_MOST_LETTERS = 400  # of a message, that are looked at
_FEWEST_UNKNOWN = 4  # words that the content's language has not, where nothing else tells
_FEWEST_TELLING = 2  # words that say alone which language it is
_OFTEN = 3  # from so many times on, a word of the content's language tells of no other
_SENTENCE = 6  # words; no more than one in so many is unknown in one of our language
_SURE = 80  # percent of the text that the detector takes for one language
# Where letters of other scripts begin and end, and the language that is likeliest in them here.
_SCRIPTS = (
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x052F, "ru"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x077F, "ar"),
    (0x0900, 0x097F, "hi"),
    (0x0980, 0x09FF, "bn"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B80, 0x0BFF, "ta"),
    (0x1200, 0x139F, "ti"),
    (0x3040, 0x30FF, "ja"),
    (0x4E00, 0x9FFF, "zh"),
    (0xAC00, 0xD7AF, "ko"),
)
_ALSO_WRITTEN = {"ł": "l", "ı": "i", "đ": "d", "ø": "o", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي"}
_KINDS = {it: it for it in ("affirm", "deny", "skip", "cancel")} | {"person": "talk_to_human"}
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Foreign:
    """`names` are the languages by code. `vocabulary` are the words of the content's own language,
    `telling` those that say which of the others it is. `whole` maps a short closed message to its
    meanings, `spoken` to its language where it is in one only; `yes` and `no` are the words, by
    language, that an answer may begin with."""

    names: Mapping[str, str]
    vocabulary: frozenset[str]
    telling: Mapping[str, frozenset[str]]
    whole: Mapping[str, frozenset[str]]
    spoken: Mapping[str, str]
    yes: Mapping[str, frozenset[str]]
    no: Mapping[str, frozenset[str]]

    def language_of(self, text: str) -> str | None:
        """The code of the language, as far as it is sure; None for the content's own, and for what
        may be anything, such as a name or a number."""
        if not self.names:
            return None
        letters = [it for it in text[:_MOST_LETTERS] if it.isalpha()]
        other = [it for it in letters if not _is_latin(it)]
        if len(other) * 2 > len(letters):
            return self._by_script(text, other)
        said = normalise(text[:_MOST_LETTERS])
        return self.spoken.get(said) or self._by_words(text, said)

    def is_ours(self, text: str) -> bool:
        """Whether it is a whole sentence of the content's own language."""
        words = normalise(text).split()
        unknown = sum(it not in self.vocabulary for it in words)
        return len(words) >= _SENTENCE and unknown * _SENTENCE <= len(words)

    def yes_or_no(self, language: str, said: str) -> bool | None:
        """What a message in this language begins with: its yes, its no, or neither."""
        first, _, _ = said.partition(" ")
        if first in self.yes.get(language, _NOTHING):
            return True
        return False if first in self.no.get(language, _NOTHING) else None

    def _by_script(self, text: str, letters: Sequence[str]) -> str:
        found, _ = _detected(text)
        if found in self.names:
            return found
        at = ord(letters[0])
        likely = (code for first, last, code in _SCRIPTS if first <= at <= last)
        return next(likely, UNKNOWN)

    def _by_words(self, text: str, said: str) -> str | None:
        words = [it for it in said.split() if it.isalpha() and len(it) > 1]
        unknown = [it for it in words if it not in self.vocabulary]
        if not unknown or len(unknown) * 3 < len(words):
            return None
        plain = {it if it.isascii() else _folded(it) for it in words}
        telling = {code: len(known & plain) for code, known in self.telling.items()}
        told = max(telling, key=lambda code: telling[code], default="")
        if telling.get(told, 0) >= _FEWEST_TELLING:
            return told
        found, percent = _detected(text)
        if found not in self.names or len(unknown) * 2 < len(words):
            return None
        if telling.get(found, 0) and len(words) > 1:
            return found
        return found if len(unknown) >= _FEWEST_UNKNOWN and percent >= _SURE else None


def foreign(specs: Mapping[str, ForeignSpec], seen: Mapping[str, int]) -> Foreign:
    """`specs` by the code of their language; `seen` counts the words of the content's own."""
    telling = {code: _told_by(it) for code, it in specs.items()}
    told = frozenset().union(*telling.values())
    vocabulary = frozenset(it for it, count in seen.items() if count >= _OFTEN or it not in told)
    return Foreign(
        names={code: it.name for code, it in specs.items()},
        vocabulary=vocabulary,
        telling={code: words - vocabulary for code, words in telling.items()},
        whole=_meanings(specs.values()),
        spoken=_spoken(specs, vocabulary),
        yes={code: _forms(it.affirm) for code, it in specs.items()},
        no={code: _forms(it.deny) for code, it in specs.items()},
    )


def crisis_of(specs: Iterable[ForeignSpec]) -> re.Pattern[str] | None:
    """The sentences of somebody in danger, with accents or without, wherever they stand."""
    sentences = [normalise(it) for spec in specs for it in spec.crisis]
    return re.compile("|".join(_loosely(it) for it in sentences if it)) if sentences else None


def _detected(text: str) -> tuple[str, int]:
    """The likeliest language, and how many percent of the text are in it; empty if unsure."""
    try:
        is_sure, _, found = pycld2.detect(_plain(text).encode(), isPlainText=True, bestEffort=True)
    except pycld2.error:
        return "", 0
    _, code, percent, _ = found[0]
    return (code.partition("-")[0], percent) if is_sure and code != "un" else ("", 0)


def _plain(text: str) -> str:
    """Without control characters, which the detector refuses."""
    return "".join(it if it.isprintable() else " " for it in text[:_MOST_LETTERS]).casefold()


def _is_latin(letter: str) -> bool:
    at = ord(letter)
    return at <= 0x024F or 0x1E00 <= at <= 0x1EFF or 0xFF00 <= at <= 0xFF5E or at >= 0x1D400


def _forms(words: Iterable[str]) -> frozenset[str]:
    """Words as they are compared, also without their accents."""
    said = [normalise(it) for it in words]
    return frozenset(filter(None, (*said, *map(_folded, said))))


def _told_by(spec: ForeignSpec) -> frozenset[str]:
    """Words that tell of the language, without their accents."""
    short = (*spec.affirm, *spec.deny, *spec.greet, *spec.help)
    said = _forms((*spec.telling, *(it for it in short if " " not in it)))
    return frozenset(it for it in map(_folded, said) if len(it) > 1)


def _folded(said: str) -> str:
    apart = unicodedata.normalize("NFKD", said)
    plain = (it for it in apart if unicodedata.category(it) != "Mn")
    return "".join(_ALSO_WRITTEN.get(it, it) for it in plain)


def _loosely(said: str) -> str:
    """A pattern for it in which each letter may lack its accent. Scripts that set no spaces between
    words have no borders of words either."""
    pattern = "".join(_letter(it) for it in said)
    has_spaces = not any("\u2e80" <= it <= "\u9fff" for it in said)
    return rf"(?<!\w){pattern}(?!\w)" if has_spaces else pattern


def _letter(letter: str) -> str:
    plain = _folded(letter)
    if plain == letter or len(plain) != 1:
        return re.escape(letter)
    return f"[{re.escape(letter)}{re.escape(plain)}]"


def _meanings(specs: Iterable[ForeignSpec]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for spec in specs:
        for kind, meaning in _KINDS.items():
            for said in _forms(getattr(spec, kind)):
                found.setdefault(said, set()).add(meaning)
    return {said: frozenset(kinds) for said, kinds in found.items()}


def _spoken(specs: Mapping[str, ForeignSpec], vocabulary: frozenset[str]) -> Mapping[str, str]:
    """Whole messages that are in one language only."""
    found: dict[str, set[str]] = {}
    for code, spec in specs.items():
        parts = (spec.affirm, spec.deny, spec.skip, spec.cancel, spec.person, spec.greet, spec.help)
        for said in _forms(it for words in parts for it in words):
            found.setdefault(said, set()).add(code)
    return {
        said: codes.pop()
        for said, codes in found.items()
        if len(codes) == 1 and not vocabulary.issuperset(said.split())
    }
