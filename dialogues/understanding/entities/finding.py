"""All that a message mentions, each with where it stands: for those who write the content."""

from collections.abc import Iterator

from dialogues.model import Content, Slot, SlotType
from dialogues.moments.finding import moments_in
from dialogues.understanding.entities.contacts import find_email, find_phone
from dialogues.understanding.entities.kinds import BOROUGH, BUILT_IN, EMAIL, PHONE, WHEN, Entity
from dialogues.understanding.entities.numbers import numbers_in
from dialogues.understanding.entities.options import passing_options
from dialogues.understanding.text import words_of


def entities_in(content: Content, text: str) -> list[Entity]:
    """In the order of the message. One may be several things, such as a theme and a kind of
    applicant."""
    moments = content.programme.moments
    found = [
        *_contacts(text),
        *(Entity(BOROUGH, it.boroughs, it.start, it.end) for it in content.places.mentions(text)),
        *_numbers(content, text),
        *_options(content, text),
        *(Entity(WHEN, (it.value,), it.start, it.end) for it in moments_in(text, moments)),
    ]
    return sorted(found, key=lambda it: (it.start, it.end, it.kind))


def _contacts(text: str) -> Iterator[Entity]:
    for kind, match in ((PHONE, find_phone(text)), (EMAIL, find_email(text))):
        if match:
            yield Entity(kind, (match[0],), *match.span())


def _numbers(content: Content, text: str) -> Iterator[Entity]:
    for number in numbers_in(text, content.language.lexicon.quantities):
        values = (number.low, number.high) if number.is_vague else (number.value,)
        yield Entity(number.kind.value, values, number.start, number.end)


def _options(content: Content, text: str) -> Iterator[Entity]:
    words = words_of(text)
    said = [word.said for word in words]
    for entity, slot in option_slots(content).items():
        for option in passing_options(content, slot, said):
            span = (words[option.first].start, words[option.end - 1].end)
            yield Entity(entity, (option.value,), *span)


def option_slots(content: Content) -> dict[str, Slot]:
    """By entity: the slot whose choices are looked for in any message."""
    return {
        entity: slot
        for slot in content.slots.values()
        if slot.type is SlotType.CATEGORICAL
        for entity in slot.entities - BUILT_IN
        if entity == slot.name
    }
