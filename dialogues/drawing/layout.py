"""Places boxes in ranks from top to bottom, so that arrows lead down and seldom cross.

Layered drawing: a box stands a rank below the lowest that leads to it, and a long line has a bend
in each rank on its way. Even ranks hold boxes, odd ones the labels of lines.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dialogues.drawing.nodes import Line, Node, Plan
from dialogues.drawing.ordering import ordered
from dialogues.drawing.placing import place

Links = Sequence[tuple[str, str, tuple[float, float] | None]]


def plan(boxes: Mapping[str, tuple[float, float]], links: Links) -> Plan:
    """`boxes` are widths and heights, the first on top; `links` go from box to box, with the size
    of their label, and never in a circle."""
    nodes = {key: Node(*size) for key, size in boxes.items()}
    _rank(nodes, links)
    lines = [_line(nodes[source], nodes[target], label) for source, target, label in links]
    made = Plan(nodes, lines)
    place(made, ordered(_ranks(made), made))
    return made


def _rank(nodes: Mapping[str, Node], links: Links) -> None:
    """Each box below all that lead to it."""
    for _ in nodes:
        for source, target, _label in links:
            nodes[target].rank = max(nodes[target].rank, nodes[source].rank + 2)


def _line(source: Node, target: Node, size: tuple[float, float] | None) -> Line:
    label = Node(*size, rank=source.rank + 1) if size else None
    first = source.rank + (2 if label else 1)
    bends = [Node(6.0, 0.0, rank, bend=True) for rank in range(first, target.rank)]
    return Line(source, target, [*([label] if label else []), *bends], label)


def _ranks(made: Plan) -> list[list[Node]]:
    """In the order in which somebody reading on would come by."""
    ranks: dict[int, list[Node]] = defaultdict(list)
    seen: set[int] = set()
    below = defaultdict(list)
    for line in made.lines:
        below[id(line.source)].append(line)

    def visit(node: Node) -> None:
        if id(node) in seen:
            return
        seen.add(id(node))
        ranks[node.rank].append(node)
        for line in below[id(node)]:
            for bend in line.via:
                ranks[bend.rank].append(bend)
            visit(line.target)

    for box in made.boxes.values():
        visit(box)
    return [ranks[rank] for rank in sorted(ranks)]
