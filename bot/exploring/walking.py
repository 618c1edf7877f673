"""The walk: breadth first through everything residents may do, each state that is new once."""

import logging
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.exploring.choices import Choices, Situation
from bot.exploring.likeness import Likeness
from bot.exploring.moves import Kind, Move
from bot.exploring.scratch import Scratch, Writes
from dialogues.exchange import Reply
from dialogues.model import Content
from dialogues.runner import Outcome, RunAction, Runner
from dialogues.state import State

Monotonic = Callable[[], float]


@dataclass(frozen=True)
class Bounds:
    """How far to go: turns in one conversation, detours in one conversation, seconds in all.
    `flow` keeps to conversations that begin with this flow."""

    depth: int = 20
    detours: int = 1
    seconds: float = 60.0
    flow: str | None = None


@dataclass(eq=False, slots=True)
class Node:
    """A state that was reached, and the shortest way there."""

    state: State
    key: Hashable
    replies: list[Reply] = field(default_factory=list)
    writes: Writes = ()
    parent: "Node | None" = None
    move: Move | None = None
    depth: int = 0
    detours: int = 0

    def way(self) -> Iterator["Node"]:
        """This node and those before it, the newest first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def conversation(self) -> list[Move]:
        """What was typed and pressed to get here, in order."""
        return [node.move for node in self.way() if node.move is not None][::-1]


@dataclass(frozen=True, slots=True)
class Taken:
    """One turn: from where, what was done, and the outcome or what was raised instead."""

    node: Node
    move: Move
    outcome: Outcome | None = None
    error: Exception | None = None

    def conversation(self) -> list[Move]:
        return [*self.node.conversation(), self.move]


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a move has led. `taken`: the open question was settled by it."""

    move: Move
    end: Node
    taken: bool


@dataclass(slots=True)
class Graph:
    """What was walked: for each state its first node, and where each move has led."""

    nodes: dict[Hashable, Node] = field(default_factory=dict)
    walked: dict[Hashable, list[Edge]] = field(default_factory=dict)
    turns: int = 0
    seconds: float = 0.0
    too_deep: int = 0  # states at the bound of depth
    too_far: int = 0  # states for whose detours none was left
    waiting: int = 0  # states when time was up
    started: set[str] = field(default_factory=set)


class Walk:
    """One walk. `on_turn` is told of every turn that was taken."""

    def __init__(
        self,
        scratch: Scratch,
        bounds: Bounds,
        *,
        on_turn: Callable[[Taken], None],
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self.graph = Graph()
        self.choices = Choices(scratch.core.content)
        self._content: Content = scratch.core.content
        self._scratch = scratch
        self._bounds = bounds
        self._on_turn = on_turn
        self._monotonic = monotonic
        self._runner = Runner(self._content)
        self._likeness = Likeness(self._content)
        self._fewest: dict[Hashable, int] = {}  # detours on the way to a state
        self._queue: deque[Node] = deque()

    def run(self) -> Graph:
        """Walk until everything within the bounds is known, or time is up."""
        began = self._monotonic()
        self._arrive(Node(State.new(self._content), key="root"))
        with _odd_answers_go_unlogged():
            while self._queue and self.graph.seconds <= self._bounds.seconds:
                self._walk_on(self._queue.popleft())
                self.graph.seconds = self._monotonic() - began
        self.graph.waiting = len(self._queue)
        return self.graph

    def _walk_on(self, node: Node) -> None:
        if node.detours > self._fewest[node.key]:
            return  # a better way has been found since
        if node.depth >= self._bounds.depth:
            self.graph.too_deep += 1
            return
        edges = self.graph.walked.setdefault(node.key, [])
        for move in self._moves_from(node):
            edge = self._take(node, move)
            if edge is not None:
                edges.append(edge)
                self._arrive(edge.end)

    def _moves_from(self, node: Node) -> Iterator[Move]:
        """Detours only while there are some left."""
        left = self._bounds.detours - node.detours
        earlier = [reply for it in node.way() for reply in reversed(it.replies)]
        for move in self.choices.of(Situation(node.state, node.replies, earlier, node.move)):
            if node.depth == 0 and not self._may_begin(move):
                continue
            if move.kind is Kind.DETOUR and left <= 0:
                continue
            yield move
        self.graph.too_far += left <= 0

    def _may_begin(self, move: Move) -> bool:
        flow = self._bounds.flow
        if flow is None:
            return True
        start = self.choices.starts.get(flow)
        return start is not None and start.incoming == move.incoming

    def _take(self, node: Node, move: Move) -> Edge | None:
        self.graph.turns += 1
        now = self._scratch.core.clock.now()

        def take(run_action: RunAction) -> Outcome:
            return self._runner.take(node.state, move.incoming, run_action=run_action, now=now)

        try:
            outcome, writes = self._scratch.turn(node.writes, take)
        except Exception as error:  # noqa: BLE001 - whatever a turn raises is what we look for
            self._on_turn(Taken(node, move, error=error))
            return None
        self._on_turn(Taken(node, move, outcome))
        self._note_flows(outcome)
        taken = _was_taken(node, outcome)
        return Edge(move, self._node(node, move, outcome, writes, taken=taken), taken)

    def _node(
        self, node: Node, move: Move, outcome: Outcome, writes: Writes, *, taken: bool
    ) -> Node:
        state = State.from_json(outcome.state.to_json(), self._content)
        return Node(
            state=state,
            key=self._likeness.key(state, (write.table for write in writes)),
            replies=outcome.replies,
            writes=writes,
            parent=node,
            move=move,
            depth=node.depth + 1,
            detours=node.detours + _is_detour(node, move, taken=taken),
        )

    def _arrive(self, node: Node) -> None:
        """Queue the node, unless its state is known by a way with as few detours."""
        known = self._fewest.get(node.key)
        if node.detours > self._bounds.detours or (known is not None and known <= node.detours):
            return
        self._fewest[node.key] = node.detours
        self.graph.nodes.setdefault(node.key, node)
        self._queue.append(node)

    def _note_flows(self, outcome: Outcome) -> None:
        self.graph.started |= {
            line.removeprefix("start ") for line in outcome.trace if line.startswith("start ")
        }


@contextmanager
def _odd_answers_go_unlogged() -> Iterator[None]:
    log = logging.getLogger("dialogues.conditions")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def _was_taken(node: Node, outcome: Outcome) -> bool:
    """Whether the flow has gone on from its question, even if it has come back to it since."""
    question = node.state.question
    if question is None or outcome.state.question != question:
        return outcome.understood
    steps = [line for line in outcome.trace if "." in line and " " not in line]
    own = [line for line in steps if not line.startswith("pattern_")]
    return any(line != f"{question.flow}.{question.step}" for line in own)


def _is_detour(node: Node, move: Move, *, taken: bool) -> bool:
    """An answer that was not taken is one, too; and so is a new subject after the first."""
    if move.kind is Kind.ANSWER:
        return not taken
    if move.kind is Kind.START:
        return node.depth > 0 and move.incoming.payload is None
    return True
