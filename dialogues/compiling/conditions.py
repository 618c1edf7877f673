"""Parses the condition language, which is that of Rasa's flows:

slots.age >= 18 and not (slots.borough is "outside" or slots.theme is null)
"""

import re
from typing import Any

from dialogues.conditions import (
    OPERATORS,
    Both,
    Compare,
    Condition,
    Either,
    Literal,
    Name,
    Node,
    Not,
)


class ConditionError(ValueError):
    """The text is not a condition; the message says what is wrong with it."""


def parse(text: str) -> Condition:
    """Raises ConditionError."""
    tree = _Parser(text).parse()
    return Condition(text, tree, tree.compile())


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
        if kind == "op" or (kind == "word" and value in OPERATORS):
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
