"""Names that do not exist: flows, steps, slots, actions, responses; each with the nearest known."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dialogues import payloads
from dialogues.checks import uses
from dialogues.checks.uses import Use
from dialogues.compiling.draft import Draft
from dialogues.findings import Finding, did_you_mean
from dialogues.model import (
    END,
    Act,
    Call,
    Choice,
    Collect,
    Content,
    Flow,
    Link,
    SetSlots,
    Slot,
    Step,
)
from dialogues.running.stepping import ENGINE_ACTIONS

# Names that texts may use besides slots: what the engine itself puts in.
_ENGINE_VALUES = {"options"}
_IN_ROOMS = ("staff_", "room_")  # in the staff chat and in groups, where no flow runs
# What the engine tells patterns in `context`.
_CONTEXT = frozenset(
    {
        "away_days",
        "canceled_flow",
        "canceled_name",
        "first",
        "interrupted_flow_name",
        "medium",
        "misses",
        "names",
    }
    | {"old_value", "open", "options", "previous_flow_name", "question", "reason", "slot", "value"}
)
_RESPONSES_OF_SLOTS = ("utter_ask_", "utter_invalid_", "utter_which_", "utter_many_")
_ACTIONS_OF_SLOTS = ("validate_", "action_ask_")


@dataclass(frozen=True, slots=True)
class _Known:
    """What exists. Definitions that could not be read exist as well."""

    flows: frozenset[str]
    slots: frozenset[str]
    responses: frozenset[str]
    actions: frozenset[str]


def check(content: Content, draft: Draft) -> Iterator[Finding]:
    known = _Known(
        flows=frozenset(content.flows) | draft.refused,
        slots=frozenset(content.slots) | draft.refused,
        responses=frozenset(content.responses) | draft.refused,
        actions=content.actions | ENGINE_ACTIONS,
    )
    for use, flow, step in uses.steps(content):
        yield from _step(content, known, use, flow, step)
    yield from _persisted(content, known)
    yield from _in_conditions(content, known)
    yield from _refusal_words(content, known)
    yield from _slot_words(content, known)
    yield from _named_after_slots(content, draft, known)
    yield from _in_texts(content, known)
    yield from _in_buttons(content, known)


def _missing(use: Use, kind: str, name: str, known: Collection[str]) -> Iterator[Finding]:
    if name not in known:
        yield use.finding(f"no-{kind}", f"there is no {kind} {name}", did_you_mean(name, known))


def _step(content: Content, known: _Known, use: Use, flow: Flow, step: Step) -> Iterator[Finding]:
    for way in step.ways:
        at = Use(use.subject, way.where or use.where)
        yield from _missing(at, "step", way.target, {*flow.steps, END})
    if isinstance(step, Act):
        yield from _act(known, use, step)
    elif isinstance(step, Collect):
        yield from _missing(use, "slot", step.slot, known.slots)
        yield from _question(content, known, use, step)
    elif isinstance(step, SetSlots):
        for name, value in step.values:
            yield from _missing(use, "slot", name, known.slots)
            yield from _value(content.slots.get(name), use, value)
    elif isinstance(step, Link | Call):
        yield from _missing(use, "flow", step.flow, known.flows)


def _act(known: _Known, use: Use, step: Act) -> Iterator[Finding]:
    if step.name.startswith("utter_"):
        yield from _missing(use, "response", step.name, known.responses)
    elif step.name not in known.responses:
        yield from _missing(use, "action", step.name, known.actions)


def _question(content: Content, known: _Known, use: Use, step: Collect) -> Iterator[Finding]:
    if f"action_ask_{step.slot}" in known.actions:
        return
    response = content.responses.get(step.utter)
    if step.utter not in known.responses:
        message = f"nothing asks for {step.slot}: there is no response {step.utter}"
        hint = did_you_mean(step.utter, known.responses) or f"add the response {step.utter}"
        yield use.finding("no-question", message, hint)
    slot = content.slots.get(step.slot)
    buttons = response is None or all(it.choices for it in response.variations)
    if slot is not None and slot.controlled and not buttons:
        message = f"{step.slot} is controlled, and its question offers no buttons"
        hint = f"add buttons with payload: /SetSlots({step.slot}=…)"
        yield use.finding("no-answer", message, hint)


def _value(slot: Slot | None, use: Use, value: object) -> Iterator[Finding]:
    if slot is None:
        return
    try:
        slot.coerce(value)
    except (ValueError, TypeError):
        hint = did_you_mean(str(value), slot.values) or _values_of(slot)
        message = f"{slot.name} is {slot.type.value} and cannot be {value!r}"
        yield use.finding("slot-value", message, hint)


def _values_of(slot: Slot) -> str:
    return f"it has {', '.join(slot.values)}" if slot.values else f"give it a {slot.type.value}"


def _persisted(content: Content, known: _Known) -> Iterator[Finding]:
    for flow in content.flows.values():
        for name in sorted(flow.persisted):
            yield from _missing(Use(f"flow {flow.name}", flow.where), "slot", name, known.slots)


def _in_conditions(content: Content, known: _Known) -> Iterator[Finding]:
    for use, condition in uses.conditions(content):
        for name in condition.names("slots"):
            yield from _missing(use, "slot", name, known.slots)
        for name in condition.names("context"):
            yield from _context(use, name)


def _context(use: Use, name: str) -> Iterator[Finding]:
    if name not in _CONTEXT:
        message = f"nothing tells context.{name}"
        hint = did_you_mean(name, _CONTEXT) or f"there are {', '.join(sorted(_CONTEXT))}"
        yield use.finding("no-value", message, hint)


def _refusal_words(content: Content, known: _Known) -> Iterator[Finding]:
    for use, refusal in uses.refusals(content):
        yield from _missing(use, "response", refusal.utter, known.responses)


def _slot_words(content: Content, known: _Known) -> Iterator[Finding]:
    for slot in content.slots.values():
        if slot.refill_utter is not None:
            use = Use(f"slot {slot.name}", slot.where)
            yield from _missing(use, "response", slot.refill_utter, known.responses)


def _named_after_slots(content: Content, draft: Draft, known: _Known) -> Iterator[Finding]:
    """Responses and actions that the engine finds by a slot's name are lost under a wrong one."""
    used = uses.said_by_flows(content)
    for name, response in content.responses.items():
        slot = _slot_meant(name.removesuffix("_simpler"), _RESPONSES_OF_SLOTS)
        if slot is not None and name not in used and slot not in known.slots:
            yield from _missing(Use(f"response {name}", response.where), "slot", slot, known.slots)
    for name, where in draft.actions.items():
        slot = _slot_meant(name, _ACTIONS_OF_SLOTS)
        if slot is not None:
            yield from _missing(Use(f"action {name}", where), "slot", slot, known.slots)


