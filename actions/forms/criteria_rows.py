"""Criteria as rows of a form: each a fact, a comparison, answers, and the words for it.

Rows stand in groups as conditions do. What is kept of a call and is not touched in the form goes
back as it was, to the letter, also where the form could not have made it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from actions.criteria.criteria import COMPARISONS, JOINTS, TEXTS
from actions.forms.typing import Typed, one, tidy
from actions.programme import Fact

ONE = "one"  # a criterion; the other kinds are the JOINTS
_PLAIN = ("comparison", "unmet", *TEXTS, "takes", "instead")


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion, or a group with its members. `values` are the answers as the form writes them;
    `was` is what the call keeps, in JSON, or empty for a new one."""

    id: str
    kind: str = ONE
    fact: str = ""
    comparison: str = "one_of"
    values: tuple[str, ...] = ()
    unmet: str = "not_yet"
    met: str = ""
    unmet_text: str = ""
    fix: str = ""
    takes: str = ""
    instead: str = ""
    was: str = ""
    members: tuple["Row", ...] = field(default=())

    @property
    def prefix(self) -> str:
        """So the names of its fields begin."""
        return f"c{self.id}-"


Rows = tuple[Row, ...]


def rows_of(criteria: Sequence[Mapping[str, Any]]) -> Rows:
    """The rows of what a call keeps."""
    numbers = iter(range(1, 100_000))
    return tuple(_kept(data, numbers) for data in criteria)


def rows_typed(typed: Typed) -> Rows:
    """The rows that a form has sent: `row` names each as ID:PARENT:KIND, in order."""
    found: dict[str, list[Row]] = {"": []}
    named = [given.split(":") for given in typed.get("row", ())]
    known = [it for it in named if len(it) == 3 and it[0].isdecimal() and it[2] in (ONE, *JOINTS)]
    for id_, parent, kind in known:
        if id_ not in found and parent in found:
            found[id_] = []
            found[parent].append(_typed_row(typed, id_, kind))
    return _gathered(found, "")


def flat(rows: Sequence[Row], parent: str = "") -> Iterator[tuple[Row, str]]:
    """Every row with the id of the group it is in, in the form's order."""
    for row in rows:
        yield row, parent
        yield from flat(row.members, row.id)


def data_of(row: Row, fact: Fact | None) -> dict[str, Any]:
    """The criterion as a call keeps it; a row that says the same as what is kept is that. Of an
    ordered fact the answers that will do are kept, as import files are read."""
    kept: dict[str, Any] = json.loads(row.was) if row.was else {}
    if kept and _as_typed(_of_data(row.id, kept)) == _as_typed(row):
        return kept
    comparison, expected = _compared(row, fact)
    more = {name: getattr(row, name) for name in ("takes", "instead") if getattr(row, name)}
    told = {name: getattr(row, name) for name in ("unmet", *TEXTS)}
    return {"fact": row.fact, comparison: expected, **told, **more}


def is_kept(row: Row) -> bool:
    """Whether it says the same as what is kept, so that it needs no second look."""
    return bool(row.was) and _as_typed(_of_data(row.id, json.loads(row.was))) == _as_typed(row)


def written(value: Any) -> str:
    """An answer as the form writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def meant(fact: Fact, text: str) -> Any:
    """The answer that is written so; None if it is none."""
    if fact.values:
        return text if text in fact.values else None
    if fact.number:
        try:
            return float(text)
        except ValueError:
            return None
    return {"true": True, "false": False}.get(text)


# --- changing the form -------------------------------------------------------------------------


def changed(rows: Rows, deed: str, typed: Typed) -> Rows:
    """The rows after a button was pressed: `add:PARENT`, `any_of:PARENT`, `all_of:PARENT`,
    `remove:ID` or `up:ID`. What it does not know it leaves."""
    verb, _, at = deed.partition(":")
    new = _new_row(rows, verb, at, typed)
    if new is not None:
        return _put(rows, at, new)
    if verb == "remove":
        return tuple(
            replace(row, members=changed(row.members, deed, typed)) for row in rows if row.id != at
        )
    return _moved_up(rows, at) if verb == "up" else rows


def _new_row(rows: Rows, verb: str, at: str, typed: Typed) -> Row | None:
    ids = [int(row.id) for row, _parent in flat(rows)]
    id_ = str(max(ids, default=0) + 1)
    if verb in JOINTS:
        return Row(id_, verb)
    fact = one(typed, f"fact-{at}")
    return Row(id_, fact=fact, comparison="") if verb == "add" and fact else None


def _put(rows: Rows, parent: str, new: Row) -> Rows:
    if not parent:
        return (*rows, new)
    return tuple(
        replace(
            row,
            members=(*row.members, new) if row.id == parent else _put(row.members, parent, new),
        )
        for row in rows
    )


def _moved_up(rows: Rows, at: str) -> Rows:
    ids = [row.id for row in rows]
    if at in ids[1:]:
        place = ids.index(at)
        return (*rows[: place - 1], rows[place], rows[place - 1], *rows[place + 1 :])
    return tuple(replace(row, members=_moved_up(row.members, at)) for row in rows)


# --- reading and writing -----------------------------------------------------------------------


def _kept(data: Mapping[str, Any], numbers: Iterator[int]) -> Row:
    id_ = str(next(numbers))
    for joined in JOINTS:
        if joined in data:
            return Row(id_, joined, members=tuple(_kept(it, numbers) for it in data[joined]))
    return _of_data(id_, data)


def _of_data(id_: str, data: Mapping[str, Any]) -> Row:
    comparison = next(name for name in COMPARISONS if name in data)
    expected = data[comparison]
    values = expected if comparison == "one_of" else [expected]
    texts: dict[str, Any] = {
        name: tidy(data.get(name) or "") for name in (*TEXTS, "takes", "instead")
    }
    return Row(
        id_,
        fact=data["fact"],
        comparison=comparison,
        values=tuple(map(written, values)),
        unmet=data["unmet"],
        was=json.dumps(dict(data), ensure_ascii=False),
        **texts,
    )


def _typed_row(typed: Typed, id_: str, kind: str) -> Row:
    prefix = f"c{id_}-"
    given: dict[str, Any] = {name: one(typed, prefix + name) for name in ("fact", "was", *_PLAIN)}
    values = (tidy(it) for it in typed.get(f"{prefix}values", ()))
    listed = tuple(part.strip() for it in values for part in it.split(",") if part.strip())
    return Row(id_, kind, values=listed, **{**given, "was": _readable(given["was"])})


def _readable(text: str) -> str:
    """What is kept of a criterion came from our own page; anything else is nothing."""
    try:
        _of_data("", json.loads(text))
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        return ""
    return text


def _gathered(found: Mapping[str, list[Row]], at: str) -> Rows:
    return tuple(replace(row, members=_gathered(found, row.id)) for row in found[at])


def _as_typed(row: Row) -> tuple[Any, ...]:
    """All that the form can change of a row; the order of answers is no change."""
    return (row.fact, frozenset(row.values), *(getattr(row, name) for name in _PLAIN))


def _compared(row: Row, fact: Fact | None) -> tuple[str, Any]:
    values = [meant(fact, it) if fact else it for it in row.values]
    if row.comparison == "one_of":
        return "one_of", values
    if fact is not None and fact.ordered and row.comparison in ("at_least", "at_most"):
        at = list(fact.values).index(row.values[0])
        enough = fact.values[at:] if row.comparison == "at_least" else fact.values[: at + 1]
        return "one_of", list(enough)
    return row.comparison, values[0]
