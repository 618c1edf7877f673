"""Conditions that compare unlike types, or that hold always or never."""

import itertools
import math
from collections.abc import Iterator
from typing import Any

from dialogues.checks import uses
from dialogues.checks.uses import Use
from dialogues.conditions import Compare, Condition, Literal, Name, Node, walk
from dialogues.findings import Finding, did_you_mean
from dialogues.model import Content, Slot, SlotType, Step

_ORDERED = {"<", "<=", ">", ">="}
_MOST_CASES = 20_000
_OTHER = "another value"
_KINDS: dict[SlotType, str] = {
    SlotType.TEXT: "text",
    SlotType.CATEGORICAL: "text",
    SlotType.BOOL: "true or false",
    SlotType.FLOAT: "a number",
    SlotType.LIST: "a list",
}


def check(content: Content) -> Iterator[Finding]:
    for use, condition in uses.conditions(content):
        wrong = _unlike(content, use, condition)
        yield from wrong or _constant(content, use, condition)


def check_branches(content: Content) -> Iterator[Finding]:
    """Branches that are never taken."""
    for use, _, step in uses.steps(content):
        tests = [way.condition for way in step.ways if way.condition is not None]
        if not any(_unlike(content, use, it) for it in tests):
            yield from _shadowed(content, use, step)


# --- types -------------------------------------------------------------------------------------


def _unlike(content: Content, use: Use, condition: Condition) -> list[Finding]:
    compared = [node for node in walk(condition.tree) if isinstance(node, Compare)]
    return [finding for node in compared for finding in _compared(content, use, node)]


def _compared(content: Content, use: Use, node: Compare) -> Iterator[Finding]:
    left, right = _kind(content, node.left), _kind(content, node.right)
    words = f"{_shown(node.left)} {node.op} {_shown(node.right)}"
    if node.op in _ORDERED and {left, right} - {"a number", None}:
        hint = "compare with = or !=, or make the slot a float"
        yield use.finding("types", f"{words}: only numbers are less or greater", hint)
    elif node.op in {"=", "!="} and left and right and left != right:
        if "null" not in {left, right}:
            yield use.finding("types", f"{words}: {left} is never {right}", _instead(left))
    elif node.op in {"contains", "matches"}:
        yield from _within(use, node, left, right, words)
    if node.op in {"=", "!="}:
        yield from _unknown_value(content, use, node)


def _within(
    use: Use, node: Compare, left: str | None, right: str | None, words: str
) -> Iterator[Finding]:
    if node.op == "matches" and left not in {"text", None}:
        yield use.finding("types", f"{words}: only text matches", _instead(left))
    if node.op == "contains" and left in {"a number", "true or false", "null"}:
        yield use.finding("types", f"{words}: {left} contains nothing", _instead(left))
    if node.op == "contains" and left == "text" and right not in {"text", None}:
        yield use.finding("types", f"{words}: text contains only text", "put it in quotes")


def _instead(kind: str | None) -> str:
    """How a value of this kind may be compared."""
    if kind == "true or false":
        return "write slots.x or not slots.x"
    return {"a number": "compare with a number", "text": 'compare with text in "quotes"'}.get(
        kind or "", ""
    )


def _unknown_value(content: Content, use: Use, node: Compare) -> Iterator[Finding]:
    """A categorical slot held against a value that it cannot have."""
    for name, other in ((node.left, node.right), (node.right, node.left)):
        slot = _slot(content, name)
        if slot is None or slot.type is not SlotType.CATEGORICAL or not isinstance(other, Literal):
            continue
        if isinstance(other.value, str) and other.value not in slot.values:
            message = f"{slot.name} has no value {other.value!r}"
            hint = did_you_mean(other.value, slot.values) or f"it has {', '.join(slot.values)}"
            yield use.finding("slot-value", message, hint)


