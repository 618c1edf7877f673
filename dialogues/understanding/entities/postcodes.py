"""Postcodes as people write them: `L20 3AB`, `l203ab`, `l20`, `L 20`, `L twenty`, `L2O`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogues.understanding.text import Word

_WHOLE = re.compile(r"([a-z]{1,2}[\do][a-z\d]?)([\do][a-z]{2})?")
_INWARD = re.compile(r"[\do][a-z]{2}")
_AREA = re.compile(r"[a-z]{1,2}")
_NUMBER = re.compile(r"\d{1,2}")
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Found:
    """A district of so many `words`; `whole` if it was written with what follows it."""

    district: str
    words: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Postcodes:
    """`known` are districts in small letters with their boroughs, `legacy` those that have another
    name now; `numbers` are the words for numbers."""

    known: Mapping[str, tuple[str, ...]]
    legacy: Mapping[str, str]
    numbers: Mapping[str, float]

    def at(self, words: Sequence[Word], at: int) -> Found | None:
        """The postcode that begins at this word."""
        return self._written(words, at) or self._apart(words, at)

    def is_local_area(self, district: str) -> bool:
        """Whether there are districts here that begin with the same letters."""
        area = district.rstrip(_DIGITS)
        return any(known.rstrip(_DIGITS) == area for known in self.known)

    def _written(self, words: Sequence[Word], at: int) -> Found | None:
        said = words[at].said
        found = _WHOLE.fullmatch(said) if any(it in _DIGITS for it in said) else None
        if found is None:
            return None
        following = words[at + 1].said if at + 1 < len(words) else ""
        has_inward = found[2] is None and _INWARD.fullmatch(following) is not None
        return Found(self._today(found[1]), 1 + has_inward, has_inward or found[2] is not None)

    def _apart(self, words: Sequence[Word], at: int) -> Found | None:
        """A number after the letters, in figures or in words: only one that there is."""
        area = words[at].said
        if not _AREA.fullmatch(area) or at + 1 >= len(words):
            return None
        for size, number in self._numbers(words, at + 1):
            district = self._today(f"{area}{number}")
            if district in self.known:
                return Found(district, 1 + size, whole=False)
        return None

    def _numbers(self, words: Sequence[Word], at: int) -> list[tuple[int, int]]:
        """The whole numbers that begin here, each with how many words it takes, longest first."""
        first = self._number(words[at].said)
        if first is None:
            return []
        second = self._number(words[at + 1].said) if at + 1 < len(words) else None
        is_tens = first >= 20 and first % 10 == 0 and not words[at].said.isdecimal()
        both = [(2, first + second)] if is_tens and second is not None and 0 < second < 10 else []
        return [*both, (1, first)]

    def _number(self, said: str) -> int | None:
        if _NUMBER.fullmatch(said):
            return int(said)
        number = self.numbers.get(said)
        return int(number) if number is not None and number == int(number) else None

    def _today(self, district: str) -> str:
        """The district as it is called now, with a zero where the letter O was typed for one."""
        if district not in self.known and district not in self.legacy:
            repaired = district[0] + district[1:].replace("o", "0")
            district = repaired if repaired in self.known or repaired in self.legacy else district
        return self.legacy.get(district, district)
