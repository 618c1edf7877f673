"""Reading the criteria of a call, held against the facts that residents declare."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import yaml

from actions.criteria.conflicts import contradicted, dead_ways, first_conflict
from actions.criteria.criteria import (
    COMPARISONS,
    JOINTS,
    TEXTS,
    Comparison,
    Condition,
    Criterion,
    Group,
    Joined,
    Unmet,
)
from actions.criteria.entries import Entry, plain
from actions.criteria.facts import has_answer
from actions.programme import Fact

_OPTIONS = ("takes", "instead")
_DEEPEST = 4  # groups in groups; nobody can follow more


@dataclass(frozen=True, slots=True)
class _Read:
    """A condition, and where it stands. `members` are those of a group."""

    condition: Condition
    node: yaml.Node
    members: tuple["_Read", ...] = ()


def read_criteria(call: Entry) -> list[Condition]:
    """The conditions of this call. Errors go to its rules; what is refused is left out."""
    node = call.fields.get("criteria")
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        call.refuse(node, "criteria must be a list")
        return []
    read = _read_all(call, node, depth=0)
    if _refuse_conflicts(call, read):
        _refuse_dead_ways(call, read)
    return [it.condition for it in read]


def _read_all(entry: Entry, node: yaml.SequenceNode, depth: int) -> list[_Read]:
    read = (_read(entry.inner(item), depth) for item in node.value)
    return [it for it in read if it is not None]


def _read(entry: Entry, depth: int) -> _Read | None:
    if not isinstance(entry.node, yaml.MappingNode):
        entry.refuse(entry.node, "a criterion must be a mapping of fields")
        return None
    for joined in JOINTS:
        if joined in entry.fields:
            return _group(entry, joined, depth)
    criterion = _criterion(entry)
    return _Read(criterion, entry.node) if criterion is not None else None


def _group(entry: Entry, joined: Joined, depth: int) -> _Read | None:
    entry.refuse_other_than((joined,))
    node = entry.fields[joined]
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        entry.refuse(node, f"{joined} must be a list with something in it")
        return None
    if depth == _DEEPEST:
        entry.refuse(node, f"groups may be nested {_DEEPEST} deep")
        return None
    members = tuple(_read_all(entry, node, depth + 1))
    if len(members) < len(node.value):
        return None  # what is wrong has been said
    return _Read(Group(joined, tuple(it.condition for it in members)), entry.node, members)


def _criterion(entry: Entry) -> Criterion | None:
    errors_before = len(entry.rules.errors)
    entry.refuse_other_than(("fact", "unmet", *COMPARISONS, *TEXTS, *_OPTIONS))
    fact, unmet = _fact(entry), _unmet(entry)
    texts = {name: entry.text(name) or "" for name in TEXTS}
    takes = entry.text("takes") if "takes" in entry.fields else None
    instead = _instead(entry)
    condition = _comparison(entry, fact) if fact is not None else None
    if len(entry.rules.errors) > errors_before or fact is None or condition is None:
        return None
    comparison, expected = condition
    return Criterion(
        fact.name, comparison, expected, unmet, **texts, takes=takes or "", instead=instead
    )


def _fact(entry: Entry) -> Fact | None:
    name = entry.text("fact")
    if name is not None and name not in entry.rules.facts:
        known = ", ".join(sorted(entry.rules.facts))
        entry.refuse(entry.fields["fact"], f"unknown fact {name}; known: {known}")
    return entry.rules.facts.get(name or "")


def _unmet(entry: Entry) -> Unmet:
    unmet = entry.text("unmet")
    if unmet is not None and unmet not in ("no", "not_yet"):
        entry.refuse(entry.fields["unmet"], "unmet must be not_yet or no")
    return cast("Unmet", unmet)


def _instead(entry: Entry) -> str | None:
    """An offer, or a call that is kept or in this file, but not the call itself."""
    if "instead" not in entry.fields:
        return None
    name = entry.text("instead")
    if name is not None and (name == entry.code or name not in entry.rules.doors):
        known = ", ".join(sorted(entry.rules.doors - {entry.code}))
        entry.refuse(entry.fields["instead"], f"instead: no offer or call {name}; known: {known}")
    return name


# --- what is compared --------------------------------------------------------------------------


def _comparison(entry: Entry, fact: Fact) -> tuple[Comparison, Any] | None:
    named = [name for name in COMPARISONS if name in entry.fields]
    if len(named) != 1:
        entry.refuse(entry.node, f"give one of {', '.join(COMPARISONS)}")
        return None
    [comparison] = named
    node = entry.fields[comparison]
    expected = plain(node)
    if comparison in ("at_least", "at_most"):
        return _bound(entry, fact, comparison, node)
    wanted = expected if comparison == "one_of" else [expected]
    if not isinstance(wanted, list) or not wanted:
        entry.refuse(node, "one_of must be a list with something in it")
        return None
    values = [_number(it) if fact.number else it for it in wanted]
    for value, written in zip(values, wanted, strict=True):
        if not has_answer(fact, value):
            entry.refuse(node, f"{written} is no answer to {fact.name}")
    return comparison, values if comparison == "one_of" else values[0]


def _bound(
    entry: Entry, fact: Fact, comparison: Comparison, node: yaml.Node
) -> tuple[Comparison, Any] | None:
    """A number stays one. Of an ordered fact the answers that will do are kept, so that judging
    needs no order."""
    expected = plain(node)
    number = _number(expected)
    if fact.number and number is not None:
        return comparison, number
    if not fact.ordered or expected not in fact.values:
        entry.refuse(node, f"{comparison} {expected} makes no sense for {fact.name}")
        return None
    at = list(fact.values).index(expected)
    enough = fact.values[at:] if comparison == "at_least" else fact.values[: at + 1]
    return "one_of", list(enough)


def _number(written: Any) -> float | None:
    try:
        return float(written) if isinstance(written, str) else None
    except ValueError:
        return None


# --- what cannot be met ------------------------------------------------------------------------


def _refuse_conflicts(call: Entry, read: Sequence[_Read]) -> bool:
    """Whether all of it can be met. Else the first that conflicts with those before it is told."""
    conditions = [it.condition for it in read]
    found = first_conflict(conditions, call.rules.facts)
    if found is None:
        return True
    call.refuse(read[found].node, _conflict(call, conditions[: found + 1]))
    return False


def _conflict(call: Entry, conditions: Sequence[Condition]) -> str:
    fact = contradicted(conditions, call.rules.facts)
    if fact is not None:
        return f"no answer to {fact} meets all criteria about it"
    return "nobody can meet this together with the criteria before it"


def _refuse_dead_ways(call: Entry, read: Sequence[_Read]) -> None:
    for first, *more in dead_ways([it.condition for it in read], call.rules.facts):
        way = read[first]
        for number in more:
            way = way.members[number]
        call.refuse(way.node, "nobody can meet this, given what else is asked")
