"""A message in its situation: its words, the question that is open, and what intents lead to."""

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
    SkipQuestion,
    StartFlow,
)
from dialogues.exchange import Asked, Incoming
from dialogues.model import Collect, Content, Flow, Slot
from dialogues.state import Frame, State
from dialogues.understanding.answers import Question
from dialogues.understanding.entities import entity_slots, mentioned
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
    slots = entity_slots(heard.content.slots, flow) if heard.said else []
    clear, unclear = mentioned(heard.content, slots, heard.text, heard.said)
    meant = {
        step.slot: source.value
        for step in flow.collects()
        for source in heard.content.slots[step.slot].sources
        if source.type == "from_intent" and source.intent == intent
    }
    return StartFlow(flow.name, intent, {**clear, **meant}, unclear)
