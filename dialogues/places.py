"""Which borough a place name or postcode lies in; a place on a border lies in several."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dialogues.specs import PlacesFile
from dialogues.understanding.entities.gazetteer import Gazetteer
from dialogues.understanding.entities.mentions import Mention, Undoing, standing
from dialogues.understanding.entities.postcodes import Postcodes
from dialogues.understanding.language import Lexicon
from dialogues.understanding.text import Word, normalise, words_of

OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Places:
    """Names and districts, normalised; each with the boroughs it may mean, likeliest first.
    `whole_area` finds the words for all of it, which say nothing of one borough. `towns` are the
    boroughs' own names: after another place they are only part of its address."""

    boroughs: tuple[str, ...]
    whole_area: re.Pattern[str]
    names: Gazetteer
    asked_names: Gazetteer
    towns: frozenset[str]
    postcodes: Postcodes
    undoing: Undoing

    @classmethod
    def of(cls, file: PlacesFile, lexicon: Lexicon | None = None) -> "Places":
        names: dict[str, tuple[str, ...]] = {}
        asked: dict[str, tuple[str, ...]] = {}
        for borough, spec in file.boroughs.items():
            for name in (*spec.names, *spec.neighbourhoods):
                _add(names, name, borough)
            for name in spec.only_when_asked:
                _add(asked, name, borough)
        words, around = (tuple(map(normalise, it)) for it in (file.not_places, file.around))
        return cls(
            tuple(it for it in file.boroughs if it != OUTSIDE),
            _any_of(file.whole_area),
            Gazetteer.of(names, (*words, *asked), around),
            Gazetteer.of(asked),
            frozenset(normalise(it) for spec in file.boroughs.values() for it in spec.names),
            _postcodes(file, lexicon),
            Undoing.of(lexicon, file.around),
        )

    def answer(self, text: str) -> tuple[str, ...]:
        """The boroughs that the answer to "Where is it?" may mean; empty if it names no place."""
        said = " ".join(self.whole_area.sub(" ", normalise(text)).split())
        exact = self.asked_names.names.get(said) or self.names.names.get(said)
        if exact:
            return exact
        found = standing(self.mentions(text), self.undoing)
        found = found or standing(self.mentions(text, asked=True), self.undoing)
        whole = self.names.alike(said)  # "presto non the hill" names no Preston for certain
        return found if set(found) & {*whole} else tuple(dict.fromkeys((*found, *whole)))

    def find(self, text: str) -> tuple[str, ...]:
        """The boroughs that a longer message speaks of; empty if it names no place for certain."""
        return standing(self.mentions(text), self.undoing)

    def is_whole_area(self, text: str) -> bool:
        """Whether it speaks of the whole area, or of several boroughs, and of none by name."""
        return self.whole_area.search(normalise(text)) is not None and not self.answer(text)

    def mentions(self, text: str, *, asked: bool = False) -> list[Mention]:
        """All places that are named, in their order, with the words before each. When it was asked
        where, a district that nobody here knows is outside."""
        words = self._without_whole_area(words_of(text))
        found: list[Mention] = []
        at = after = 0
        while at < len(words):
            mention = self._at(words, at, asked=asked)
            if mention is None:
                at += 1
                continue
            before = tuple(word.said for word in words[after:at])
            found.append(replace(mention, before=before))
            at = after = at + mention.words
        return found

    def _at(self, words: Sequence[Word], at: int, *, asked: bool) -> Mention | None:
        district = self._district(words, at, asked=asked)
        if district is not None:
            return district
        named = self.names.at(words, at) or self.names.near(words, at)
        if named is None:
            return None
        size, boroughs = named
        phrase = " ".join(word.said for word in words[at : at + size])
        span = (words[at].start, words[at + size - 1].end)
        return Mention(boroughs, *span, size, is_town=phrase in self.towns)

    def _district(self, words: Sequence[Word], at: int, *, asked: bool) -> Mention | None:
        found = self.postcodes.at(words, at)
        if found is None:
            return None
        known = self.postcodes.known.get(found.district)
        if known is None and (asked or found.whole):
            is_here = self.postcodes.is_local_area(found.district)
            known = None if is_here else (OUTSIDE,)
        end = words[at + found.words - 1].end
        return Mention(known, words[at].start, end, found.words) if known else None

    def _without_whole_area(self, words: list[Word]) -> list[Word]:
        """Else "all of Liverpool City Region" would be Liverpool. What is left keeps its place."""
        said = " ".join(word.said for word in words)
        taken: set[int] = set()
        for found in self.whole_area.finditer(said):
            first = said.count(" ", 0, found.start())
            taken |= {*range(first, first + found[0].count(" ") + 1)}
        return [word for number, word in enumerate(words) if number not in taken]


def _postcodes(file: PlacesFile, lexicon: Lexicon | None) -> Postcodes:
    districts = {key.lower(): tuple(value) for key, value in file.districts.items()}
    legacy = {old.lower(): new.lower() for old, new in file.legacy_districts.items()}
    return Postcodes(districts, legacy, lexicon.numbers if lexicon else {})


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """The longest first; for none of them, what never is."""
    longest_first = sorted(filter(None, map(normalise, phrases)), key=len, reverse=True)
    if not longest_first:
        return re.compile(r"(?!)")
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")


def _add(names: dict[str, tuple[str, ...]], name: str, borough: str) -> None:
    key = normalise(name)
    names[key] = tuple(dict.fromkeys((*names.get(key, ()), borough)))
