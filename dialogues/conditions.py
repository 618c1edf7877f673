"""Conditions over slots and context, as a tree that compiles itself to closures.

Comparisons of unlike types are false at run time, with a log line; a `null` never compares as less
or greater. Types are checked beforehand by `dialogues.checks.conditions`.
"""

import logging
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)

Values = Mapping[str, Any]
Test = Callable[[Values, Values], Any]  # (slots, context) → the value; its truth is what counts


@dataclass(frozen=True, slots=True)
class Literal:
    value: Any

    def compile(self) -> Test:
        value = self.value
        return lambda slots, context: value


@dataclass(frozen=True, slots=True)
class Name:
    """`slots.key` or `context.key`."""

    space: str
    key: str

    def compile(self) -> Test:
        key = self.key
        if self.space == "slots":
            return lambda slots, context: slots.get(key)
        return lambda slots, context: context.get(key)


@dataclass(frozen=True, slots=True)
class Compare:
    op: str
    left: "Node"
    right: "Node"

    def compile(self) -> Test:
        left, right, compare = self.left.compile(), self.right.compile(), OPERATORS[self.op]
        return lambda slots, context: compare(left(slots, context), right(slots, context))


@dataclass(frozen=True, slots=True)
class Not:
    inner: "Node"

    def compile(self) -> Test:
        inner = self.inner.compile()
        return lambda slots, context: not inner(slots, context)


@dataclass(frozen=True, slots=True)
class Both:
    left: "Node"
    right: "Node"

    def compile(self) -> Test:
        left, right = self.left.compile(), self.right.compile()
        return lambda slots, context: left(slots, context) and right(slots, context)


@dataclass(frozen=True, slots=True)
class Either:
    left: "Node"
    right: "Node"

    def compile(self) -> Test:
        left, right = self.left.compile(), self.right.compile()
        return lambda slots, context: left(slots, context) or right(slots, context)


Node = Literal | Name | Compare | Not | Both | Either


def walk(node: Node) -> Iterator[Node]:
    """The node and everything in it."""
    yield node
    if isinstance(node, Not):
        yield from walk(node.inner)
    elif isinstance(node, Compare | Both | Either):
        yield from walk(node.left)
        yield from walk(node.right)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it was written, and ready to be asked."""

    text: str
    tree: Node
    test: Test

    def holds(self, slots: Values, context: Values) -> bool:
        return bool(self.test(slots, context))

    def names(self, space: str) -> list[str]:
        """The keys used from `slots` or from `context`."""
        found = (node for node in walk(self.tree) if isinstance(node, Name))
        return [name.key for name in found if name.space == space]


def slot_is(name: str, value: Any) -> Condition:
    """The condition that a slot has a value."""
    tree = Compare("=", Name("slots", name), Literal(value))
    return Condition(f"slots.{name} = {value!r}", tree, tree.compile())


# --- comparing ---------------------------------------------------------------------------------


def same(left: Any, right: Any) -> bool:
    """Equality that does not take true for 1."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def ordered(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        try:
            return compare(left, right)
        except TypeError:
            log.warning("cannot compare %s with %s", type(left).__name__, type(right).__name__)
            return False

    return ordered


def _contains(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    try:
        return right in left
    except TypeError:
        log.warning("%s cannot contain %s", type(left).__name__, type(right).__name__)
        return False


def _matches(left: Any, right: Any) -> bool:
    return isinstance(left, str) and isinstance(right, str) and bool(re.search(right, left))


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": same,
    "!=": lambda left, right: not same(left, right),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    "contains": _contains,
    "matches": _matches,
}