def _slot_meant(name: str, prefixes: tuple[str, ...]) -> str | None:
    return next((name.removeprefix(it) for it in prefixes if name.startswith(it)), None)


def _in_texts(content: Content, known: _Known) -> Iterator[Finding]:
    """Only flows' own responses: those that actions say may bring values of any name."""
    values = {*known.slots, *content.constants, *_ENGINE_VALUES}
    for name in sorted(uses.said_by_flows(content)):
        for variation in content.responses[name].variations:
            use = Use(f"response {name}", variation.where)
            texts = (variation.text, *variation.translation.values())
            for word in dict.fromkeys(word for text in texts for word in text.names):
                if word.startswith("context."):
                    yield from _context(use, word.removeprefix("context."))
                elif word not in values:
                    hint = did_you_mean(word, values)
                    message = f"nothing fills {{{word}}} when a flow says this"
                    yield use.finding("no-value", message, hint)


def _in_buttons(content: Content, known: _Known) -> Iterator[Finding]:
    for response in content.responses.values():
        if response.name.startswith(_IN_ROOMS):
            continue
        for variation in response.variations:
            use = Use(f"response {response.name}", variation.where)
            for choice in variation.choices:
                yield from _payload(content, known, Use(use.subject, choice.where), choice)


def _payload(content: Content, known: _Known, use: Use, choice: Choice) -> Iterator[Finding]:
    if choice.payload is None or choice.payload.plain is None:
        return
    try:
        payload = payloads.parse(choice.payload.plain)
    except ValueError:
        return  # found when it was read
    for slot, value in payload.slots.items():
        yield from _missing(use, "slot", slot, known.slots)
        yield from _value(content.slots.get(slot), use, value)
    name = payload.name
    if name is None or name in payloads.ENGINE_WORDS or content.flow_for(name) is not None:
        return
    triggers = {*content.flow_of_intent, *content.flows, *payloads.ENGINE_WORDS}
    message = f"the payload /{name} starts nothing"
    yield use.finding("no-intent", message, did_you_mean(name, triggers))
