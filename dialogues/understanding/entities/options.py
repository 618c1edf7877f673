"""The choices of a closed question that a message names, in their own words or in others."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dialogues.model import Content, Slot
from dialogues.understanding.entities.numbers import Number
from dialogues.understanding.entities.phrases import Phrase, Phrases
from dialogues.understanding.text import normalise

_SHORTEST = 3  # shorter words stand for nothing inside a message
_BETWEEN = 2  # words between a denial and what it denies: "not a registered charity"
GIVES_WAY, IN_PASSING, UP_TO = "gives_way", "in_passing", "up_to"


@dataclass(frozen=True, slots=True)
class Option:
    """A value for which the words from `first` to before `end` stand."""

    value: str
    first: int
    end: int


def options_in(content: Content, slot: Slot, said: str) -> list[str]:
    """The slot's values whose own words or synonyms stand in the message. One that `gives_way` in
    the slot's metadata counts only where no other does."""
    return _firm(slot, named_options(content, slot, said.split()))


def passing_options(content: Content, slot: Slot, words: Sequence[str]) -> list[Option]:
    """Those of a message that answers no question about it: what is denied is left out; and where
    the slot's metadata say which words count `in_passing`, no others do."""
    told: Mapping[str, Sequence[str]] | None = slot.metadata.get(IN_PASSING)
    if told is None:
        found = named_options(content, slot, words)
    else:
        values = _by_phrase(tuple((value, tuple(phrases)) for value, phrases in told.items()))
        found = _look(words, (values[0],), lambda it: values[1].get(it, ()))
    denials = content.language.lexicon.negation
    return [it for it in found if not _is_denied(it, words, denials)]


def values_in_passing(content: Content, slot: Slot, words: Sequence[str]) -> list[str]:
    """The values of these; one that gives way only where no other stands."""
    return _firm(slot, passing_options(content, slot, words))


def named_options(content: Content, slot: Slot, words: Sequence[str]) -> list[Option]:
    """Where each value stands; shorter words inside longer ones count for none."""
    language, own = content.language, _own_words(slot.values)

    def values_of(phrase: Phrase) -> list[str]:
        said = " ".join(phrase)
        meant = [it for it in language.synonyms.get(said, ()) if it in slot.values]
        return meant or [it for it in (said.replace(" ", "_"),) if it in slot.values]

    return _look(words, (language.synonym_phrases, own), values_of)


def band_of(slot: Slot, amount: Number) -> list[str]:
    """The values under which an amount may fall, by the slot's metadata `up_to`: the most that each
    value stands for, from least to most; the last has no end."""
    bands: list[tuple[str, float | None]] = [*slot.metadata.get(UP_TO, {}).items()]
    low, high = (amount.low, amount.high) if amount.is_vague else (amount.value, amount.value)
    return [it for it, _most in bands[_band(bands, low) : _band(bands, high) + 1]]


def _band(bands: Sequence[tuple[str, float | None]], amount: float) -> int:
    fits = (n for n, (_value, most) in enumerate(bands) if most is None or amount <= most)
    return next(fits, len(bands))


def _look(
    words: Sequence[str],
    tables: Iterable[Phrases],
    values_of: Callable[[Phrase], Iterable[str]],
) -> list[Option]:
    found: list[Option] = []
    at = 0
    while at < len(words):
        named = _longest(words, at, tables, values_of)
        found += named
        at = named[0].end if named else at + 1
    return found


def _longest(
    words: Sequence[str],
    at: int,
    tables: Iterable[Phrases],
    values_of: Callable[[Phrase], Iterable[str]],
) -> list[Option]:
    """What the longest phrase that begins there stands for: maybe several values."""
    phrases = [phrase for table in tables for phrase in table.all_at(words, at)]
    for phrase in sorted(phrases, key=len, reverse=True):
        if len(phrase) == 1 and len(phrase[0]) < _SHORTEST:
            continue
        options = [Option(it, at, at + len(phrase)) for it in values_of(phrase)]
        if options:
            return options
    return []


@lru_cache(maxsize=512)
def _own_words(values: tuple[str, ...]) -> Phrases:
    return Phrases.of(it.replace("_", " ") for it in values)


@lru_cache(maxsize=64)
def _by_phrase(
    told: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[Phrases, dict[Phrase, tuple[str, ...]]]:
    values: dict[Phrase, tuple[str, ...]] = {}
    for value, phrases in told:
        for phrase in (tuple(normalise(it).split()) for it in phrases):
            values[phrase] = (*values.get(phrase, ()), value)
    return Phrases.of(" ".join(it) for it in values), values


def _firm(slot: Slot, found: Iterable[Option]) -> list[str]:
    values = list(dict.fromkeys(it.value for it in found))
    return [it for it in values if it not in slot.metadata.get(GIVES_WAY, ())] or values


def _is_denied(option: Option, words: Sequence[str], denials: frozenset[str]) -> bool:
    ahead = words[max(0, option.first - 1 - _BETWEEN) : option.first]
    return not denials.isdisjoint(ahead)
