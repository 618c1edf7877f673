"""Small numbers are hidden, so that nobody is recognised in them, and cannot be reckoned back.

Two rules see to that. Where parts stand beside their whole, larger ones are hidden as well until
what is hidden can be made up in more than one way. And what is summed up over weeks is made of what
is shown: a small number counts as two in it, and the sum is only about right; of a larger one that
is hidden nothing is told but that it is one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

FEWEST = 5  # numbers below are hidden, but for nought: there is nobody to be recognised
_COUNTS_AS = 2

K = TypeVar("K")


class Kind(StrEnum):
    """How a number stands to the true one."""

    EXACT = "exact"
    ABOUT = "about"  # a sum in which small ones count as two
    AT_LEAST = "at least"  # a sum in which larger ones are hidden
    SMALL = "small"  # hidden: 1 to 4
    BESIDE = "beside"  # hidden: 5 or more, so that a small one cannot be reckoned back
    HIDDEN = "hidden"  # it may be anything


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, None where it is hidden."""

    count: int | None
    kind: Kind = Kind.EXACT

    @property
    def is_hidden(self) -> bool:
        """Whether the number is not shown."""
        return self.count is None

    @property
    def estimate(self) -> int:
        """What it counts as in a sum or a share."""
        if self.count is not None:
            return self.count
        return {Kind.SMALL: _COUNTS_AS, Kind.BESIDE: FEWEST}.get(self.kind, 0)


SMALL = Cell(None, Kind.SMALL)
BESIDE = Cell(None, Kind.BESIDE)
HIDDEN = Cell(None, Kind.HIDDEN)


def cell(count: int) -> Cell:
    """A number that stands alone."""
    return SMALL if 0 < count < FEWEST else Cell(count)


def parts(counts: Mapping[K, int]) -> dict[K, Cell]:
    """Parts whose whole is known from elsewhere. Which larger one is hidden beside small ones
    depends on the order alone, for it must not tell how large it is; where one is not enough, all
    are hidden, and which of them are small."""
    small = [part for part, count in counts.items() if 0 < count < FEWEST]
    larger = [part for part, count in counts.items() if count >= FEWEST]
    if len(small) < FEWEST - 1 and (not small or sum(counts.values()) < FEWEST):
        return {part: cell(count) for part, count in counts.items()}  # the whole is hidden itself
    for beside in ([], larger[:1]):
        if _is_safe([counts[it] for it in small], [counts[it] for it in beside]):
            hidden = {**dict.fromkeys(small, SMALL), **dict.fromkeys(beside, BESIDE)}
            return {part: hidden.get(part, Cell(count)) for part, count in counts.items()}
    return dict.fromkeys(counts, HIDDEN)


def total(cells: Iterable[Cell]) -> Cell:
    """The sum of what is shown. It is hidden where it would be small itself."""
    found = list(cells)
    kinds, count = {it.kind for it in found}, sum(it.estimate for it in found)
    if kinds & {Kind.BESIDE, Kind.HIDDEN, Kind.AT_LEAST}:
        least = sum(1 if it.kind is Kind.SMALL else it.estimate for it in found)
        return Cell(least, Kind.AT_LEAST) if least >= FEWEST else HIDDEN
    if not kinds & {Kind.SMALL, Kind.ABOUT}:
        return Cell(count)
    return SMALL if count < FEWEST else Cell(count, Kind.ABOUT)


def share(part: Cell, whole: Cell) -> int | None:
    """How many of a hundred, of what is shown; None where one of both is hidden, or the whole is
    nought."""
    if part.is_hidden or whole.is_hidden or not whole.estimate:
        return None
    return round(100 * part.estimate / whole.estimate)


def _is_safe(small: list[int], beside: list[int]) -> bool:
    """Whether who knows the sum of both can tell none of the small ones: each may be one more or
    less, if another is that much less or more."""
    whole = sum(small) + sum(beside)
    least = len(small) + FEWEST * len(beside)
    has_room = bool(beside) or whole < (FEWEST - 1) * len(small)
    return len(small) + len(beside) > 1 and whole >= FEWEST and least < whole and has_room
