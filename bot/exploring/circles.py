"""Questions that no answer leads out of: found when the walk is over."""

from collections.abc import Hashable, Iterator

from bot.exploring.faults import LOOP, NEVER_ENDS, Fault, place_of
from bot.exploring.moves import Kind
from bot.exploring.walking import Graph, Node
from dialogues.model import Content
from dialogues.state import State


def circles(content: Content, graph: Graph) -> Iterator[Fault]:
    """One finding for each flow that answering never brings to an end, at its earliest state.

    States that were not walked on from count as ways out: nothing is known of them.
    """
    stuck = _stuck(graph)
    reported: set[str] = set()
    for node in graph.nodes.values():
        if node.key in stuck and (flow := _root_flow(node.state)) not in reported:
            reported.add(flow)
            yield _fault(content, graph, node)


def _stuck(graph: Graph) -> set[Hashable]:
    """The states from which no chain of answers gets on."""
    asking = {
        key
        for key, node in graph.nodes.items()
        if node.state.question is not None and key in graph.walked
    }
    leads_back: dict[Hashable, list[Hashable]] = {}
    free: list[Hashable] = []
    for key in asking:
        ends = _answers(graph, key)
        if any(_gets_on(graph, key, end) for end in ends):
            free.append(key)
        for end in ends:
            leads_back.setdefault(end, []).append(key)
    left = set(asking)
    while free:
        key = free.pop()
        if key in left:
            left.discard(key)
            free += leads_back.get(key, ())
    return left


def _answers(graph: Graph, key: Hashable) -> list[Hashable]:
    """Where the answers to the question lead."""
    return [end for move, end in graph.walked[key] if move.kind is Kind.ANSWER]


def _gets_on(graph: Graph, key: Hashable, end: Hashable) -> bool:
    """Whether a flow has come to its end there, or nobody has looked any further."""
    if end not in graph.walked:
        return True
    return _flows_open(graph.nodes[end].state) < _flows_open(graph.nodes[key].state)


def _flows_open(state: State) -> int:
    return sum(not frame.called for frame in state.stack)


def _root_flow(state: State) -> str:
    """The flow that has called the one whose question is open."""
    return next(frame.flow for frame in reversed(state.stack) if not frame.called)


def _fault(content: Content, graph: Graph, node: Node) -> Fault:
    lines = [move.line for move in node.conversation()]
    round_trip = _round_trip(graph, node)
    question = node.state.question
    place = f"{question.flow}.{question.step}" if question else ""
    flow = _root_flow(node.state)
    if round_trip:
        message = f"{flow} goes round in a circle: every answer leads back to where it was asked"
        return Fault(LOOP, place_of(content, place), message, [*lines, *round_trip])
    message = f"{flow} can never be finished: no answer that was tried is taken"
    return Fault(NEVER_ENDS, place_of(content, place), message, lines)


def _round_trip(graph: Graph, node: Node) -> list[str]:
    """The shortest way of answers that comes back to a question that was already answered; empty
    when no answer is ever taken."""
    waiting: list[tuple[Node, list[str], frozenset[Hashable]]] = [(node, [], frozenset())]
    seen: set[Hashable] = set()
    while waiting:
        here, lines, passed = waiting.pop(0)
        if here.key in passed:
            return lines
        if here.key in seen:
            continue
        seen.add(here.key)
        for move, end in graph.walked[here.key]:
            if move.kind is Kind.ANSWER and end in graph.nodes and _taken(graph, here, end):
                waiting.append((graph.nodes[end], [*lines, move.line], passed | {here.key}))
    return []


def _taken(graph: Graph, here: Node, end: Hashable) -> bool:
    """Whether the answer was taken: the question was settled, though it may be open again."""
    after = graph.nodes[end].state
    return (
        after.question != here.state.question
        or after.stack[-1].answered != here.state.stack[-1].answered
        or (end == here.key and here.state.question is not None and _is_settled(here))
    )


def _is_settled(node: Node) -> bool:
    question = node.state.question
    return question is not None and question.step in node.state.stack[-1].answered
