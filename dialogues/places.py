"""Which borough a place name or postcode lies in; a place on a border lies in several."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogues.specs import PlacesFile
from dialogues.understanding.text import normalise, windows

OUTSIDE = "outside"

_POSTCODE = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?) ?(\d[a-z]{2})?\b")
_TYPO_LENGTH = 5  # shorter names are too like each other to forgive typing errors
_TWO_TYPOS_LENGTH = 9


@dataclass(frozen=True, slots=True)
class Places:
    """Names and districts, normalised; each with the boroughs it may mean, likeliest first.
    `whole_area` finds the words for all of it, which say nothing of one borough."""

    boroughs: tuple[str, ...]
    whole_area: re.Pattern[str]
    names: Mapping[str, tuple[str, ...]]
    asked_names: Mapping[str, tuple[str, ...]]
    districts: Mapping[str, tuple[str, ...]]
    legacy: Mapping[str, str]
    longest: int

    @classmethod
    def of(cls, file: PlacesFile) -> "Places":
        names: dict[str, tuple[str, ...]] = {}
        asked: dict[str, tuple[str, ...]] = {}
        for borough, spec in file.boroughs.items():
            for name in (*spec.names, *spec.neighbourhoods):
                _add(names, name, borough)
            for name in spec.only_when_asked:
                _add(asked, name, borough)
        districts = {key.lower(): tuple(value) for key, value in file.districts.items()}
        legacy = {old.lower(): new.lower() for old, new in file.legacy_districts.items()}
        longest = max((len(name.split()) for name in (*names, *asked)), default=0)
        whole_area = _any_of(file.whole_area)
        inside = tuple(it for it in file.boroughs if it != OUTSIDE)
        return cls(inside, whole_area, names, asked, districts, legacy, longest)

    def answer(self, text: str) -> tuple[str, ...]:
        """The boroughs that the answer to "Where is it?" may mean; empty if it names no place."""
        said = self._without_whole_area(normalise(text))
        exact = self.asked_names.get(said) or self.names.get(said)
        return exact or self.find(text) or self._district(said, asked=True) or self._typo(said)

    def find(self, text: str) -> tuple[str, ...]:
        """The boroughs that a longer message speaks of; empty if it names no place for certain."""
        said = self._without_whole_area(normalise(text))
        district, named = self._district(said, asked=False), self._named(said)
        both = tuple(it for it in district if it in named)
        return both or district or named or self._misspelt_word(said)

    def is_whole_area(self, text: str) -> bool:
        """Whether it speaks of the whole area, or of several boroughs, and of none by name."""
        return self.whole_area.search(normalise(text)) is not None and not self.answer(text)

    def _without_whole_area(self, said: str) -> str:
        """Else "all of Liverpool City Region" would be Liverpool."""
        return " ".join(self.whole_area.sub(" ", said).split())

    def _named(self, said: str) -> tuple[str, ...]:
        hits = (
            self.names[phrase] for phrase in windows(said, self.longest) if phrase in self.names
        )
        return next(hits, ())

    def _district(self, said: str, *, asked: bool) -> tuple[str, ...]:
        """The last postcode wins, so that "CH43, sorry, CH42" is CH42."""
        found: tuple[str, ...] = ()
        for match in _POSTCODE.finditer(said):
            district = self.legacy.get(match[1], match[1])
            known = self.districts.get(district)
            if known is None and (asked or match[2]) and not self._is_local_area(district):
                known = (OUTSIDE,)
            found = known or found
        return found

    def _is_local_area(self, district: str) -> bool:
        area = district.rstrip("0123456789")
        return any(known.rstrip("0123456789") == area for known in self.districts)

    def _misspelt_word(self, said: str) -> tuple[str, ...]:
        words = [word for word in said.split() if len(word) > _TYPO_LENGTH]
        return next((found for word in words if (found := self._typo(word))), ())

    def _typo(self, said: str) -> tuple[str, ...]:
        """The names that are nearest but for typing errors, if they agree on the borough."""
        if len(said) < _TYPO_LENGTH:
            return ()
        allowed = 1 if len(said) < _TWO_TYPOS_LENGTH else 2
        near = process.extract(said, self.names.keys(), scorer=OSA.distance, score_cutoff=allowed)
        meant = {self.names[name] for name, errors, _ in near if errors == near[0][1]}
        return meant.pop() if len(meant) == 1 else ()


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """The longest first; for none of them, what never is."""
    longest_first = sorted(filter(None, map(normalise, phrases)), key=len, reverse=True)
    if not longest_first:
        return re.compile(r"(?!)")
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")


def _add(names: dict[str, tuple[str, ...]], name: str, borough: str) -> None:
    key = normalise(name)
    names[key] = tuple(dict.fromkeys((*names.get(key, ()), borough)))
