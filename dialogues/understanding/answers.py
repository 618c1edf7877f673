"""Whether a message answers a question, and with what: by button, name, number, typo, yes or no."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from dialogues import payloads
from dialogues.model import Content, Slot, SlotType
from dialogues.understanding.entities.contacts import email_in, phone_in
from dialogues.understanding.entities.kinds import (
    BOROUGH,
    BUILT_IN,
    EMAIL,
    MONEY,
    NUMBER,
    PEOPLE,
    PHONE,
)
from dialogues.understanding.entities.numbers import Kind, amount_in, numbers_in, people_in
from dialogues.understanding.entities.options import band_of, options_in
from dialogues.understanding.language import Lexicon
from dialogues.understanding.own_words import own_yes_or_no
from dialogues.understanding.text import normalise, strip_fillers

_TYPO_LENGTH = 5  # in shorter words a wrong letter may make another word
_TWO_TYPOS_LENGTH = 9
_FEW_WORDS = 8
_NAMING_LENGTH = 4  # shorter words name nothing


@dataclass(frozen=True, slots=True)
class Pressed:
    """The message names a button."""

    payload: str


@dataclass(frozen=True, slots=True)
class Value:
    value: object


@dataclass(frozen=True, slots=True)
class Unclear:
    values: list[str]


Answer = Pressed | Value | Unclear


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked. `offered` are its choices as (label, payload), in the order shown."""

    content: Content
    slot: Slot
    offered: Sequence[tuple[str, str]]

    @property
    def lexicon(self) -> Lexicon:
        return self.content.language.lexicon


def exact(question: Question, text: str, said: str) -> Answer | None:
    """An answer beyond doubt: the whole message is a choice, its number, a value or a synonym."""
    return (
        _labelled(question, said)
        or _named_value(question, said)
        or _numbered(question, said)
        or _own_words(question, said)
        or _yes_or_no(question, said)
        or _place(question, text)
        or _contact(question, text)
    )


def loose(question: Question, text: str, said: str) -> Answer | None:
    """An answer among other words, or with a typing error. A question is never one."""
    if "?" in text:
        return None
    return (
        _leading_yes_or_no(question, said)
        or _number(question, text)
        or _amount(question, text)
        or _contained(question, said)
        or _misspelt(question, said)
    )


def chosen(lexicon: Lexicon, offered: Sequence[tuple[str, str]], said: str) -> str | None:
    """The payload of the button that the message names by its label or its number."""
    return _by_label(lexicon, offered, said) or _by_number(lexicon, offered, said)


def nearest_label(offered: Sequence[tuple[str, str]], said: str) -> str | None:
    """The payload of the button whose label is nearly what was said, or stands in it."""
    for label, payload in offered:
        if f" {normalise(label)} " in f" {said} ":
            return payload
    near = (it for label, it in offered if _errors(said, normalise(label)) is not None)
    return next(near, None)


def is_choice(question: Question) -> bool:
    """Whether a slot that takes any words is asked with several of its values on buttons."""
    return question.slot.takes_text and len(_choices(question)) > 1


def names_one(question: Question, said: str) -> bool:
    """Whether a longer word of a choice's label stands in the message."""
    words = {word for word in said.split() if len(word) >= _NAMING_LENGTH}
    return any(not words.isdisjoint(normalise(it).split()) for it in _choices(question))


def kind_named(question: Question, said: str) -> str | None:
    """Where one of a few things is to be named: the one value of a slot that the open one is filled
    from as an entity, such as a theme ("the old people one")."""
    if not is_choice(question) or names_one(question, said) or len(said.split()) > _FEW_WORDS:
        return None
    slots = question.content.slots
    kinds = [slots[it] for it in sorted(question.slot.entities - BUILT_IN) if it in slots]
    found = {it for slot in kinds for it in options_in(question.content, slot, said)}
    return found.pop() if len(found) == 1 else None


