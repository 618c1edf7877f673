"""Which of several places in one message stand: the last where one is taken back, none that is
denied, and all that are left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialogues.understanding.language import Lexicon
from dialogues.understanding.text import normalise


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of so many `words`, which may lie in any of the boroughs. `before` are the words
    between it and the place before it. `is_town`: it is a borough by its own name."""

    boroughs: tuple[str, ...]
    start: int
    end: int
    words: int
    before: tuple[str, ...] = ()
    is_town: bool = False


@dataclass(frozen=True, slots=True)
class Undoing:
    """`openers` take back what stands before them, `denials` what follows. `around` are words that
    may stand before a place and say nothing more."""

    openers: tuple[tuple[str, ...], ...] = ()
    denials: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()

    @classmethod
    def of(cls, lexicon: Lexicon | None, around: Iterable[str]) -> "Undoing":
        words = frozenset(map(normalise, around))
        if lexicon is None:
            return cls(around=words)
        openers = tuple(tuple(it.split()) for it in lexicon.openers)
        return cls(openers, lexicon.negation, words)

    def takes_back(self, before: Sequence[str]) -> bool:
        """Whether the words before a place correct what was said ahead of them."""
        left = self._without_around(before)
        return any(left[-len(it) :] == it for it in self.openers)

    def denies(self, before: Sequence[str]) -> bool:
        """Whether a place is named to say that it is not meant."""
        left = self._without_around(before)
        return bool(left) and left[-1] in self.denials

    def is_address(self, before: Sequence[str]) -> bool:
        """Whether nothing but such words stands between a place and the one before it."""
        return not self._without_around(before)

    def _without_around(self, before: Sequence[str]) -> tuple[str, ...]:
        left = list(before)
        while left and left[-1] in self.around:
            left.pop()
        return tuple(left)


def standing(mentions: Sequence[Mention], undoing: Undoing) -> tuple[str, ...]:
    """The boroughs that are meant: one, or several that it may be."""
    left: list[Mention] = []
    for mention in mentions:
        if undoing.denies(mention.before):
            continue
        if left and undoing.takes_back(mention.before):
            left = []
        left.append(mention)
    return _joined(_addresses(left, undoing))


def _addresses(mentions: Iterable[Mention], undoing: Undoing) -> list[tuple[str, ...]]:
    """Places that follow one another make one: "Aintree L9", "Huyton, Liverpool"."""
    found: list[tuple[Mention, tuple[str, ...]]] = []
    for mention in mentions:
        boroughs = mention.boroughs
        if found and undoing.is_address(mention.before):
            last, known = found[-1]
            both = tuple(it for it in known if it in boroughs)
            if both or mention.is_town != last.is_town:
                found[-1] = (mention, both or (known if mention.is_town else boroughs))
                continue
        found.append((mention, boroughs))
    return [boroughs for _mention, boroughs in found]


def _joined(places: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """All boroughs of several places; one on a border is where another one is."""
    sure = dict.fromkeys(it[0] for it in places if len(it) == 1)
    unsure = [it for it in places if len(it) > 1 and sure.keys().isdisjoint(it)]
    common = [it for it in (unsure[0] if unsure else ()) if all(it in one for one in unsure)]
    rest = common if common and not sure else [it for one in unsure for it in one]
    return tuple(dict.fromkeys((*sure, *rest)))
