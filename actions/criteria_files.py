"""Reading the criteria of a call, held against the facts that residents declare."""

from typing import Any, cast

import yaml

from actions.criteria import Comparison, Criterion, Fact, Unmet, can_all_be_met
from actions.entries import Entry, plain

_COMPARISONS = ("one_of", "is", "at_least")
_TEXTS = ("met", "unmet_text", "fix")


def read_criteria(call: Entry) -> list[Criterion]:
    """The criteria of this call. Errors go to its rules; what is refused is left out."""
    node = call.fields.get("criteria")
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        call.refuse(node, "criteria must be a list")
        return []
    read = [_criterion(call.inner(item)) for item in node.value]
    criteria = [criterion for criterion in read if criterion is not None]
    for fact in dict.fromkeys(criterion.fact for criterion in criteria):
        if not can_all_be_met(criteria, call.rules.facts[fact]):
            call.refuse(node, f"no answer to {fact} meets all criteria about it")
    return criteria


def _criterion(entry: Entry) -> Criterion | None:
    if not isinstance(entry.node, yaml.MappingNode):
        entry.refuse(entry.node, "a criterion must be a mapping of fields")
        return None
    errors_before = len(entry.rules.errors)
    entry.refuse_other_than(("fact", "unmet", *_COMPARISONS, *_TEXTS))
    fact, unmet = _fact(entry), _unmet(entry)
    texts = {name: entry.text(name) or "" for name in _TEXTS}
    condition = _condition(entry, fact) if fact is not None else None
    if len(entry.rules.errors) > errors_before or fact is None or condition is None:
        return None
    comparison, expected = condition
    return Criterion(fact.name, comparison, expected, unmet, **texts)


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


def _condition(entry: Entry, fact: Fact) -> tuple[Comparison, Any] | None:
    named = [name for name in _COMPARISONS if name in entry.fields]
    if len(named) != 1:
        entry.refuse(entry.node, f"give one of {', '.join(_COMPARISONS)}")
        return None
    node = entry.fields[named[0]]
    expected = plain(node)
    if named[0] == "at_least":
        return _at_least(entry, fact, node, expected)
    comparison = cast("Comparison", named[0])
    wanted = expected if comparison == "one_of" else [expected]
    if not isinstance(wanted, list) or not wanted:
        entry.refuse(node, "one_of must be a list with something in it")
        return None
    for value in wanted:
        if not fact.has_answer(value):
            entry.refuse(node, f"{value} is no answer to {fact.name}")
    return comparison, expected


def _at_least(
    entry: Entry, fact: Fact, node: yaml.Node, expected: Any
) -> tuple[Comparison, Any] | None:
    """Kept as the answers that are enough, so that judging needs no order."""
    if not fact.ordered or expected not in fact.values:
        entry.refuse(node, f"at_least {expected} makes no sense for {fact.name}")
        return None
    return "one_of", list(fact.values[fact.values.index(expected) :])
