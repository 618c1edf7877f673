"""Which slots a message fills in passing: those that are filled from what it mentions."""

from collections.abc import Iterable

from dialogues.model import Content, Flow, Slot, SlotType
from dialogues.understanding.entities.contacts import email_in, phone_in
from dialogues.understanding.entities.kinds import BOROUGH, BUILT_IN, EMAIL, PEOPLE, PHONE
from dialogues.understanding.entities.numbers import people_in
from dialogues.understanding.entities.options import values_in_passing

TAKEN_BY = "taken_by"


def mentioned(
    content: Content, slots: Iterable[Slot], text: str, said: str
) -> tuple[dict[str, object], dict[str, list[str]]]:
    """What the message says for slots that are filled from entities: the clear values, and the
    unclear ones with what they may be."""
    clear: dict[str, object] = {}
    unclear: dict[str, list[str]] = {}
    for slot in slots:
        found = _mentions(content, slot, text, said)
        if len(found) == 1:
            clear[slot.name] = found[0]
        elif len(found) > 1 and BOROUGH in slot.entities:
            unclear[slot.name] = [str(it) for it in found]
    return clear, unclear


def _mentions(content: Content, slot: Slot, text: str, said: str) -> list[object]:
    if BOROUGH in slot.entities:
        return [it for it in content.places.find(text) if it in slot.values]
    if PHONE in slot.entities:
        return [it for it in (phone_in(text),) if it]
    if EMAIL in slot.entities:
        return [it for it in (email_in(text),) if it]
    if PEOPLE in slot.entities:
        people = people_in(text, content.language.lexicon.quantities)
        return [people.value] if people and not people.is_vague else []
    if slot.type is SlotType.CATEGORICAL and slot.entities - BUILT_IN:
        return [*values_in_passing(content, slot, said.split())]
    return []


def entity_slots(content: Content, flow: Flow) -> list[Slot]:
    """The slots that a message may fill in passing, from entities: those that the flow collects,
    and those whose metadata say that they are `taken_by` it, for its actions."""
    collected = [
        content.slots[step.slot] for step in flow.collects() if not step.ask_before_filling
    ]
    taken = [it for it in content.slots.values() if flow.name in it.metadata.get(TAKEN_BY, ())]
    return [it for it in {it.name: it for it in (*collected, *taken)}.values() if it.entities]


def shared_slots(content: Content) -> list[Slot]:
    """Those that flows keep for one another: whichever begins, what is said of them is not asked
    again by the next."""
    collected = {
        step.slot: step
        for flow in content.flows.values()
        for step in flow.collects()
        if not step.ask_before_filling
    }
    return [
        slot
        for name, slot in content.slots.items()
        if name in content.persisted and name in collected and slot.entities
    ]
