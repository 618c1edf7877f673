"""Reads what a person did into commands, in stages from the surest to the least sure."""

from dataclasses import dataclass, field

from dialogues import payloads
from dialogues.commands import Clarify, Command, OldButton, SetSlots, StartFlow
from dialogues.exchange import Did, Incoming
from dialogues.model import Content
from dialogues.state import State
from dialogues.understanding.hearing import Heard, hear, kept_meanwhile, told_by_mentions
from dialogues.understanding.intending import clear_intent, flows_meant, intended
from dialogues.understanding.intents import OUT_OF_SCOPE
from dialogues.understanding.pressing import read_payload
from dialogues.understanding.stages import STAGES, lost


@dataclass(slots=True)
class Reading:
    """`stage` names what recognised the message, and `how` in what way; `ranked` are the intents
    considered, if any;
    `language` is the code of another language than the content's that it is in."""

    commands: list[Command]
    stage: str
    how: str
    intent: str | None = None
    ranked: list[tuple[str, float]] = field(default_factory=list)
    language: str | None = None


def read(content: Content, state: State, incoming: Incoming) -> Reading:
    if incoming.did is Did.PRESS:
        return _pressed(content, state, incoming)
    heard = hear(content, state, incoming, incoming.text)
    if incoming.did is Did.INTERNAL:
        return _internal(heard)
    return _read_text(heard)


def _internal(heard: Heard) -> Reading:
    """Raises LookupError for an event that no flow is triggered by: nobody would be told."""
    intent = (heard.incoming.payload or "").removeprefix("/")
    flow = heard.content.flow_for(intent)
    if flow is None:
        raise LookupError(f"no flow is triggered by {intent}")
    setting: list[Command] = [SetSlots(dict(heard.incoming.values))]
    return Reading([*setting, StartFlow(flow.name, intent)], "internal", "event", intent)


def _pressed(content: Content, state: State, incoming: Incoming) -> Reading:
    try:
        payload = payloads.parse(incoming.payload or "/")
    except ValueError:
        return Reading([OldButton()], "press", "press")
    if payload.name is None:
        return _read_text(hear(content, state, incoming, payload.argument))
    heard = hear(content, state, incoming, "")
    return Reading([read_payload(heard, payload, incoming.asked)], "press", "press", payload.name)


def _read_text(heard: Heard) -> Reading:
    for stage, how, read_words in STAGES:
        commands = read_words(heard)
        if commands:
            return Reading(commands, stage, how, language=heard.language)
    return _by_intent(heard)


def _by_intent(heard: Heard) -> Reading:
    judged = heard.content.language.intents.judge(heard.text)
    ranked = judged.ranked
    best = clear_intent(heard, ranked)
    commands = intended(heard, best) if best else None
    if commands:
        return Reading(commands, "classifier", "intent", best, ranked)
    flows = flows_meant(heard, ranked)
    told = told_by_mentions(heard) if flows else None
    if told is not None:
        return Reading([told], "thresholds", "mentions", told.intent, ranked)
    if len(flows) > (1 if heard.step else 0):
        commands = [*kept_meanwhile(heard, flows), Clarify(flows)]
        return Reading(commands, "thresholds", "clarify", None, ranked)
    outside = intended(heard, OUT_OF_SCOPE) if judged.is_outside and not heard.step else None
    if outside:
        return Reading(outside, "thresholds", "out of scope", OUT_OF_SCOPE, ranked)
    return Reading([lost(heard)], "thresholds", "not understood", None, ranked)
