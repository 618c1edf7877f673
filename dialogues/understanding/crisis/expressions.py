"""What the rules are written in: words, concepts in braces, gaps, and little else.

| written | stands for |
|---|---|
| `word` | the word; `bruis*` any word that begins so |
| `a|b` | one of both words |
| `{concept}` | any of the concept's words, which are expressions themselves |
| `{give up|end it}` | one of several expressions |
| `[really|just]` | one of them, or nothing |
| `..` | up to two words; `...` up to four |
| `!word`, `!{concept}`, `!(in the|at)` | what comes next is not that |
| `^`, `$` | the beginning, and the end, of the message |
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dialogues.understanding.text import normalise

Concepts = Mapping[str, Sequence[str]]

_NAME = re.compile(r"\{[a-z_]+\}")
_WORD = re.compile(r"[^\s{}()\[\]|!*^$.]+\*?")
_ANY = r"(?:[^ …]+ )"  # not what an exception left
_GAPS = {"..": _ANY + "{0,2}", "...": _ANY + "{0,4}"}
_ENDS = {"^": "^ ", "$": "$"}
_BRACKETS = {"{": "}", "[": "]", "(": ")"}


class ExpressionError(ValueError):
    """What is wrong with an expression. `unknown` is a concept that it names and nobody wrote."""

    def __init__(self, message: str, unknown: str = "") -> None:
        super().__init__(message)
        self.unknown = unknown


@dataclass(frozen=True)
class Expression:
    """Looked for in a normalised message with a blank before and after it. `needs` holds for each
    of its parts the words, one of which must be there; None where that cannot be told."""

    written: str
    source: str
    needs: tuple[frozenset[str] | None, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Made when first looked for: most rules are tried for few messages."""
        return re.compile(self.source)


@dataclass(frozen=True, slots=True)
class Part:
    """`source` matches its words and the blank after them. `first` are the words that it may begin
    with, None where they cannot be told."""

    source: str
    first: frozenset[str] | None = None
    is_needed: bool = True


