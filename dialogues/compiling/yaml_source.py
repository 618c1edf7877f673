"""Reads a YAML file into plain data and remembers the line of every key and item.

Scalars follow YAML 1.2: only `true` and `false` are booleans, so `yes`, `no`, `on` and `20:00` stay
words. Aliases may be used; tags, merge keys and duplicate keys are refused.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dialogues.findings import Finding, Where

KeyPath = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]*([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(slots=True)
class Source:
    """One file's data. `lines` maps the path to a key or item to its line, from 1."""

    file: str
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def where(self, *path: str | int) -> Where:
        """The place of `path`, or of the nearest enclosing thing that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return Where(self.file, self.lines.get(path, 1))


def read(path: Path, name: str | None = None) -> Source:
    """Never raises for what is inside the file: what is wrong is in `findings`."""
    source = Source(name or str(path))
    try:
        node = yaml.compose(path.read_bytes(), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        source.findings.append(Finding(source.file, line, "yaml", error.problem or str(error)))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        source.findings.append(Finding(source.file, 1, "yaml", str(error).splitlines()[0]))
    else:
        if node is not None:
            source.data = _Builder(source).build(node, ())
    return source


class _Builder:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: set[int] = set()

    def build(self, node: yaml.Node, path: KeyPath) -> Any:
        self._source.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._open:
            return self._refuse(node, "an alias may not contain itself")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
            return self._mapping(node, path)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.Node, path: KeyPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or key == "<<":
                self._refuse(key_node, "a key must be a plain word")
                continue
            if key in data:
                self._refuse(key_node, f"{key} is given twice")
            self._source.lines[*path, key] = key_node.start_mark.line + 1
            data[key] = self.build(value_node, (*path, key))
        return data

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if node.style is not None and node.style != "":
            return node.value
        text: str = node.value
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return float(text)
        return text

    def _refuse(self, node: yaml.Node, message: str) -> None:
        line = node.start_mark.line + 1
        self._source.findings.append(Finding(self._source.file, line, "yaml", message))
