"""Which states of a conversation are alike, so that only one of them is walked on from.

Alike are states with the same stack and open question, the same choices on the screen, and slots
that no condition ahead can tell apart. What actions make of a value is not seen here.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cache
from typing import Any

from dialogues.conditions import Compare, Condition, Literal, Name, Node, walk
from dialogues.model import END, Act, Call, Collect, Content, Link, Step
from dialogues.state import Frame, State

Place = tuple[str, str]  # flow and step
Atom = Callable[[Any], bool]  # whether one comparison holds for a slot's value


class Likeness:
    """The states of one content."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._atoms = _atoms(content)
        self._tested = frozenset(self._atoms)
        self._ahead = cache(self._slots_ahead)
        self._classes: dict[tuple[str, str], Hashable] = {}

    def key(self, state: State, tables: Iterable[str]) -> Hashable:
        """Equal for states that are alike. `tables` are those that hold something of theirs; they
        count only between two flows."""
        return (
            tuple(_frame_key(frame) for frame in state.stack),
            tuple(payload for _, payload in state.offered),
            min(state.misses, 2),
            state.turn == 0,
            self._slots_key(state),
            None if state.stack else frozenset(tables),
        )

    def _slots_key(self, state: State) -> Hashable:
        live = set[str]().union(*(self._ahead((it.flow, it.step)) for it in state.stack))
        names = live if state.stack else self._tested | self._content.persisted
        return tuple((name, self._class(name, state.slots[name])) for name in sorted(names))

    def _class(self, name: str, value: Any) -> Hashable:
        """What can be told of a value: that there is one, and which comparisons hold for it."""
        known = self._classes.get((name, repr(value)))
        if known is None:
            known = (value is None, tuple(atom(value) for atom in self._atoms.get(name, ())))
            self._classes[name, repr(value)] = known
        return known

    def _slots_ahead(self, place: Place) -> frozenset[str]:
        """The slots that are looked at from this step on, in its flow and those it leads to."""
        seen: set[Place] = set()
        waiting = [place]
        found: set[str] = {"language"} & set(self._content.slots)
        while waiting:
            here = waiting.pop()
            if here in seen or here[1] == END:
                continue
            seen.add(here)
            step = self._content.flows[here[0]].steps[here[1]]
            found |= set(_slots_read(self._content, step))
            waiting += self._next(here[0], step)
        return frozenset(found)

    def _next(self, flow: str, step: Step) -> Iterator[Place]:
        yield from ((flow, way.target) for way in step.ways)
        if isinstance(step, Link | Call):
            yield step.flow, self._content.flows[step.flow].first


def _frame_key(frame: Frame) -> Hashable:
    return (
        frame.flow,
        frame.step,
        frame.asked,
        frame.called,
        repr(sorted(frame.context.items())),
        tuple(frame.answered),
        tuple((it, value is None) for it, value in sorted(frame.kept.items())),
        tuple((it, value is None) for it, value in sorted(frame.reasked.items())),
        tuple(sorted(frame.narrowed)),
    )


def _slots_read(content: Content, step: Step) -> Iterator[str]:
    for condition in _conditions_of(content, step):
        yield from condition.names("slots")
    if isinstance(step, Collect):
        yield step.slot


def _conditions_of(content: Content, step: Step) -> Iterator[Condition]:
    yield from (way.condition for way in step.ways if way.condition is not None)
    if isinstance(step, Act):
        yield from _response_conditions(content, step.name)
    elif isinstance(step, Collect):
        refusals = (*step.refusals, *content.slots[step.slot].refusals)
        yield from (refusal.condition for refusal in refusals)
        for name in (step.utter, f"{step.utter}_simpler", f"utter_invalid_{step.slot}"):
            yield from _response_conditions(content, name)


def _response_conditions(content: Content, name: str) -> Iterator[Condition]:
    response = content.responses.get(name)
    for variation in response.variations if response else ():
        yield from variation.condition


# --- comparisons -------------------------------------------------------------------------------


def _atoms(content: Content) -> dict[str, list[Atom]]:
    """Every comparison of a slot that the content makes, by slot."""
    found: dict[str, dict[str, Atom]] = {}
    for condition in _all_conditions(content):
        for node in walk(condition.tree):
            for name in _slots_in(node):
                found.setdefault(name, {})[repr(node)] = _atom(name, node)
    return {name: list(atoms.values()) for name, atoms in found.items()}


def _all_conditions(content: Content) -> Iterator[Condition]:
    for flow in content.flows.values():
        if flow.guard is not None:
            yield flow.guard
        for step in flow.steps.values():
            yield from _conditions_of(content, step)
    for name in content.responses:
        yield from _response_conditions(content, name)


def _slots_in(node: Node) -> list[str]:
    """The slots of a bare name, or of a comparison with literals."""
    sides: list[Node] = [node.left, node.right] if isinstance(node, Compare) else [node]
    if not all(isinstance(side, Name | Literal) for side in sides):
        return []
    return [side.key for side in sides if isinstance(side, Name) and side.space == "slots"]


def _atom(name: str, node: Node) -> Atom:
    test = node.compile()
    return lambda value: bool(test({name: value}, {}))
