"""What is wrong with the rows of criteria, and the criteria that they mean."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from actions.criteria.conflicts import Path, contradicted, dead_ways, first_conflict
from actions.criteria.criteria import COMPARISONS, TEXTS, from_data
from actions.criteria.facts import Facts
from actions.forms.criteria_rows import ONE, Row, Rows, data_of, flat, is_kept, meant
from actions.forms.typing import Mistakes
from actions.programme import Fact

MOST_ROWS = 60
DEEPEST = 4  # groups in groups; nobody can follow more
_LABELS = {"met": "Words when it is met", "unmet_text": "Words when it is not", "fix": "What helps"}
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Ground:
    """What criteria are held against: the facts, and the offers and calls that may be named."""

    facts: Facts
    doors: Collection[str]


def read_rows(rows: Rows, ground: Ground, mistakes: Mistakes) -> list[dict[str, Any]]:
    """The criteria as a call keeps them; what is wrong is added to the mistakes."""
    before = len(mistakes.found)
    if sum(1 for _ in flat(rows)) > MOST_ROWS:
        mistakes.add("criteria", f"Criteria: at most {MOST_ROWS}, nobody could follow more")
        return []
    for row in rows:
        _check(row, ground, mistakes, depth=0)
    if len(mistakes.found) > before:
        return []
    data = [_data(row, ground.facts) for row in rows]
    if not all(is_kept(row) for row, _parent in flat(rows) if row.kind == ONE):
        _check_ways(rows, data, ground.facts, mistakes)
    return data


def impossible(data: Sequence[dict[str, Any]], facts: Facts) -> int | None:
    """The first of the criteria that nobody can meet together with those before it."""
    return first_conflict([from_data(it) for it in data], facts)


def contradicted_fact(data: Sequence[dict[str, Any]], facts: Facts) -> str | None:
    """The fact of the last of these to which no answer meets all that is asked of it."""
    return contradicted([from_data(it) for it in data], facts)


def _check_ways(
    rows: Rows, data: Sequence[dict[str, Any]], facts: Facts, mistakes: Mistakes
) -> None:
    conditions = [from_data(it) for it in data]
    if first_conflict(conditions, facts) is not None:
        return  # who tries it is shown what comes of it
    for path in dead_ways(conditions, facts):
        row = _at(rows, path)
        mistakes.add(
            f"{row.prefix}row",
            "Nobody can take this way, given what else is asked. Change it, or remove it",
        )


def _at(rows: Rows, path: Path) -> Row:
    row = rows[path[0]]
    for number in path[1:]:
        row = row.members[number]
    return row


def _data(row: Row, facts: Facts) -> dict[str, Any]:
    if row.kind == ONE:
        return data_of(row, facts.get(row.fact))
    return {row.kind: [_data(member, facts) for member in row.members]}


def _check(row: Row, ground: Ground, mistakes: Mistakes, depth: int) -> None:
    if row.kind == ONE:
        if not is_kept(row):
            _check_one(row, ground, mistakes)
        return
    if not row.members:
        mistakes.add(f"{row.prefix}row", "This group is empty: add a criterion, or remove it")
    if depth == DEEPEST:
        mistakes.add(f"{row.prefix}row", f"Groups may stand {DEEPEST} deep in each other")
        return
    for member in row.members:
        _check(member, ground, mistakes, depth + 1)


def _check_one(row: Row, ground: Ground, mistakes: Mistakes) -> None:
    fact = ground.facts.get(row.fact)
    if fact is None:
        mistakes.add(
            f"{row.prefix}row", "Nobody is asked about this any more: remove it, or leave it as is"
        )
        return
    _check_answers(row, fact, mistakes)
    if row.unmet not in ("not_yet", "no"):
        mistakes.add(f"{row.prefix}unmet", "Say if it can still be reached")
    for name in TEXTS:
        mistakes.text(row.prefix + name, getattr(row, name), label=_LABELS[name], longest=_LONGEST)
    mistakes.option(f"{row.prefix}takes", row.takes, label="What it takes", longest=_LONGEST)
    if row.instead and row.instead not in ground.doors:
        mistakes.add(f"{row.prefix}instead", "There is no such offer or call any more")


def _check_answers(row: Row, fact: Fact, mistakes: Mistakes) -> None:
    place = f"{row.prefix}values"
    if row.comparison not in COMPARISONS:
        mistakes.add(f"{row.prefix}comparison", "Say how answers are compared")
    if not row.values:
        mistakes.add(place, "Give a number" if fact.number else "Choose at least one answer")
    elif row.comparison != "one_of" and len(row.values) > 1:
        mistakes.add(place, "Choose one answer only, or compare with “is one of”")
    elif any(meant(fact, it) is None for it in row.values):
        mistakes.add(place, "Give a number" if fact.number else "That is no answer to this")
    elif row.comparison in ("at_least", "at_most") and not (fact.number or fact.ordered):
        mistakes.add(f"{row.prefix}comparison", "These answers have no order")