def _choices(question: Question) -> list[str]:
    sets = f"/{payloads.SET_SLOTS}({question.slot.name}="
    return [label for label, payload in question.offered if payload.startswith(sets)]


# --- beyond doubt ------------------------------------------------------------------------------


def _labelled(question: Question, said: str) -> Answer | None:
    payload = _by_label(question.lexicon, question.offered, said)
    return Pressed(payload) if payload else None


def _by_label(lexicon: Lexicon, offered: Sequence[tuple[str, str]], said: str) -> str | None:
    core = strip_fillers(said, lexicon.fillers)
    return next((it for label, it in offered if normalise(label) in {said, core}), None)


def _named_value(question: Question, said: str) -> Answer | None:
    core = strip_fillers(said, question.lexicon.fillers)
    for value in question.slot.values:
        if value.replace("_", " ") in {said, core}:
            return Value(value)
    synonyms = question.content.language.synonyms
    for value in (*synonyms.get(said, ()), *synonyms.get(core, ())):
        if value in question.slot.values:
            return Value(value)
    return None


def _numbered(question: Question, said: str) -> Answer | None:
    """ "2", "two", "number two", "the second one", "the last"."""
    if question.slot.type is SlotType.FLOAT or question.slot.takes_text:
        return None
    payload = _by_number(question.lexicon, question.offered, said)
    return Pressed(payload) if payload else None


def _by_number(lexicon: Lexicon, offered: Sequence[tuple[str, str]], said: str) -> str | None:
    position = _position(lexicon, said)
    if position is None or not -len(offered) <= position <= len(offered) or position == 0:
        return None
    return offered[position - 1 if position > 0 else position][1]


def _position(lexicon: Lexicon, said: str) -> int | None:
    words = [it for it in said.split() if it not in lexicon.fillers]
    ordinals = [lexicon.ordinals[it] for it in words if it in lexicon.ordinals]
    rest = [it for it in words if it not in lexicon.choice and it not in lexicon.ordinals]
    if len(ordinals) == 1 and not [it for it in rest if lexicon.numbers.get(it) != 1]:
        return ordinals[0]
    rest = rest or [it for it in words if it in lexicon.numbers]
    if len(rest) != 1 or ordinals:
        return None
    if rest[0].isdecimal() and len(rest[0]) <= 2:
        return int(rest[0])
    number = lexicon.numbers.get(rest[0])
    return int(number) if number is not None and number == int(number) else None


def _own_words(question: Question, said: str) -> Answer | None:
    if question.slot.type is not SlotType.BOOL:
        return None
    meant = own_yes_or_no(question.slot, said, question.lexicon)
    return None if meant is None else Value(meant)


def _yes_or_no(question: Question, said: str) -> Answer | None:
    meanings = question.lexicon.meanings(said)
    if ("affirm" in meanings) == ("deny" in meanings):
        return None
    if question.slot.type is SlotType.BOOL:
        return Value("affirm" in meanings)
    meant = "affirm" if "affirm" in meanings else "deny"
    return next((Value(it.value) for it in question.slot.sources if it.intent == meant), None)


def _place(question: Question, text: str) -> Answer | None:
    if BOROUGH not in question.slot.entities:
        return None
    found = [it for it in question.content.places.answer(text) if it in question.slot.values]
    if len(found) > 1:
        return Unclear(found)
    return Value(found[0]) if found else _whole_area(question, text)


def _whole_area(question: Question, text: str) -> Answer | None:
    """A button that says so, in words for it; else any borough may be meant."""
    places = question.content.places
    if not places.is_whole_area(text):
        return None
    for label, payload in question.offered:
        if places.is_whole_area(label):
            return Pressed(payload)
    boroughs = [it for it in places.boroughs if it in question.slot.values]
    return Unclear(boroughs) if boroughs else None


