"""What nlu/*.yml knows of people's language, prepared for looking up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dialogues.specs import LexiconSpec
from dialogues.understanding.crisis.rules import CrisisRules
from dialogues.understanding.intents import IntentFinder
from dialogues.understanding.text import normalise, squeeze, strip_fillers, windows


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Short closed messages. `whole` maps one to its meanings: affirm, deny, skip, cancel …"""

    whole: Mapping[str, frozenset[str]]
    fillers: frozenset[str]
    choice: frozenset[str]
    negation: frozenset[str]
    openers: tuple[str, ...]
    numbers: Mapping[str, float]
    ordinals: Mapping[str, int]
    breakout: frozenset[str]
    yes_words: tuple[str, ...]
    no_words: tuple[str, ...]
    words_for: Mapping[bool, str]

    def meanings(self, said: str) -> frozenset[str]:
        """What a whole normalised message means, fillers and stretched letters forgiven."""
        core = strip_fillers(said, self.fillers)
        found = self.whole.get(said) or self.whole.get(core)
        return found or self.whole.get(squeeze(core), _NOTHING)


_NOTHING: frozenset[str] = frozenset()
_SENTENCE = 4  # words from which on a message tells enough for the model to see danger in it
_KINDS = ("affirm", "deny", "skip", "cancel", "repeat", "back", "change")


def lexicon(specs: Iterable[LexiconSpec]) -> Lexicon:
    """One lexicon of all files'."""
    merged: dict[str, list[str]] = {}
    numbers: dict[str, float] = {}
    ordinals: dict[str, int] = {}
    for spec in specs:
        for kind in (*_KINDS, "correction", "filler", "choice", "negation", "breakout"):
            merged.setdefault(kind, []).extend(getattr(spec, kind))
        numbers |= {normalise(word): number for word, number in spec.numbers.items()}
        ordinals |= {normalise(word): number for word, number in spec.ordinals.items()}
    said = {kind: tuple(filter(None, map(normalise, words))) for kind, words in merged.items()}
    affirm, deny = merged.get("affirm", []), merged.get("deny", [])
    return Lexicon(
        whole=_by_phrase(said),
        fillers=frozenset(said.get("filler", ())),
        choice=frozenset(said.get("choice", ())),
        negation=frozenset(said.get("negation", ())),
        openers=_longest_first(said.get("correction", ())),
        numbers=numbers,
        ordinals=ordinals,
        breakout=frozenset(merged.get("breakout", ())),
        yes_words=_longest_first(said.get("affirm", ())),
        no_words=_longest_first(said.get("deny", ())),
        words_for={True: affirm[0] if affirm else "", False: deny[0] if deny else ""},
    )


def _by_phrase(said: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for kind in _KINDS:
        for phrase in said.get(kind, ()):
            found.setdefault(phrase, set()).add(kind)
            found.setdefault(squeeze(phrase), set()).add(kind)
    return {phrase: frozenset(kinds) for phrase, kinds in found.items()}


def _longest_first(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(phrases), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Language:
    """`synonyms` maps other words to the slot values they stand for, `spellings` short spellings to
    those that are usual in writing."""

    lexicon: Lexicon
    crisis: CrisisRules
    intents: IntentFinder
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    longest_synonym: int = 0
    spellings: Mapping[str, str] = field(default_factory=dict)

    def takes_time(self, text: str) -> bool:
        """Whether reading the message takes the model some milliseconds."""
        if not self.intents.takes_time(text):
            return False
        said = normalise(text)
        return self._is_for_model(text, said) and not self.crisis.hit(said)

    def in_danger(self, text: str) -> bool:
        """Whether somebody may be in danger: by the rules; and in a sentence, by the model too."""
        said = normalise(text)
        if self.crisis.hit(said):
            return True
        if self.intents.learner.model is None or said.count(" ") < _SENTENCE - 1:
            return False
        return self._is_for_model(text, said) and self.intents.judge(text).is_danger

    def _is_for_model(self, text: str, said: str) -> bool:
        return bool(said) and not text.startswith("/") and not self.lexicon.meanings(said)

    def values_in(self, said: str) -> list[str]:
        """The values whose words stand in a longer message, the longest words first."""
        found: dict[str, None] = {}
        for phrase in windows(said, self.longest_synonym):
            found |= dict.fromkeys(self.synonyms.get(phrase, ()) if len(phrase) > 2 else ())
        return list(found)
