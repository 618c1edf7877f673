"""Phrases of the content, looked for among the words of a message."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dialogues.understanding.text import normalise

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases that are looked for at a place among words, the longest first."""

    by_first: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    by_last: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, phrases: Iterable[str]) -> "Phrases":
        found = {tuple((normalise(it) or it).split()) for it in phrases if it.strip()}
        longest_first = sorted(found, key=lambda it: (-len(it), it))
        first: dict[str, list[Phrase]] = {}
        last: dict[str, list[Phrase]] = {}
        for phrase in longest_first:
            first.setdefault(phrase[0], []).append(phrase)
            last.setdefault(phrase[-1], []).append(phrase)
        return cls(_fixed(first), _fixed(last))

    def all_at(self, words: Sequence[str], at: int) -> Iterator[Phrase]:
        """The phrases that begin there."""
        for phrase in self.by_first.get(words[at], ()) if at < len(words) else ():
            if tuple(words[at : at + len(phrase)]) == phrase:
                yield phrase

    def at(self, words: Sequence[str], at: int) -> Phrase | None:
        """The longest that begins there."""
        return next(self.all_at(words, at), None)

    def size_at(self, words: Sequence[str], at: int) -> int:
        """How many words the phrase has that begins there; 0 if there is none."""
        found = self.at(words, at)
        return len(found) if found else 0

    def size_before(self, words: Sequence[str], at: int) -> int:
        """The same for the one that ends just before."""
        for phrase in self.by_last.get(words[at - 1], ()) if at > 0 else ():
            if at >= len(phrase) and tuple(words[at - len(phrase) : at]) == phrase:
                return len(phrase)
        return 0


def _fixed(found: Mapping[str, list[Phrase]]) -> dict[str, tuple[Phrase, ...]]:
    return {word: tuple(phrases) for word, phrases in found.items()}