def _slot(content: Content, node: Node) -> Slot | None:
    is_slot = isinstance(node, Name) and node.space == "slots"
    return content.slots.get(node.key) if is_slot and isinstance(node, Name) else None


def _kind(content: Content, node: Node) -> str | None:
    """The kind of value in words; None when it cannot be known."""
    if isinstance(node, Literal):
        return _kind_of(node.value)
    slot = _slot(content, node)
    return _KINDS.get(slot.type) if slot else None


def _kind_of(value: Any) -> str | None:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a list"


def _shown(node: Node) -> str:
    if isinstance(node, Name):
        return f"{node.space}.{node.key}"
    return repr(node.value) if isinstance(node, Literal) else "(…)"


# --- always and never --------------------------------------------------------------------------


def _constant(content: Content, use: Use, condition: Condition) -> Iterator[Finding]:
    cases = _cases(content, [condition])
    results = {condition.holds(**case) for case in cases}
    if len(results) == 1:
        always = "always" if results.pop() else "never"
        message = f"the condition {condition.text!r} is {always} true"
        hint = "take it out" if always == "always" else "is or meant, where it says and?"
        yield use.finding("constant", message, hint)


def _shadowed(content: Content, use: Use, step: Step) -> Iterator[Finding]:
    """A branch whose every case is taken by those before it."""
    before: list[Condition] = []
    for way in step.ways:
        if way.condition is None:
            return
        cases = [
            it for it in _cases(content, [*before, way.condition]) if way.condition.holds(**it)
        ]
        if before and cases and all(any(it.holds(**case) for it in before) for case in cases):
            message = f"the branches before take every case of {way.condition.text!r}"
            here = Use(use.subject, way.where or use.where)
            yield here.finding("unreachable", message, "put the narrower condition first")
        before.append(way.condition)


def _cases(content: Content, conditions: list[Condition]) -> list[dict[str, dict[str, Any]]]:
    """Slots and context in every case that the conditions can tell apart; none, when those are too
    many or cannot be counted."""
    nodes = [node for condition in conditions for node in walk(condition.tree)]
    names = list(dict.fromkeys(it for it in nodes if isinstance(it, Name)))
    domains = [_values(content, nodes, name) for name in names]
    listed = [it for it in domains if it is not None]
    if len(listed) < len(domains) or math.prod(map(len, listed)) > _MOST_CASES:
        return []
    return [_case(names, values) for values in itertools.product(*listed)]


def _case(names: list[Name], values: tuple[Any, ...]) -> dict[str, dict[str, Any]]:
    case: dict[str, dict[str, Any]] = {"slots": {}, "context": {}}
    for name, value in zip(names, values, strict=True):
        case[name.space][name.key] = value
    return case


def _values(content: Content, nodes: list[Node], name: Name) -> list[Any] | None:
    """Values that stand for all that the name can be; None when they cannot be listed."""
    literals: list[Any] = []
    for node in nodes:
        if isinstance(node, Compare) and name in {node.left, node.right}:
            other = node.right if node.left == name else node.left
            if node.op in {"matches", "contains"} or not isinstance(other, Literal):
                return None
            literals.append(other.value)
    slot = _slot(content, name)
    if slot is not None and slot.type is SlotType.CATEGORICAL:
        return [None, *slot.values]
    if slot is not None and slot.type is SlotType.BOOL:
        return [None, True, False]
    return [None, *_distinguished(slot, literals)]


def _distinguished(slot: Slot | None, literals: list[Any]) -> list[Any]:
    """Each literal, and something to every side of it."""
    numbers = [it for it in literals if isinstance(it, int | float) and not isinstance(it, bool)]
    if numbers or (slot is not None and slot.type is SlotType.FLOAT):
        return [0.5, *literals, *(it - 1 for it in numbers), *(it + 1 for it in numbers)]
    if slot is None and not any(isinstance(it, str) for it in literals):
        return [True, False, *literals]
    return [_OTHER, "", *literals]
