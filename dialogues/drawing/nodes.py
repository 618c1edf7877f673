"""Boxes, labels and bends, and the lines between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP = 20.0  # pixels between a rank and the next


@dataclass(slots=True)
class Node:
    """A box, a label or a bend. `x` is its middle, `y` its top."""

    width: float
    height: float
    rank: int = 0
    x: float = 0.0
    y: float = 0.0
    bend: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """`via` are the nodes on the way, the label (if any) first."""

    source: Node
    target: Node
    via: Sequence[Node]
    label: Node | None = None

    @property
    def nodes(self) -> list[Node]:
        return [self.source, *self.via, self.target]


@dataclass(slots=True)
class Plan:
    boxes: dict[str, Node]
    lines: list[Line]
    width: float = 0.0
    height: float = 0.0


def segments(lines: Iterable[Line]) -> list[tuple[Node, Node]]:
    return [pair for line in lines for pair in pairwise(line.nodes)]


def route(line: Line) -> list[tuple[float, float, float]]:
    """The upright parts of a line: where, from and down to. Between them it curves."""
    short = len(line.via) == 1 and line.label is None
    nodes = [line.target] if short else line.nodes[1:]
    x = _port(line.source, nodes[0].x)
    y = line.source.y + line.source.height
    parts = []
    for node in nodes:
        parts.append((x, y, node.y - (2 * GAP if short else GAP)))
        x, y = node.x if node is not line.target else _port(node, x), node.y
    return [*parts, (x, y, y)]


def _port(node: Node, wish: float) -> float:
    """Where a line meets a box: straight across from where it comes from, if that is near."""
    reach = max(node.width / 2 - 30, 0.0)
    return min(max(wish, node.x - reach), node.x + reach)
