"""A message in its situation: its words, the question that is open, and what intents lead to."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialogues.commands import (
    CancelFlow,
    ChangeAnswer,
    ChitChat,
    Command,
    Crisis,
    GoBack,
    HumanHandoff,
    RepeatLastBotMessages,
    SetSlots,
    SkipQuestion,
    StartFlow,
)
from dialogues.exchange import Asked, Incoming
from dialogues.model import Collect, Content, Flow, Slot
from dialogues.state import Frame, State
from dialogues.understanding.answers import Question
from dialogues.understanding.entities.filling import entity_slots, mentioned, shared_slots
from dialogues.understanding.text import normalise

# What intents mean that no flow is triggered by.
BUILT_IN_INTENTS: dict[str, Command] = {
    "cancel": CancelFlow(),
    "skip": SkipQuestion(),
    "repeat": RepeatLastBotMessages(),
    "go_back": GoBack(),
    "go_back_or_correct": GoBack(),
    "change_answer": ChangeAnswer(),
    "talk_to_human": HumanHandoff(),
}

_ENOUGH_TOLD = 2  # answers in passing that tell which flow is meant


@dataclass(frozen=True, slots=True)
class Heard:
    """`said` is the text normalised, `language` the code of the language that it is in, if that is
    another than the content's. `frame` and `step` are where a question is open, if one is."""

    content: Content
    state: State
    incoming: Incoming
    text: str
    said: str
    frame: Frame | None = None
    step: Collect | None = None
    language: str | None = None

    @property
    def asked(self) -> Asked | None:
        return Asked(self.frame.flow, self.step.id) if self.frame and self.step else None

    @property
    def slot(self) -> Slot | None:
        """The slot that the open question is to fill."""
        return self.content.slots[self.step.slot] if self.step else None

    @property
    def question(self) -> Question | None:
        slot = self.slot
        return Question(self.content, slot, self.state.offered) if slot else None


# Patterns that an intent may trigger, and that need more than to be started.
_OF_PATTERN: dict[str, Command] = {
    "pattern_cancel_flow": CancelFlow(),
    "pattern_chitchat": ChitChat(),
    "pattern_correction": ChangeAnswer(),
    "pattern_crisis": Crisis(),
    "pattern_human_handoff": HumanHandoff(),
    "pattern_skip_question": SkipQuestion(),
}


def hear(content: Content, state: State, incoming: Incoming, text: str) -> Heard:
    asked = state.question
    frame = state.stack[-1] if asked else None
    step = content.flows[asked.flow].steps[asked.step] if asked else None
    if not isinstance(step, Collect):
        frame = step = None
    language = content.language.foreign.language_of(text)
    return Heard(content, state, incoming, text, normalise(text), frame, step, language)


def command_for(heard: Heard, intent: str) -> Command | None:
    """What an intent leads to: a flow, with what the message mentions; or one of the engine's own
    commands. None for an intent that leads nowhere."""
    flow = heard.content.flow_for(intent)
    if flow is not None:
        return _OF_PATTERN.get(flow.name) or start(heard, flow, intent)
    return BUILT_IN_INTENTS.get(intent)


def start(heard: Heard, flow: Flow, intent: str | None) -> StartFlow:
    own = entity_slots(heard.content, flow) if heard.said else []
    clear, unclear = mentioned(heard.content, own, heard.text, heard.said)
    meant = {
        step.slot: source.value
        for step in flow.collects()
        for source in heard.content.slots[step.slot].sources
        if source.type == "from_intent" and source.intent == intent
    }
    return StartFlow(flow.name, intent, {**_shared(heard, flow, own), **clear, **meant}, unclear)


def told_by_mentions(heard: Heard) -> StartFlow | None:
    """With no question open, the flow more of whose questions the message answers than any
    other's, if it answers several."""
    if heard.step is not None:
        return None
    content = heard.content
    flows = [it for it in content.flows.values() if it.intents and not it.is_pattern]
    slots = [entity_slots(content, flow) for flow in flows]
    all_slots = {slot.name: slot for found in slots for slot in found}
    told = mentioned(content, all_slots.values(), heard.text, heard.said)[0]
    counts = [sum(slot.name in told for slot in found) for found in slots]
    most = max(counts, default=0)
    if most < _ENOUGH_TOLD or counts.count(most) > 1:
        return None
    return start(heard, flows[counts.index(most)], None)


def kept_meanwhile(heard: Heard, flows: Sequence[str]) -> list[Command]:
    """What the message says for questions that are asked later, kept while it is asked which flow
    is meant."""
    asking = (flow for flow in (heard.content.flows[it] for it in flows) if flow.collects())
    flow = next(asking, None)
    told = _shared(heard, flow, ()) if flow is not None and heard.step is None else {}
    return [SetSlots(told)] if told else []


def _shared(heard: Heard, flow: Flow, own: Sequence[Slot]) -> dict[str, object]:
    """What the message says for questions of other flows that are not answered yet. A flow that
    asks nothing answers a question: whoever asks what a CIC is need not be one."""
    if not heard.said or not flow.collects():
        return {}
    known = heard.state.slots
    others = [it for it in shared_slots(heard.content) if it not in own and known[it.name] is None]
    return mentioned(heard.content, others, heard.text, heard.said)[0]
