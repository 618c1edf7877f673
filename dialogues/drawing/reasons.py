"""Conditions in plain words. What was answered to a question is named by the question in ‹ ›."""

import re

from dialogues.conditions import Both, Compare, Condition, Either, Literal, Name, Node, Not
from dialogues.drawing.wording import Wording, listed, spaced

_TOO_LONG = re.compile(r"\.\{(\d+),\}")
_ALTERNATIVES = re.compile(r"\^\(([\w|' ]+)\)")
_ORDER = {">": "is over", ">=": "is at least", "<": "is under", "<=": "is at most"}
_MOST_NAMED = 3


def in_words(wording: Wording, condition: Condition, asked: str | None = None) -> str:
    """`asked` is a slot that is simply called "the answer"."""
    return _Reason(wording, asked).words(condition.tree)


class _Reason:
    def __init__(self, wording: Wording, asked: str | None) -> None:
        self._wording = wording
        self._asked = asked

    def words(self, node: Node) -> str:
        if isinstance(node, Both):
            return self._both(node)
        if isinstance(node, Either):
            return self._either(node)
        if isinstance(node, Not):
            return self._not(node.inner)
        if isinstance(node, Compare):
            return self._comparison(node)
        return f"{self._operand(node)} is “yes”"

    def _both(self, node: Both) -> str:
        unknown = _unknown(node)
        if unknown is not None:
            return f"{listed([self._operand(it) for it in unknown], 'and')} are not known yet"
        return f"{self._grouped(node.left)} and {self._grouped(node.right)}"

    def _either(self, node: Either) -> str:
        name, values = _one_of(node)
        if name is not None:
            return f"{self._operand(name)} is {listed([self._value(it, name) for it in values])}"
        return f"{self.words(node.left)} or {self.words(node.right)}"

    def _grouped(self, node: Node) -> str:
        words = self.words(node)
        return f"({words})" if isinstance(node, Either) and _one_of(node)[0] is None else words

    def _not(self, inner: Node) -> str:
        if isinstance(inner, Name | Literal):
            return f"{self._operand(inner)} is not “yes”"
        return f"not ({self.words(inner)})"

    def _comparison(self, node: Compare) -> str:
        subject, no = self._operand(node.left), "not " if node.op == "!=" else ""
        if node.op == "contains":
            return self._contains(node)
        if node.op == "matches":
            return f"{subject} {_pattern(node.right)}"
        if node.right == Literal(None):
            return f"{subject} is {'known' if no else 'not known yet'}"
        value = self._value(node.right, node.left)
        if node.op in _ORDER:
            return f"{subject} {_ORDER[node.op]} {value.strip('“”')}"
        return f"{subject} is {no}{value}"

    def _contains(self, node: Compare) -> str:
        if isinstance(node.left, Literal) and isinstance(node.left.value, frozenset):
            members = (Literal(it) for it in sorted(node.left.value, key=str))
            values = [self._value(it, node.right) for it in members]
            return f"{self._operand(node.right)} is {listed(values)}"
        return f"{self._operand(node.left)} contains {self._operand(node.right)}"

    def _operand(self, node: Node) -> str:
        if isinstance(node, Literal):
            return self._wording.value("", node.value)
        if not isinstance(node, Name):
            return f"({self.words(node)})"
        if node.space == "context":
            return spaced(node.key)
        return "the answer" if node.key == self._asked else f"‹{self._wording.slot(node.key)}›"

    def _value(self, node: Node, of: Node) -> str:
        """A value in the words that the slot has for it."""
        if isinstance(node, Literal) and isinstance(of, Name):
            return self._wording.value(of.key, node.value)
        return self._operand(node)


def _unknown(node: Node) -> list[Name] | None:
    """The names, when the node says that none of several is known."""
    if isinstance(node, Both):
        left, right = _unknown(node.left), _unknown(node.right)
        return None if left is None or right is None else [*left, *right]
    if isinstance(node, Compare) and node.op == "=" and isinstance(node.left, Name):
        return [node.left] if node.right == Literal(None) else None
    return None


def _one_of(node: Node) -> tuple[Name | None, list[Node]]:
    """The name and its values, when the node says that it is one of several."""
    if isinstance(node, Either):
        (left, some), (right, more) = _one_of(node.left), _one_of(node.right)
        return (left, [*some, *more]) if left == right else (None, [])
    if isinstance(node, Compare) and node.op == "=" and node.right != Literal(None):
        return (node.left, [node.right]) if isinstance(node.left, Name) else (None, [])
    return None, []


def _pattern(node: Node) -> str:
    """What a regular expression is after, for the kinds that content uses."""
    text = str(node.value) if isinstance(node, Literal) else ""
    long = _TOO_LONG.fullmatch(text)
    if long is not None:
        return f"is longer than {int(long[1]) - 1} letters"
    words = _ALTERNATIVES.search(text)
    if words is not None:
        named = [f"“{it}”" for it in words[1].split("|")]
        more = " …" if len(named) > _MOST_NAMED else ""
        return f"is only {listed(named[:_MOST_NAMED])}{more}"
    return "has a certain form"
