"""Who stands left of whom in a rank, so that lines seldom cross: sweeps by barycentres."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dialogues.drawing.nodes import Node, Plan, segments

_ORDERINGS = 12


def ordered(ranks: list[list[Node]], made: Plan) -> list[list[Node]]:
    """Sweeps down and up; the order with the fewest crossings is kept."""
    parts = segments(made.lines)
    above, below = defaultdict(list), defaultdict(list)
    for upper, lower in parts:
        above[id(lower)].append(upper)
        below[id(upper)].append(lower)
    best, fewest = ranks, _crossings(ranks, parts)
    for turn in range(_ORDERINGS):
        down = turn % 2 == 0
        ranks = _swept(ranks, above if down else below, down=down)
        crossings = _crossings(ranks, parts)
        if crossings < fewest:
            best, fewest = ranks, crossings
    return best


def _swept(
    ranks: list[list[Node]], near: Mapping[int, list[Node]], *, down: bool
) -> list[list[Node]]:
    place = {id(node): float(i) for rank in ranks for i, node in enumerate(rank)}
    swept = list(ranks)
    for at in range(len(ranks)) if down else reversed(range(len(ranks))):
        middles = {}
        for node in ranks[at]:
            beside = [place[id(it)] for it in near.get(id(node), ())]
            middles[id(node)] = sum(beside) / len(beside) if beside else place[id(node)]
        swept[at] = sorted(ranks[at], key=lambda it: middles[id(it)])
        place |= {id(node): float(i) for i, node in enumerate(swept[at])}
    return swept


def _crossings(ranks: list[list[Node]], parts: Sequence[tuple[Node, Node]]) -> int:
    place = {id(node): i for rank in ranks for i, node in enumerate(rank)}
    between = defaultdict(list)
    for upper, lower in parts:
        between[upper.rank].append((place[id(upper)], place[id(lower)]))
    return sum(
        (a - c) * (b - d) < 0
        for pairs in between.values()
        for i, (a, b) in enumerate(pairs)
        for c, d in pairs[:i]
    )
