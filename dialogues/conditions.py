"""The condition language: a parser, and the tree it makes, which compiles itself to closures.

    slots.age >= 18 and not (slots.borough is "outside" or slots.theme is null)

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


class ConditionError(ValueError):
    """The text is not a condition; the message says what is wrong with it."""


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
        left, right, compare = self.left.compile(), self.right.compile(), _COMPARE[self.op]
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
    text: str
    tree: Node
    test: Test

    def holds(self, slots: Values, context: Values) -> bool:
        return bool(self.test(slots, context))

    def names(self, space: str) -> list[str]:
        """The keys used from `slots` or from `context`."""
        found = (node for node in walk(self.tree) if isinstance(node, Name))
        return [name.key for name in found if name.space == space]


def parse(text: str) -> Condition:
    """Raises ConditionError."""
    tree = _Parser(text).parse()
    return Condition(text, tree, tree.compile())


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


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": same,
    "!=": lambda left, right: not same(left, right),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    "contains": _contains,
    "matches": _matches,
}

# --- parsing -----------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<number>-?\d+(?:\.\d+)?)
  | (?P<op>!=|>=|<=|=|>|<)
  | (?P<mark>[(){},])
  | (?P<word>[A-Za-z_][\w.]*)
  | (?P<bad>\S+)
)""",
    re.VERBOSE,
)
_CONSTANTS: dict[str, Any] = {"null": None, "true": True, "false": False}


class _Parser:
    def __init__(self, text: str) -> None:
        found = (match for match in _TOKEN.finditer(text.rstrip()) if match.lastgroup)
        self._tokens = [(match.lastgroup or "", match[match.lastgroup or ""]) for match in found]
        self._at = 0

    def parse(self) -> Node:
        if not self._tokens:
            raise ConditionError("the condition is empty")
        tree = self._either()
        if self._at < len(self._tokens):
            raise ConditionError(f"unexpected {self._peek()[1]}{self._advice()}")
        return tree

    def _either(self) -> Node:
        left = self._both()
        while self._take("word", "or"):
            left = Either(left, self._both())
        return left

    def _both(self) -> Node:
        left = self._not()
        while self._take("word", "and"):
            left = Both(left, self._not())
        return left

    def _not(self) -> Node:
        return Not(self._not()) if self._take("word", "not") else self._comparison()

    def _comparison(self) -> Node:
        left = self._operand()
        op = self._operator()
        if op is None:
            return left
        right = self._operand()
        if op == "matches":
            _check_regex(right)
        return Compare(op, left, right)

    def _operator(self) -> str | None:
        if self._take("word", "is"):
            return "!=" if self._take("word", "not") else "="
        kind, value = self._peek()
        if kind == "op" or (kind == "word" and value in _COMPARE):
            self._at += 1
            return value
        return None

    def _operand(self) -> Node:
        kind, value = self._peek()
        self._at += 1
        if kind == "string":
            return Literal(re.sub(r"\\([\"'\\])", r"\1", value[1:-1]))
        if kind == "number":
            return Literal(float(value) if "." in value else int(value))
        if kind == "word":
            return _name_or_constant(value)
        if value == "(":
            tree = self._either()
            self._expect(")")
            return tree
        if value == "{":
            return self._set()
        self._at -= 1
        raise ConditionError(f"expected a value, found {value or 'the end'}{self._advice()}")

    def _set(self) -> Node:
        members = []
        while not self._take("mark", "}"):
            member = self._operand()
            if not isinstance(member, Literal):
                raise ConditionError("a set holds plain values")
            members.append(member.value)
            self._take("mark", ",")
        return Literal(frozenset(members))

    def _expect(self, mark: str) -> None:
        if not self._take("mark", mark):
            raise ConditionError(f"{mark} is missing")

    def _take(self, kind: str, value: str) -> bool:
        if self._peek() == (kind, value):
            self._at += 1
            return True
        return False

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _advice(self) -> str:
        before = self._tokens[self._at - 1][1] if 0 < self._at <= len(self._tokens) else ""
        return "; equal is written =" if before == "=" and self._peek()[1] == "=" else ""


def _name_or_constant(word: str) -> Node:
    if word in _CONSTANTS:
        return Literal(_CONSTANTS[word])
    space, dot, key = word.partition(".")
    if not dot or space not in {"slots", "context"} or not key or "." in key:
        raise ConditionError(f"{word} is neither slots.NAME, context.NAME nor a quoted word")
    return Name(space, key)


def _check_regex(node: Node) -> None:
    if not isinstance(node, Literal) or not isinstance(node.value, str):
        raise ConditionError("matches needs a quoted regular expression")
    try:
        re.compile(node.value)
    except re.error as error:
        raise ConditionError(f"not a regular expression: {error}") from error
