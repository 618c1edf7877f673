"""Where people leave: of each flow, the questions at which conversations stopped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from actions.insight.hiding import Cell, parts, share, total
from storage.leaving import Left

QUIET = timedelta(days=7)  # nobody answered for as long: they have left
LOOKED_BACK = timedelta(weeks=26)  # one span for all: two spans would tell what is between them


@dataclass(frozen=True, slots=True)
class LeftAt:
    """A question, how many left at it, and how many of a hundred that are of all in this flow."""

    step: str
    count: Cell
    share: int | None


@dataclass(frozen=True, slots=True)
class LeftIn:
    """A flow, how many left in it, and at which of its questions, in their order."""

    flow: str
    count: Cell
    steps: tuple[LeftAt, ...]


def leaving(found: Iterable[Left], flows: Mapping[str, Sequence[str]]) -> list[LeftIn]:
    """The flows in which somebody left, the most first. `flows` are the questions of each in their
    order; what the content has no more is left out."""
    counts = {(it.flow, it.step): it.count for it in found}
    by_flow = {
        flow: {step: counts.get((flow, step), 0) for step in steps} for flow, steps in flows.items()
    }
    left = [(flow, its) for flow, its in by_flow.items() if any(its.values())]
    return [_left_in(flow, its) for flow, its in sorted(left, key=lambda it: -sum(it[1].values()))]


def _left_in(flow: str, counts: Mapping[str, int]) -> LeftIn:
    cells = parts(counts)
    whole = total(cells.values())
    steps = tuple(LeftAt(step, it, share(it, whole)) for step, it in cells.items())
    return LeftIn(flow, whole, steps)
