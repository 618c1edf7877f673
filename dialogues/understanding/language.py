"""What nlu/*.yml knows of people's language, prepared for looking up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogues.specs import LexiconSpec
from dialogues.understanding.crisis.rules import CrisisRules
from dialogues.understanding.entities.phrases import Phrases
from dialogues.understanding.entities.quantities import Quantities
from dialogues.understanding.foreign import Foreign, foreign
from dialogues.understanding.intents import IntentFinder
from dialogues.understanding.text import normalise, squeeze, strip_fillers


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Short closed messages. `whole` maps one to its meanings: affirm, deny, skip, cancel …, or an
    intent. `long` are those of ours in which a typing error is seen, `known` the words that are
    none."""

    whole: Mapping[str, frozenset[str]]
    fillers: frozenset[str]
    choice: frozenset[str]
    negation: frozenset[str]
    openers: tuple[str, ...]
    numbers: Mapping[str, float]
    ordinals: Mapping[str, int]
    breakout: frozenset[str]
    told: Mapping[str, frozenset[str]]
    yes_words: tuple[str, ...]
    no_words: tuple[str, ...]
    words_for: Mapping[bool, str]
    question: frozenset[str]
    long: tuple[str, ...]
    known: frozenset[str]
    quantities: Quantities = field(default_factory=Quantities)

    def meanings(self, said: str) -> frozenset[str]:
        """What a whole normalised message means; fillers, stretched letters and, in a longer one,
        a typing error are forgiven."""
        core = strip_fillers(said, self.fillers)
        for phrase in (said, *self._shorter(said), core, squeeze(core), squeeze(said)):
            found = self.whole.get(phrase)
            if found:
                return found
        return self._together(core.split()) or self._nearly(core)

    def _together(self, words: list[str]) -> frozenset[str]:
        """What several phrases in a row mean alike, such as "yeah go on then love"."""
        meant: frozenset[str] | None = None
        while words and len(words) <= _MOST_WORDS:
            sizes = range(min(_MOST_IN_PHRASE, len(words)), 0, -1)
            size = next((it for it in sizes if " ".join(words[:it]) in self.whole), 0)
            if size:
                found = self.whole[" ".join(words[:size])]
                meant = found if meant is None else meant & found
            elif words[0] not in self.fillers:
                return _NOTHING
            words = words[size or 1 :]
        return meant or _NOTHING

    def _shorter(self, said: str) -> Iterator[str]:
        """Without one filler after the other at its end, as some may belong to the phrase."""
        words = said.split()
        while len(words) > 1 and words[-1] in self.fillers:
            del words[-1]
            yield " ".join(words)

    def _nearly(self, core: str) -> frozenset[str]:
        """With one letter wrong, in a word that is none."""
        if not _TYPO_LENGTH <= len(core) <= _LONGEST or self.known.issuperset(core.split()):
            return _NOTHING
        near = process.extract(core, self.long, scorer=OSA.distance, score_cutoff=1, limit=2)
        meant = {self.whole[phrase] for phrase, _, _ in near}
        return meant.pop() if len(meant) == 1 else _NOTHING


_NOTHING: frozenset[str] = frozenset()
_NO_OTHERS = foreign({}, {})
_KINDS = ("affirm", "deny", "skip", "cancel", "repeat", "back", "change", "none")
_OTHER_KINDS = ("correction", "filler", "choice", "negation", "breakout", "question")
_MOST_WORDS, _MOST_IN_PHRASE = 8, 4  # where several phrases mean one thing
_TYPO_LENGTH, _LONGEST = 6, 30  # of a closed message that may have a typing error


def lexicon(
    specs: Iterable[LexiconSpec],
    others: Mapping[str, frozenset[str]] = MappingProxyType({}),
    vocabulary: frozenset[str] = frozenset(),
) -> Lexicon:
    """One lexicon of all files'. What words in `others` mean counts where ours have no meaning;
    `vocabulary` are the words of our language."""
    specs = list(specs)
    merged: dict[str, list[str]] = {}
    numbers: dict[str, float] = {}
    ordinals: dict[str, int] = {}
    for spec in specs:
        for kind in (*_KINDS, *_OTHER_KINDS):
            merged.setdefault(kind, []).extend(getattr(spec, kind))
        numbers |= {normalise(word): number for word, number in spec.numbers.items()}
        ordinals |= {normalise(word): number for word, number in spec.ordinals.items()}
    said = {kind: tuple(filter(None, map(normalise, words))) for kind, words in merged.items()}
    quantities = [spec.quantities for spec in specs if spec.quantities is not None]
    intents, told = _merged(it.intents for it in specs), _merged(it.told for it in specs)
    ours = _by_phrase({it: said.get(it, ()) for it in _KINDS}, intents)
    affirm, deny = merged.get("affirm", []), merged.get("deny", [])
    return Lexicon(
        whole={**others, **ours},
        fillers=frozenset(said.get("filler", ())),
        choice=frozenset(said.get("choice", ())),
        negation=frozenset(said.get("negation", ())),
        openers=_longest_first(said.get("correction", ())),
        numbers=numbers,
        ordinals=ordinals,
        breakout=frozenset(merged.get("breakout", ())),
        told={intent: frozenset(map(normalise, words)) for intent, words in told.items()},
        yes_words=_longest_first(said.get("affirm", ())),
        no_words=_longest_first(said.get("deny", ())),
        words_for={True: affirm[0] if affirm else "", False: deny[0] if deny else ""},
        quantities=Quantities.of(numbers, quantities),
        question=frozenset(said.get("question", ())),
        long=tuple(it for it in ours if len(it) >= _TYPO_LENGTH),
        known=vocabulary | set(numbers) | set(ordinals),
    )


def _merged(files: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, list[str]]:
    """What all files say of each intent."""
    found: dict[str, list[str]] = {}
    for file in files:
        for intent, words in file.items():
            found.setdefault(intent, []).extend(words)
    return found


def _by_phrase(
    said: Mapping[str, Iterable[str]], intents: Mapping[str, Iterable[str]]
) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for meaning, phrases in (*said.items(), *intents.items()):
        for phrase in filter(None, map(normalise, phrases)):
            found.setdefault(phrase, set()).add(meaning)
            found.setdefault(squeeze(phrase), set()).add(meaning)
    return {phrase: frozenset(kinds) for phrase, kinds in found.items()}


def _longest_first(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(phrases), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Language:
    """`synonyms` maps other words to the slot values they stand for, `spellings` short spellings to
    those that are usual in writing; `foreign` knows other languages."""

    lexicon: Lexicon
    crisis: CrisisRules
    intents: IntentFinder
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    synonym_phrases: Phrases = field(default_factory=Phrases)
    spellings: Mapping[str, str] = field(default_factory=dict)
    foreign: Foreign = _NO_OTHERS

    def takes_time(self, text: str) -> bool:
        """Whether reading the message takes the model some milliseconds."""
        return self.intents.takes_time(text) and self._is_for_model(text, normalise(text))

    def in_danger(self, text: str) -> bool:
        """Whether somebody may be in danger: by the rules, or by the model. Where there is a model,
        a rule is not believed that it holds for mistaken: a figure of speech, or an idea."""
        said = normalise(text)
        is_hit = self.crisis.hit(said)
        if not self._is_for_model(text, said) or not (is_hit or self.intents.learner.model):
            return is_hit
        judged = self.intents.judge(text)
        return judged.is_danger or (is_hit and not judged.is_calm)

    def _is_for_model(self, text: str, said: str) -> bool:
        if not said or text.startswith("/") or self.lexicon.meanings(said):
            return False
        return self.foreign.language_of(text) is None
