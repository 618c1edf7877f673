"""Calls in a table as spreadsheets write it, a call each row: every error names the file's line.

What separates the cells is read off the first row, which names the columns. A cell may be quoted
and hold line breaks, so a row may begin many lines before it ends.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence

import yaml

from actions.calls.call_fields import FIELDS, REQUIRED, STRUCTURED
from actions.calls.cells import unguarded
from actions.criteria.entries import NAMELESS, Entry, Rules, call_entry, composed

Row = list[yaml.ScalarNode]

_BREAK = re.compile(r"\r\n|\r|\n")
_TEXT = "tag:yaml.org,2002:str"


def table_entries(text: str, rules: Rules) -> list[Entry]:
    """The rows as though each were a mapping of its columns. Empty cells are left out."""
    rows = [row for row in _rows(text, rules) if any(cell.value.strip() for cell in row)]
    if rules.errors:
        return []
    if not rows:
        rules.refuse(1, NAMELESS, "the file has no columns")
        return []
    columns = _columns(rows[0], rules)
    return [] if rules.errors else [_entry(row, columns, rules) for row in rows[1:]]


def _rows(text: str, rules: Rules) -> Iterator[Row]:
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield _row(cells, line)
            line = reader.line_num + 1
    except csv.Error as error:
        rules.refuse(line, NAMELESS, f"no CSV: {error}")


def _delimiter(text: str) -> str:
    first, *_rest = _BREAK.split(text, maxsplit=1)
    return max(",;\t", key=first.count)


def _row(cells: Sequence[str], line: int) -> Row:
    """The cells, each with the line in which it begins."""
    row: Row = []
    for cell in cells:
        row.append(_node(_BREAK.sub("\n", cell), line))
        line += len(_BREAK.findall(cell))
    return row


def _columns(head: Row, rules: Rules) -> list[str]:
    names = [cell.value.strip().casefold().replace(" ", "_") for cell in head]
    line = _line(head[0])
    for name in dict.fromkeys(name for name in names if name):
        if name not in FIELDS:
            rules.refuse(line, NAMELESS, f"unknown column {name}; known: {', '.join(FIELDS)}")
        elif names.count(name) > 1:
            rules.refuse(line, NAMELESS, f"column {name} is given twice")
    for name in REQUIRED:
        if name not in names:
            rules.refuse(line, NAMELESS, f"column {name} is missing")
    return names


def _entry(row: Row, columns: list[str], rules: Rules) -> Entry:
    cells = [(name, cell) for name, cell in zip(columns, row, strict=False) if cell.value.strip()]
    code = next((cell.value.strip() for name, cell in cells if name == "code"), NAMELESS)
    fields: list[tuple[yaml.Node, yaml.Node]] = []
    for name, cell in cells:
        if not name:
            rules.refuse(_line(cell), code, f"{cell.value.strip()!r} stands in a nameless column")
            continue
        value = _value(name, cell, rules, code)
        if value is not None:
            fields.append((_node(name, _line(cell)), value))
    for cell in row[len(columns) :]:
        if cell.value.strip():
            rules.refuse(_line(cell), code, "there are more cells than columns")
    mark = row[0].start_mark
    return call_entry(yaml.MappingNode("tag:yaml.org,2002:map", fields, mark, mark), rules)


def _value(name: str, cell: yaml.ScalarNode, rules: Rules, code: str) -> yaml.Node | None:
    text = unguarded(cell.value)
    if name in STRUCTURED:
        return composed(text, rules, code=code, line=_line(cell))
    return _node(text.strip(), _line(cell))


def _node(text: str, line: int) -> yaml.ScalarNode:
    mark = yaml.Mark("", 0, line - 1, 0, None, 0)
    return yaml.ScalarNode(_TEXT, text, mark, mark)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
