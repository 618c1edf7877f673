"""Names of places: looked up as they are, and with typing errors."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogues.understanding.text import Word
from dialogues.understanding.vocabulary import usual_words

_SHORTEST = 5  # shorter names are too like each other to forgive typing errors
_SHORTEST_AMONG_OTHERS = 6  # and in a sentence, these are too like other words
_TWO_ERRORS = 9
_MOST_WORDS = 4  # of a name that is misspelt

Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """`names` with the boroughs that each may mean. `words` are near some name and mean none, and
    no misspelt name begins or ends with one of `around`."""

    names: Names
    words: frozenset[str]
    around: frozenset[str]
    first_words: frozenset[str]
    by_letter: Mapping[str, tuple[str, ...]]
    longest: int

    @classmethod
    def of(cls, names: Names, words: Iterable[str] = (), around: Iterable[str] = ()) -> "Gazetteer":
        by_letter: dict[str, list[str]] = {}
        for name in names:
            if len(name) >= _SHORTEST:
                by_letter.setdefault(name[0], []).append(name)
        return cls(
            names,
            frozenset(words),
            frozenset(around),
            frozenset(name.split()[0] for name in names),
            {letter: tuple(found) for letter, found in by_letter.items()},
            max((len(name.split()) for name in names), default=0),
        )

    def at(self, words: Sequence[Word], at: int) -> tuple[int, tuple[str, ...]] | None:
        """The longest name that begins at this word: how many words it has, and its boroughs."""
        if words[at].said not in self.first_words:
            return None
        for size, phrase in _phrases(words, at, self.longest):
            if phrase in self.names:
                return size, self.names[phrase]
        return None

    def near(self, words: Sequence[Word], at: int) -> tuple[int, tuple[str, ...]] | None:
        """The same for a misspelt name. The first letter is right, and common words are none. Where
        one word and several may be names, any of them may be meant."""
        longest, boroughs = 0, dict[str, None]()
        for size, phrase in _phrases(words, at, _MOST_WORDS):
            edges = {words[at].said, words[at + size - 1].said}
            if len(phrase) < _SHORTEST or phrase in self.words or edges & self.around:
                continue
            likely = self.by_letter.get(phrase[0], ())
            names = [it for it in likely if size == 1 or _is_misspelt(phrase, it)]
            found = self._alike(phrase, names, shortest=_SHORTEST_AMONG_OTHERS)
            boroughs |= dict.fromkeys(found)
            longest = max(longest, size if found else 0)
        return (longest, tuple(boroughs)) if longest else None

    def alike(self, said: str) -> tuple[str, ...]:
        """The boroughs that a misspelt name may mean which is all that was said."""
        return self._alike(said, [*self.names], shortest=_SHORTEST)

    def _alike(self, said: str, names: Sequence[str], *, shortest: int) -> tuple[str, ...]:
        """The boroughs of all names that are as near as an error allows, the nearest first: where
        they differ, nobody can tell which was meant."""
        near = process.extract(said, names, scorer=OSA.distance, score_cutoff=2, limit=None)
        fit = [name for name, errors, _ in near if _is_typo(name, errors, shortest)]
        return tuple(dict.fromkeys(borough for name in fit for borough in self.names[name]))


def _is_misspelt(phrase: str, name: str) -> bool:
    """Whether one of several words may be misspelt: where words of the language stand in place of
    the name's, and no more are left of it, as in "what kills moss", no Kings Moss is meant."""
    words, meant = phrase.split(), name.split()
    if len(meant) < 2 or len(words) != len(meant):
        return len(meant) > 1
    others = [it for it, known in zip(words, meant, strict=True) if it != known]
    return len(others) * 2 < len(words) or not usual_words().issuperset(others)


def _is_typo(name: str, errors: float, shortest: int) -> bool:
    return len(name) >= shortest and errors <= (1 if len(name) < _TWO_ERRORS else 2)


def _phrases(words: Sequence[Word], at: int, longest: int) -> Iterator[tuple[int, str]]:
    """The runs of words that begin here, the longest first."""
    for size in range(min(longest, len(words) - at), 0, -1):
        yield size, " ".join(word.said for word in words[at : at + size])
