"""Joins what the programme says of facts with what their slots take as answers."""

from collections.abc import Iterable, Mapping

from dialogues.model import Slot, SlotType
from dialogues.programme import Fact, FactSpec


def joined_facts(specs: Mapping[str, FactSpec], slots: Mapping[str, Slot]) -> dict[str, Fact]:
    """The facts that have a slot, in the programme's order."""
    return {name: _fact(spec, slots[name]) for name, spec in specs.items() if name in slots}


def implied_values(spec: FactSpec) -> list[str | bool]:
    """What other facts may say that this one is."""
    return [value for answers in spec.implied_by.values() for value in answers.values()]


def _fact(spec: FactSpec, slot: Slot) -> Fact:
    return Fact(
        name=slot.name,
        values=_values(implied_values(spec), slot),
        offered=slot.values,
        number=slot.type is SlotType.FLOAT,
        ordered=spec.ordered,
        implied_by=spec.implied_by,
        confirm_after_days=spec.confirm_after_days,
        alone=spec.alone,
        sensitive=spec.sensitive,
    )


def _values(implied: Iterable[str | bool], slot: Slot) -> tuple[str, ...]:
    if slot.type is not SlotType.CATEGORICAL:
        return ()
    only_implied = [str(it) for it in implied if it not in slot.values]
    return tuple(dict.fromkeys((*only_implied, *slot.values)))