class Grammar:
    """Reads expressions that name these concepts. A word in `also` stands for those others too. In
    an expression, too, a word is read as the form that it has in `same`."""

    def __init__(
        self, concepts: Concepts, also: Concepts | None = None, same: Concepts | None = None
    ) -> None:
        self._written = concepts
        self._also = also or {}
        self._form = {other: form for form, others in (same or {}).items() for other in others}
        self._others = _any_of(self._form)
        self._read: dict[str, Part] = {}
        self._made: dict[tuple[str, bool], Expression] = {}
        self._open: list[str] = []

    @property
    def names(self) -> Collection[str]:
        """Of the concepts."""
        return self._written

    def expression(self, written: str, *, cuts: bool = False) -> Expression:
        """`cuts` tells that what is found is cut out: then it matters where it ends. Written twice,
        it is the same one. Raises ExpressionError."""
        if (written, cuts) not in self._made:
            self._made[written, cuts] = self._expression(written, cuts=cuts)
        return self._made[written, cuts]

    def _expression(self, written: str, *, cuts: bool) -> Expression:
        parts = self._parts(self._in_forms(written))
        needs = tuple(it.first for it in parts if it.is_needed)
        if not needs:
            raise ExpressionError(f"{written!r} says nothing: write a word or a {{concept}}")
        if not (cuts or parts[-1].is_needed or _split(written, " ")[-1][0] in "$!"):
            raise ExpressionError(
                f"{written!r}: what may be there or not changes nothing at the end"
            )
        source = "".join(it.source for it in parts)
        start = "" if source.startswith("^") else "(?<= )"
        return Expression(written, start + source, needs)

    def concept(self, name: str) -> Part:
        """Raises ExpressionError."""
        if name not in self._read:
            if name not in self._written:
                raise ExpressionError(f"there is no concept {{{name}}}", name)
            if name in self._open:
                circle = " → ".join((*self._open[self._open.index(name) :], name))
                raise ExpressionError(f"concepts go round in a circle: {circle}")
            self._open.append(name)
            try:
                self._read[name] = _either(
                    [self._sequence(self._in_forms(it)) for it in self._written[name]]
                )
            finally:
                self._open.pop()
        return self._read[name]

    def _in_forms(self, written: str) -> str:
        """As messages are rewritten before they are compared."""
        if self._others is None:
            return written
        return self._others.sub(lambda it: self._form[it[0]], written)

    def _parts(self, written: str) -> list[Part]:
        parts = [self._part(token) for token in _split(written, " ") if token]
        if not parts:
            raise ExpressionError("an expression is empty")
        return parts

    def _sequence(self, written: str) -> Part:
        parts = self._parts(written)
        return Part("".join(it.source for it in parts), parts[0].first)

    def _part(self, token: str) -> Part:
        if token in _GAPS or token in _ENDS:
            return Part(_GAPS.get(token) or _ENDS[token], is_needed=False)
        if token.startswith("["):
            return Part(f"(?:{self._options(token).source})?", is_needed=False)
        if token.startswith("!"):
            inner = self._options(token[1:]) if token[1:2] == "(" else self._words(token[1:])
            return Part(f"(?!{inner.source})", is_needed=False)
        return self._words(token)

    def _words(self, token: str) -> Part:
        """Words and concepts with bars between them."""
        return _either([self._one(it) for it in _split(token, "|")])

    def _options(self, token: str) -> Part:
        return _either([self._sequence(it) for it in _split(token[1:-1], "|")])

    def _one(self, written: str) -> Part:
        if _NAME.fullmatch(written):
            return self.concept(written[1:-1])
        if written.startswith("{"):
            return self._options(written)
        if not _WORD.fullmatch(written) or not normalise(written):
            raise ExpressionError(f"{written!r} is neither a word nor a {{concept}}")
        said = normalise(written.rstrip("*"))
        if written.endswith("*"):
            return Part(re.escape(said) + r"\S* ")
        words = [said, *self._also.get(said, ())]
        return _either([Part(re.escape(it) + " ", frozenset({it})) for it in words])


def _either(choices: Sequence[Part]) -> Part:
    """Longer words first, so that the whole of them is taken."""
    if not choices:
        raise ExpressionError("a concept needs words")
    first: frozenset[str] | None = frozenset()
    for it in choices:
        first = None if first is None or it.first is None else first | it.first
    sources = sorted({it.source for it in choices}, key=lambda it: (-len(it), it))
    return Part(sources[0] if len(sources) == 1 else f"(?:{'|'.join(sources)})", first)


def _split(written: str, separator: str) -> list[str]:
    """At separators that stand in no bracket."""
    return "".join(_marked(written, separator)).split("\n")


def _marked(written: str, separator: str) -> Iterator[str]:
    closing: list[str] = []
    for letter in written.strip():
        if letter in _BRACKETS:
            closing.append(_BRACKETS[letter])
        elif letter in _BRACKETS.values() and (not closing or closing.pop() != letter):
            raise ExpressionError(f"{written!r}: a bracket is not opened")
        yield "\n" if letter == separator and not closing else letter
    if closing:
        raise ExpressionError(f"{written!r}: a bracket is not closed")


def _any_of(others: Collection[str]) -> re.Pattern[str] | None:
    """One of these, where it is whole words and no concept's name."""
    longest = sorted(others, key=lambda it: (-len(it), it))
    words = "|".join(map(re.escape, longest))
    return re.compile(rf"(?<![\w*])(?!(?<=\{{)\w+\}})(?:{words})(?![\w*])") if longest else None


def words_in(written: str) -> set[str]:
    """The words of an expression, without those of the concepts that it names."""
    found = re.findall(r"[^\W_]+\*?", _NAME.sub(" ", written.lower()))
    return {it for it in found if not it.endswith("*")}
