"""Where each node of each rank stands, once their order is known.

Across, each rank is placed as near to its neighbours as the distances allow. Down, everything is
as tight as can be.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from dialogues.drawing.nodes import GAP, Line, Node, Plan, route, segments

APART = 30.0  # pixels between neighbours
BEND_APART = 18.0
_SETTLINGS = 80
_LABELLED = 6.0
_PULLS = (1.0, 0.7, 16.0)  # by how many of the two are bends


def place(made: Plan, ranks: list[list[Node]]) -> None:
    """Gives every node its `x` and `y`, and the plan its size."""
    _settle(ranks, _neighbours(made.lines))
    for line in made.lines:
        _straighten(line, ranks)
    _measure(made, ranks)


def _neighbours(lines: Sequence[Line]) -> dict[int, list[tuple[Node, float]]]:
    """With how much each pulls: long lines want to be straight, labels above what they lead to."""
    near: dict[int, list[tuple[Node, float]]] = defaultdict(list)
    labels = {id(line.label) for line in lines if line.label}
    for upper, lower in segments(lines):
        pull = _LABELLED if id(upper) in labels else _PULLS[upper.bend + lower.bend]
        near[id(upper)].append((lower, pull))
        near[id(lower)].append((upper, pull))
    return near


def _settle(ranks: list[list[Node]], near: Mapping[int, list[tuple[Node, float]]]) -> None:
    for rank in ranks:
        _place(rank, [0.0] * len(rank), [1.0] * len(rank))
    for turn in range(_SETTLINGS):
        for rank in ranks if turn % 2 == 0 else reversed(ranks):
            wishes, pulls = [], []
            for node in rank:
                pulling = near.get(id(node), [])
                pull = sum(it for _, it in pulling) or 0.01
                wishes.append(sum(other.x * it for other, it in pulling) / pull)
                pulls.append(pull)
            _place(rank, wishes, pulls)


def _place(rank: Sequence[Node], wishes: Sequence[float], pulls: Sequence[float]) -> None:
    """Puts each as near to its wish as the distances allow (least squares): those whose wishes
    are in each other's way are moved as one block."""
    offsets = [0.0]
    for left, right in pairwise(rank):
        offsets.append(offsets[-1] + _distance(left, right))
    blocks: list[tuple[float, float, int]] = []  # where, pull, how many
    for wish, pull, offset in zip(wishes, pulls, offsets, strict=True):
        block = (wish - offset, pull, 1)
        while blocks and blocks[-1][0] > block[0]:
            where, weight, count = blocks.pop()
            both = weight + block[1]
            block = ((where * weight + block[0] * block[1]) / both, both, count + block[2])
        blocks.append(block)
    places = [where for where, _, count in blocks for _ in range(count)]
    for node, place, offset in zip(rank, places, offsets, strict=True):
        node.x = place + offset


def _straighten(line: Line, ranks: Sequence[Sequence[Node]]) -> None:
    """Puts the bends of a line above one another, and its label too, where there is room."""
    for run in (line.via, [it for it in line.via if it.bend]):
        rooms = [_room(node, ranks[node.rank]) for node in run]
        left = max((it[0] for it in rooms), default=0.0)
        right = min((it[1] for it in rooms), default=-1.0)
        if left <= right:
            middle = sum(node.x for node in run) / len(run)
            for node in run:
                node.x = min(max(middle, left), right)
            return


def _room(node: Node, rank: Sequence[Node]) -> tuple[float, float]:
    """How far to the left and to the right it may go."""
    at = next(i for i, it in enumerate(rank) if it is node)
    left = rank[at - 1].x + _distance(rank[at - 1], node) if at else float("-inf")
    last = at + 1 == len(rank)
    return left, float("inf") if last else rank[at + 1].x - _distance(node, rank[at + 1])


def _distance(left: Node, right: Node) -> float:
    apart = BEND_APART if left.bend or right.bend else APART
    return (left.width + right.width) / 2 + apart


# --- heights -----------------------------------------------------------------------------------


def _measure(made: Plan, ranks: list[list[Node]]) -> None:
    """From the top left corner on: as tight as can be, unless a line would then cross a box."""
    everything = [node for rank in ranks for node in rank]
    left = min(node.x - node.width / 2 for node in everything)
    for node in everything:
        node.x -= left
    _tighten(made, ranks)
    if _blocked(made.lines, everything):
        _align(ranks)
    made.height = max(node.y + node.height for node in everything)
    made.width = max(node.x + node.width / 2 for node in everything)


def _tighten(made: Plan, ranks: list[list[Node]]) -> None:
    """Each right below what leads to it, and below what stands in the same column."""
    above = defaultdict(list)
    for upper, lower in segments(made.lines):
        above[id(lower)].append(upper)
    placed: list[Node] = []
    for rank in ranks:
        for node in rank:
            over = [*above[id(node)], *(it for it in placed if _same_column(it, node))]
            node.y = max((it.y + it.height + GAP for it in over), default=0.0)
        placed += rank


def _same_column(one: Node, other: Node) -> bool:
    return abs(one.x - other.x) < (one.width + other.width) / 2 + BEND_APART / 2


def _align(ranks: list[list[Node]]) -> None:
    """All of a rank side by side."""
    y = 0.0
    for rank in ranks:
        for node in rank:
            node.y = y
        y += max(node.height for node in rank) + GAP


def _blocked(lines: Iterable[Line], nodes: Sequence[Node]) -> bool:
    return any(
        _hits(area, node)
        for line in lines
        for area in _areas(route(line))
        for node in nodes
        if not node.bend and not any(node is it for it in line.nodes)
    )


Area = tuple[float, float, float, float]  # left, right, top, bottom


def _areas(parts: Sequence[tuple[float, float, float]]) -> Iterator[Area]:
    """What the upright parts of a line take up, and the curves between them."""
    yield from ((x, x, top, bottom) for x, top, bottom in parts)
    for (x, _, top), (end, bottom, _) in pairwise(parts):
        yield min(x, end), max(x, end), top, bottom


def _hits(area: Area, node: Node) -> bool:
    left, right, top, bottom = area
    beside = left > node.x + node.width / 2 + 4 or right < node.x - node.width / 2 - 4
    return not beside and top < node.y + node.height and node.y < bottom
