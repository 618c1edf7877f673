"""Questions that no answer leads out of: found when the walk is over."""

from collections import deque
from collections.abc import Hashable, Iterator

from bot.exploring.faults import LOOP, NEVER_ENDS, Fault, place_of
from bot.exploring.moves import Kind
from bot.exploring.walking import Edge, Graph, Node
from dialogues.exchange import Asked
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
    """The states with an open question from which no chain of answers gets on."""
    left = {key for key in graph.walked if _question(graph, key) is not None}
    answerable = {_question(graph, key) for key in left if _answers(graph, key)}
    leads_back: dict[Hashable, list[Hashable]] = {}
    free: list[Hashable] = []
    for key in left:
        ends = [edge.end for edge in _answers(graph, key)]
        if not ends and _question(graph, key) in answerable:
            free.append(key)  # the moment is wrong, after "which answer?", but not the question
        elif any(_gets_on(graph, key, end) for end in ends):
            free.append(key)
        for end in ends:
            leads_back.setdefault(end.key, []).append(key)
    while free:
        key = free.pop()
        if key in left:
            left.discard(key)
            free += leads_back.get(key, ())
    return left


def _question(graph: Graph, key: Hashable) -> Asked | None:
    return graph.nodes[key].state.question


def _answers(graph: Graph, key: Hashable) -> list[Edge]:
    """The answers that are taken, but for those that were understood as something else and have
    begun another flow."""
    flows = _flows_open(graph.nodes[key].state)
    return [
        edge
        for edge in graph.walked[key]
        if edge.move.kind is Kind.ANSWER and edge.taken and _flows_open(edge.end.state) <= flows
    ]


def _gets_on(graph: Graph, key: Hashable, end: Node) -> bool:
    """Whether a flow has come to its end there, or nobody has looked any further."""
    if end.key not in graph.walked:
        return True
    return _flows_open(end.state) < _flows_open(graph.nodes[key].state)


def _flows_open(state: State) -> int:
    return sum(not frame.called for frame in state.stack)


def _root_flow(state: State) -> str:
    """The flow that has called the one whose question is open."""
    return next(frame.flow for frame in reversed(state.stack) if not frame.called)


def _fault(content: Content, graph: Graph, node: Node) -> Fault:
    question = node.state.question
    where = place_of(content, f"{question.flow}.{question.step}" if question else "")
    lines = [move.line for move in node.conversation()]
    flow = _root_flow(node.state)
    back = _way_back(graph, node)
    if back:
        message = f"{flow} goes round in a circle: answers lead to questions answered before"
        return Fault(LOOP, where, message, [*lines, *back])
    message = f"{flow} can never be finished: no answer that was tried is taken"
    return Fault(NEVER_ENDS, where, message, lines)


def _way_back(graph: Graph, node: Node) -> list[str]:
    """The shortest chain of answers after which a question is open that was answered on the way;
    empty when no answer is taken."""
    waiting: deque[tuple[Node, list[str], frozenset[Asked | None]]] = deque()
    waiting.append((node, [], frozenset()))
    seen: set[Hashable] = set()
    while waiting:
        here, lines, answered = waiting.popleft()
        question = here.state.question
        if question in answered:
            return lines
        if here.key not in seen:
            seen.add(here.key)
            for edge in _answers(graph, here.key):
                waiting.append((edge.end, [*lines, edge.move.line], answered | {question}))
    return []
