"""A YAML file taken mapping by mapping: every error names its line and the call it is in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from actions.programme import Fact

NAMELESS = "-"  # stands for the code of a call that has none

_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")  # no database takes these
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Rules:
    """What calls are held against, and what was found wrong: (line, message). `doors` are the
    offers and calls to which somebody may be shown instead, `published` the calls that residents
    may know already."""

    filename: str
    zone: ZoneInfo
    themes: frozenset[str]
    facts: Mapping[str, Fact]
    doors: set[str]
    published: frozenset[str] = frozenset()
    errors: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, code: str, reason: str) -> None:
        """Report an error in this line, counted from 1."""
        self.errors.append((line, f"{self.filename}:{line}: {code}: {reason}"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One mapping of the file, in the call called `code`."""

    node: yaml.Node
    rules: Rules
    code: str
    fields: Mapping[str, yaml.Node]

    def text(self, name: str) -> str | None:
        """A field that must be there and must be a word or more; None when it is refused."""
        node = self.fields.get(name)
        if node is None:
            self.refuse(self.node, f"{name} is missing")
        elif not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.refuse(node, f"{name} must be text")
        elif _UNKEEPABLE.search(node.value):
            self.refuse(node, f"{name} has a character that cannot be kept")
        else:
            return str(node.value).strip()
        return None

    def optional_text(self, name: str) -> str | None:
        """A field that may be left out, or left empty."""
        node = self.fields.get(name)
        empty = isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"
        return None if node is None or empty else self.text(name)

    def flag(self, name: str) -> bool:
        """Yes or no; no where it is left out."""
        text = self.optional_text(name)
        if text is not None and text.casefold() not in _FLAGS:
            self.refuse(self.fields[name], f"{name} must be yes or no")
        return _FLAGS.get((text or "").casefold(), False)

    def refuse(self, node: yaml.Node, reason: str) -> None:
        """Report an error at this place."""
        self.rules.refuse(node.start_mark.line + 1, self.code, reason)

    def refuse_other_than(self, known: tuple[str, ...]) -> None:
        """Report fields that are not known, and those that are given twice."""
        seen: set[str] = set()
        for key, _value in pairs(self.node):
            name = str(key.value)
            if name not in known:
                self.refuse(key, f"unknown field {name}")
            elif name in seen:
                self.refuse(key, f"{name} is given twice")
            seen.add(name)

    def inner(self, node: yaml.Node) -> "Entry":
        """A mapping inside this one."""
        return Entry(node, self.rules, self.code, fields_of(node))


def call_entries(text: str, rules: Rules) -> list[Entry]:
    """The mappings under the top key `calls`."""
    errors_before = len(rules.errors)
    root = composed(text, rules)
    if len(rules.errors) > errors_before:
        return []
    calls = fields_of(root).get("calls")
    if not isinstance(calls, yaml.SequenceNode) or len(pairs(root)) != 1:
        rules.refuse(1, NAMELESS, "the file must have the one top key `calls`, a list")
        return []
    return [call_entry(node, rules) for node in calls.value]


def composed(text: str, rules: Rules, *, code: str = NAMELESS, line: int = 1) -> yaml.Node | None:
    """The YAML in this text, which begins at a line of the file; None where there is none, and
    where what is wrong with it was reported."""
    try:
        root: yaml.Node | None = yaml.compose("\n" * (line - 1) + text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be read"
        rules.refuse(mark.line + 1 if mark else line, code, f"no YAML: {problem}")
        return None
    return root


def call_entry(node: yaml.Node, rules: Rules) -> Entry:
    """The call that this mapping is; what is no mapping has no fields."""
    fields = fields_of(node)
    code = fields.get("code")
    named = isinstance(code, yaml.ScalarNode) and bool(code.value)
    return Entry(node, rules, str(code.value) if code is not None and named else NAMELESS, fields)


def pairs(node: yaml.Node | None) -> list[tuple[yaml.Node, yaml.Node]]:
    """The keys and values of a mapping; nothing for anything else."""
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def fields_of(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """The values of a mapping by key."""
    return {str(key.value): value for key, value in pairs(node)}


def plain(node: yaml.Node) -> Any:
    """A scalar, or a list of scalars, as plain values; None for what is nested deeper."""
    if isinstance(node, yaml.SequenceNode):
        return [_scalar(item) for item in node.value]
    return _scalar(node)


def _scalar(node: yaml.Node) -> str | bool | None:
    if not isinstance(node, yaml.ScalarNode):
        return None
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.casefold() in ("true", "yes", "on")
    return str(node.value)
