"""Things that a message mentions: places, phone numbers, addresses, numbers, options."""

import re
from collections.abc import Iterable, Mapping

from dialogues.model import Collect, Content, Flow, Slot, SlotType
from dialogues.understanding.language import Lexicon
from dialogues.understanding.text import windows

BOROUGH, PHONE, EMAIL, NUMBER, ATTACHMENT = "borough", "phone", "email", "number", "attachment"
BUILT_IN = frozenset({BOROUGH, PHONE, EMAIL, NUMBER, ATTACHMENT})

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{7,}\d")
_FIGURE = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_THOUSANDS = re.compile(r"(?<=\d)\s?k\b", re.IGNORECASE)


def phone_in(text: str) -> str | None:
    found = _PHONE.search(text)
    return found[0] if found else None


def email_in(text: str) -> str | None:
    found = _EMAIL.search(text)
    return found[0] if found else None


def number_in(text: str, said: str, lexicon: Lexicon) -> float | None:
    """The first number: in figures ("£1,200", "20k"), or in words ("about a dozen")."""
    figure = _FIGURE.search(text)
    if figure:
        value = float(figure[0].replace(",", ""))
        return value * 1000 if _THOUSANDS.match(text, figure.end()) else value
    longest = max((len(word.split()) for word in lexicon.numbers), default=0)
    phrase = next((it for it in windows(said, longest) if it in lexicon.numbers), None)
    return _with_units(said, phrase, lexicon) if phrase else None


def _with_units(said: str, phrase: str, lexicon: Lexicon) -> float:
    """ "twenty five" is 25: tens take the unit that follows."""
    value = lexicon.numbers[phrase]
    following = said.partition(phrase)[2].split()
    unit = lexicon.numbers.get(following[0], 0.0) if following else 0.0
    return value + unit if 20 <= value < 100 and value % 10 == 0 and 0 < unit < 10 else value


def options_in(content: Content, slot: Slot, said: str) -> list[str]:
    """The slot's values whose own words or synonyms stand in the message, surest first. One that
    `gives_way` in the slot's metadata counts only where no other does."""
    padded = f" {said} "
    plain = [it for it in slot.values if len(it) > 2 and f" {it.replace('_', ' ')} " in padded]
    meant = [it for it in content.language.values_in(said) if it in slot.values]
    found = list(dict.fromkeys((*meant, *plain)))
    firm = [it for it in found if it not in slot.metadata.get("gives_way", ())]
    return firm or found


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
            unclear[slot.name] = found
    return clear, unclear


def _mentions(content: Content, slot: Slot, text: str, said: str) -> list[str]:
    if BOROUGH in slot.entities:
        return list(content.places.find(text))
    if PHONE in slot.entities:
        return [it for it in (phone_in(text),) if it]
    if EMAIL in slot.entities:
        return [it for it in (email_in(text),) if it]
    if slot.type is SlotType.CATEGORICAL and slot.entities - BUILT_IN:
        return options_in(content, slot, said)
    return []


def entity_slots(slots: Mapping[str, Slot], flow: Flow) -> list[Slot]:
    """The slots that a message may fill in passing: collected by the flow, from entities."""
    return [
        slots[step.slot]
        for step in flow.steps.values()
        if isinstance(step, Collect) and not step.ask_before_filling and slots[step.slot].entities
    ]
