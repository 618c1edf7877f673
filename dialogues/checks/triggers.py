"""Whether flows can be started, what the engine relies on exists, and language data fits them."""

from collections.abc import Iterator

from dialogues.compiling.draft import Draft
from dialogues.findings import Finding, did_you_mean
from dialogues.model import Content, SlotType
from dialogues.understanding import own_words
from dialogues.understanding.entities.filling import TAKEN_BY
from dialogues.understanding.entities.options import IN_PASSING, UP_TO
from dialogues.understanding.hearing import BUILT_IN_INTENTS
from dialogues.understanding.text import normalise

REQUIRED_PATTERNS = (
    "pattern_attachment",
    "pattern_cancel_flow",
    "pattern_cannot_handle",
    "pattern_clarification",
    "pattern_code_change",
    "pattern_completed",
    "pattern_continue_interrupted",
    "pattern_correction",
    "pattern_crisis",
    "pattern_human_handoff",
    "pattern_internal_error",
    "pattern_old_button",
    "pattern_restart",
    "pattern_session_start",
    "pattern_skip_question",
)
OPTIONAL_PATTERNS = (
    "pattern_chitchat",
    "pattern_collect_information",
    "pattern_other_language",
    "pattern_wait",
    "pattern_validate_slot",
)


def check(content: Content, draft: Draft) -> Iterator[Finding]:
    yield from _patterns(content, draft)
    yield from _flow_triggers(content, draft)
    yield from _commands(content, draft)
    yield from _lexicon(content, draft)
    yield from _examples(draft)
    yield from _synonyms(content, draft)
    yield from _weaker_values(content)
    yield from _values_told(content)
    yield from _own_words(content)
    yield from _offers(content)


def _patterns(content: Content, draft: Draft) -> Iterator[Finding]:
    known = {*content.flows, *draft.refused}
    for name in REQUIRED_PATTERNS:
        if name not in known:
            message = f"the flow {name} is missing"
            hint = did_you_mean(name, known) or "add it to flows/patterns.yml"
            yield Finding.at(draft.programme_place, "no-pattern", message, hint)
    for flow in content.flows.values():
        if flow.is_pattern and flow.name not in {*REQUIRED_PATTERNS, *OPTIONAL_PATTERNS}:
            hint = did_you_mean(flow.name, (*REQUIRED_PATTERNS, *OPTIONAL_PATTERNS))
            message = f"nothing runs a pattern of the name {flow.name}"
            yield Finding.at(flow.where, "no-pattern", message, hint)


def _flow_triggers(content: Content, draft: Draft) -> Iterator[Finding]:
    commands = {it.intent for it in content.programme.commands}
    known = {*content.language.intents.known, *draft.intents, *commands}
    first: dict[str, str] = {}
    for flow in content.flows.values():
        for intent, _ in flow.intents:
            if intent not in known:
                message = f"flow {flow.name}: the intent {intent} has no examples"
                hint = did_you_mean(intent, known) or "add examples of it in nlu/"
                yield Finding.at(flow.where, "no-intent", message, hint)
            if first.setdefault(intent, flow.name) != flow.name:
                message = f"flow {flow.name}: the intent {intent} starts {first[intent]} already"
                yield Finding.at(flow.where, "twice", message, "let one of them have it")


def _commands(content: Content, draft: Draft) -> Iterator[Finding]:
    for command in content.programme.commands:
        intent = command.intent
        if content.flow_for(intent) or intent in BUILT_IN_INTENTS or intent in draft.refused:
            continue
        message = f"the command /{command.command} leads nowhere: {intent}"
        hint = did_you_mean(intent, content.flow_of_intent)
        yield Finding.at(draft.programme_place, "no-intent", message, hint)


def _lexicon(content: Content, draft: Draft) -> Iterator[Finding]:
    """What short messages mean must lead somewhere."""
    for spec in draft.lexicons:
        for intent in (*spec.intents, *spec.told):
            if content.flow_for(intent) or intent in BUILT_IN_INTENTS or intent in draft.refused:
                continue
            message = f"lexicon: the intent {intent} leads nowhere"
            hint = did_you_mean(intent, content.flow_of_intent)
            yield Finding.at(draft.programme_place, "no-intent", message, hint)


def _examples(draft: Draft) -> Iterator[Finding]:
    """The same words cannot mean two intents."""
    meant: dict[str, str] = {}
    for (intent, text), where in draft.example_places.items():
        first = meant.setdefault(normalise(text), intent)
        if first != intent:
            message = f"nlu: {text!r} is an example of {intent} and of {first}"
            yield Finding.at(where, "example-twice", message, "take one of them out")


def _synonyms(content: Content, draft: Draft) -> Iterator[Finding]:
    values = {value for slot in content.slots.values() for value in slot.values}
    for value, where in draft.synonym_places.items():
        if value not in values:
            message = f"nlu: no categorical slot has the value {value}"
            yield Finding.at(where, "no-value", message, did_you_mean(value, values))


def _weaker_values(content: Content) -> Iterator[Finding]:
    """A slot may say in its metadata which of its values give way to the others."""
    for slot in content.slots.values():
        for value in slot.metadata.get("gives_way") or ():
            if value not in slot.values:
                message = f"slot {slot.name}: it has no value {value} to give way"
                yield Finding.at(slot.where, "no-value", message, did_you_mean(value, slot.values))


def _values_told(content: Content) -> Iterator[Finding]:
    """A slot may say in its metadata by which words, and up to which sum, a value is meant; and
    which flows take it up from the message that starts them."""
    for slot in content.slots.values():
        for key in (IN_PASSING, UP_TO):
            for value in slot.metadata.get(key) or ():
                if value not in slot.values:
                    message = f"slot {slot.name}: it has no value {value} for {key}"
                    hint = did_you_mean(value, slot.values)
                    yield Finding.at(slot.where, "no-value", message, hint)
        for flow in slot.metadata.get(TAKEN_BY) or ():
            if flow not in content.flows:
                message = f"slot {slot.name}: there is no flow {flow} to take it"
                hint = did_you_mean(flow, content.flows)
                yield Finding.at(slot.where, "no-flow", message, hint)


def _own_words(content: Content) -> Iterator[Finding]:
    """A question to be answered with yes or no may say in its slot's metadata how else."""
    for slot in content.slots.values():
        written = [name for name in own_words.KEYS if name in slot.metadata]
        if written and slot.type is not SlotType.BOOL:
            message = f"slot {slot.name}: it is {slot.type.value}, so {written[0]} says nothing"
            yield Finding.at(slot.where, "slot-value", message, "make it bool")
        if not isinstance(slot.metadata.get(own_words.YES_FROM, 0), int | float):
            message = f"slot {slot.name}: {own_words.YES_FROM} is no number"
            yield Finding.at(slot.where, "slot-value", message)


def _offers(content: Content) -> Iterator[Finding]:
    """A slot may say in its metadata which of the programme's offers it is asked for."""
    known = content.programme.offers
    for slot in content.slots.values():
        for offer in slot.metadata.get("offers") or ():
            if offer not in known:
                message = f"slot {slot.name}: the programme has no offer {offer}"
                yield Finding.at(slot.where, "no-offer", message, did_you_mean(offer, known))
