"""Facts that no slot holds, that nobody asks about, or that say of each other what cannot be."""

from collections.abc import Iterator

from dialogues.checks.uses import Use
from dialogues.compiling.draft import Draft
from dialogues.findings import Finding, did_you_mean
from dialogues.model import Content, Slot, SlotType
from dialogues.programme import FactSpec

_TYPES = (SlotType.BOOL, SlotType.CATEGORICAL, SlotType.FLOAT)


def check(content: Content, draft: Draft) -> Iterator[Finding]:
    """Findings stand at the fact's own line of the programme."""
    earlier: list[str] = []
    for name, spec in content.programme.declared.items():
        use = Use(f"fact {name}", draft.fact_places.get(name, draft.programme_place))
        slot = content.slots.get(name)
        if slot is not None:
            yield from _slot(content, use, slot, spec)
            yield from _implied(content, use, slot, spec, earlier)
        elif name not in draft.refused:
            hint = did_you_mean(name, content.slots) or f"add the slot {name} to the domain"
            yield use.finding("no-slot", f"there is no slot {name}", hint)
        earlier.append(name)


def _slot(content: Content, use: Use, slot: Slot, spec: FactSpec) -> Iterator[Finding]:
    if slot.type not in _TYPES:
        message = f"its slot is {slot.type.value}, so no criterion can be held against it"
        yield use.finding("fact", message, "make it categorical, bool or float")
    if spec.ordered and slot.type is not SlotType.CATEGORICAL:
        message = f"it is ordered, and its slot is {slot.type.value}"
        yield use.finding("fact", message, "only the values of a categorical slot need an order")
    for response in _words_of(content, slot):
        if response not in content.responses:
            message = f"nothing words it: there is no response {response}"
            yield use.finding("no-question", message, f"add the response {response}")


def _words_of(content: Content, slot: Slot) -> Iterator[str]:
    """The responses in which it is asked, and in which an answer to it is read back."""
    yield f"utter_ask_{slot.name}"
    yield f"label_{slot.name}"
    for value in content.programme.facts[slot.name].values:
        if value not in content.programme.titles:
            yield f"label_{slot.name}_{value}"


def _implied(
    content: Content, use: Use, slot: Slot, spec: FactSpec, earlier: list[str]
) -> Iterator[Finding]:
    for other, answers in spec.implied_by.items():
        if other not in earlier:
            message = f"it is implied by {other}, which is no fact above it"
            hint = did_you_mean(other, earlier) or f"put {other} above {slot.name}"
            yield use.finding("fact", message, hint)
            continue
        known = content.programme.facts.get(other)
        possible = (known.values or ("true", "false")) if known else tuple(answers)
        for answer, value in answers.items():
            if answer not in possible:
                hint = did_you_mean(answer, possible)
                yield use.finding("slot-value", f"{other} is never {answer}", hint)
            if (slot.type is SlotType.BOOL) != isinstance(value, bool):
                message = f"{slot.name} is {slot.type.value} and cannot be {value!r}"
                yield use.finding("slot-value", message)