def _contact(question: Question, text: str) -> Answer | None:
    if EMAIL in question.slot.entities:
        found = email_in(text)
    elif PHONE in question.slot.entities:
        found = phone_in(text)
    else:
        found = None
    return Value(found) if found else None


# --- among other words -------------------------------------------------------------------------


def _leading_yes_or_no(question: Question, said: str) -> Answer | None:
    if question.slot.type is not SlotType.BOOL:
        return None
    lexicon = question.lexicon
    core = strip_fillers(said, lexicon.fillers)
    yes = _leading(lexicon.yes_words, core)
    no = _leading(lexicon.no_words, core)
    return Value(yes > no) if yes != no else None


def _leading(phrases: Sequence[str], said: str) -> int:
    """The length of the longest phrase that the message begins with."""
    return next((len(it) for it in phrases if f"{said} ".startswith(f"{it} ")), 0)


def _number(question: Question, text: str) -> Answer | None:
    """The number; of people, those that the message counts, else one that counts nothing else."""
    slot, words = question.slot, question.lexicon.quantities
    if slot.type is not SlotType.FLOAT and NUMBER not in slot.entities:
        return None
    people = people_in(text, words) if PEOPLE in slot.entities else None
    if people is not None:
        return Value(people.value)
    kinds = {Kind.NUMBER} if PEOPLE in slot.entities else {*Kind} - {Kind.OTHER}
    return next((Value(it.value) for it in numbers_in(text, words) if it.kind in kinds), None)


def _amount(question: Question, text: str) -> Answer | None:
    """The choice under which a sum of money falls."""
    if MONEY not in question.slot.entities:
        return None
    amount = amount_in(text, question.lexicon.quantities)
    bands = band_of(question.slot, amount) if amount else []
    if len(bands) > 1:
        return Unclear(bands)
    return Value(bands[0]) if bands else None


def _contained(question: Question, said: str) -> Answer | None:
    """The one option whose words stand in the message, unless something in it is denied."""
    if any(f" {it} " in f" {said} " for it in question.lexicon.negation):
        return None
    if question.slot.type is not SlotType.CATEGORICAL:
        return None
    values = options_in(question.content, question.slot, said)
    if len(values) == 1:
        return Value(values[0])
    return Unclear(values[:4]) if len(values) > 1 and len(said.split()) <= _FEW_WORDS else None


def _misspelt(question: Question, said: str) -> Answer | None:
    """The option that the message is, but for typing errors, if no other is as near."""
    best: dict[Answer, int] = {}
    for phrase, answer in _phrases(question):
        errors = _errors(said, phrase)
        if errors is not None:
            best[answer] = min(errors, best.get(answer, errors))
    nearest = [answer for answer, errors in best.items() if errors == min(best.values())]
    return nearest[0] if len(nearest) == 1 else None


def _errors(said: str, phrase: str) -> int | None:
    """How many letters are wrong, missing, too many or swapped; None when too many for a typo."""
    allowed = 0 if len(phrase) < _TYPO_LENGTH else 1 if len(phrase) < _TWO_TYPOS_LENGTH else 2
    errors = OSA.distance(said, phrase, score_cutoff=allowed)
    return errors if errors <= allowed else None


def _phrases(question: Question) -> Iterator[tuple[str, Answer]]:
    for label, payload in question.offered:
        yield normalise(label), _meant(question, payload)
    for value in question.slot.values:
        yield value.replace("_", " "), Value(value)
    for phrase, values in question.content.language.synonyms.items():
        yield from ((phrase, Value(it)) for it in values if it in question.slot.values)


def _meant(question: Question, payload: str) -> Answer:
    """A button that only sets the slot is the same answer as the value's name."""
    try:
        settings = payloads.parse(payload).slots
    except ValueError:
        settings = {}
    if set(settings) == {question.slot.name} and question.slot.type is SlotType.CATEGORICAL:
        return Value(settings[question.slot.name])
    return Pressed(payload)
