"""Small numbers are hidden, so that nobody is recognised in them, and cannot be reckoned back.

Two rules see to that. Where parts stand beside their whole, one more is hidden until what is hidden
can be made up in more than one way. And what is summed up over weeks is made of what is shown: a
hidden number counts as two in it, and the sum is only about right.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

FEWEST = 5  # numbers below are hidden, but for nought: there is nobody to be recognised
_COUNTS_AS = 2

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, None where it is hidden. A sum that hides something is only `about` right."""

    count: int | None
    about: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether the number is not shown."""
        return self.count is None

    @property
    def estimate(self) -> int:
        """What it counts as in a sum or a share."""
        return _COUNTS_AS if self.count is None else self.count


HIDDEN = Cell(None)


def cell(count: int) -> Cell:
    """A number that stands alone."""
    return HIDDEN if 0 < count < FEWEST else Cell(count)


def parts(counts: Mapping[K, int]) -> dict[K, Cell]:
    """Parts whose whole is known from elsewhere. Which others are hidden beside small ones depends
    on the order alone: from what is hidden nobody can tell how large it is."""
    hidden = {part for part, count in counts.items() if 0 < count < FEWEST}
    if not hidden:
        return {part: Cell(count) for part, count in counts.items()}
    for part in sorted(counts, key=lambda part: counts[part] == 0):  # a nought only if need be
        if _is_safe([counts[it] for it in hidden]):
            break
        hidden.add(part)
    return {part: HIDDEN if part in hidden else Cell(count) for part, count in counts.items()}


def total(cells: Iterable[Cell]) -> Cell:
    """The sum of what is shown. It is hidden where it would be small itself."""
    found = list(cells)
    count = sum(it.estimate for it in found)
    about = any(it.is_hidden or it.about for it in found)
    return HIDDEN if about and count < FEWEST else Cell(count, about)


def share(part: Cell, whole: Cell) -> int | None:
    """How many of a hundred, of what is shown; None where one of both is hidden, or the whole is
    nought."""
    if part.is_hidden or whole.is_hidden or not whole.estimate:
        return None
    return round(100 * part.estimate / whole.estimate)


def _is_safe(hidden: list[int]) -> bool:
    """Whether who knows their sum can tell none of them: each may be one more, or one less, if
    another is that much less or more."""
    small = [it for it in hidden if it < FEWEST]
    least = len(small) + FEWEST * (len(hidden) - len(small))
    most = (FEWEST - 1) * len(hidden) if len(small) == len(hidden) else sum(hidden) + 1
    return len(hidden) > 1 and sum(hidden) >= FEWEST and least < sum(hidden) < most
