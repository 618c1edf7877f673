"""Random conversations against what must always hold: a reply to everything, a state that loads
again, a bounded stack, no slot outside its type, and never an exception."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dialogues.exchange import Asked, Attachment, Did, Incoming, Medium
from dialogues.state import MAX_DEPTH, State
from tests.dialogues.talk import CONTENT_FOLDER, Talk
from tests.reading import read_once

WHOLE = read_once(CONTENT_FOLDER).content
ENDLESS = "go_round"  # has a test of its own
CONTENT = replace(
    WHOLE,
    flows={name: flow for name, flow in WHOLE.flows.items() if name != ENDLESS},
    flow_of_intent={it: flow for it, flow in WHOLE.flow_of_intent.items() if it != ENDLESS},
)
INTENTS = sorted(set(CONTENT.flow_of_intent) - {"staff_message"})
QUESTIONS = [
    Asked(flow.name, step.id) for flow in CONTENT.flows.values() for step in flow.collects()
]
PHRASES = [
    *["yes", "no", "no, Sefton", "L9", "Waterside", "2", "a dozen", "-1", "5000", "skip", "what?"],
    *["cancel", "go back", "change my answer", "i want to die", "07700 900123", "hello", "👍"],
    *["actually its a group", "sorry i meant Bootle", "can i join", "lend me a tool", "/join"],
    *["what is the news?", "forget me", "start again", "/start x", "Your area", "carry on"],
]
TEXTS = st.sampled_from(PHRASES) | st.text(max_size=60)
PAYLOADS = (
    st.sampled_from([f"/{intent}" for intent in INTENTS])
    | st.sampled_from(["/SkipQuestion", "/Repeat", "/GoBack", "/Cancel", "/ChangeAnswer"])
    | st.sampled_from(["/HumanHandoff", "/SetSlots(who=me)", "/SetSlots(borough=sefton)", "hm"])
    | st.text(max_size=20)
)
NO_QUESTION: st.SearchStrategy[Asked | None] = st.none()


class Conversation(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(CONTENT)

    def take(self, incoming: Incoming) -> None:
        outcome = self.talk.take(incoming)
        assert outcome.replies
        assert all(it.text or it.image or it.document for it in outcome.replies)
        again = State.from_json(json.loads(json.dumps(outcome.state.to_json())), CONTENT)
        assert again == outcome.state
        assert not again.content_changed

    @rule(text=TEXTS)
    def types(self, text: str) -> None:
        self.take(Incoming(Did.TEXT, text))

    @rule(data=st.data())
    def presses_what_was_shown(self, data: Any) -> None:
        shown = [(it, reply) for reply in self.talk.shown for it in reply.buttons if it.payload]
        if shown:
            button, reply = data.draw(st.sampled_from(shown))
            self.take(Incoming(Did.PRESS, button.label, button.payload, reply.asked))

    @rule(payload=PAYLOADS, asked=NO_QUESTION | st.sampled_from(QUESTIONS))
    def presses_anything(self, payload: str, asked: Asked | None) -> None:
        self.take(Incoming(Did.PRESS, payload=payload, asked=asked))

    @rule(text=TEXTS, asked=NO_QUESTION | st.sampled_from(QUESTIONS))
    def edits_or_replies(self, text: str, asked: Asked | None) -> None:
        self.take(Incoming(Did.EDIT if asked is None else Did.TEXT, text, asked=asked))

    @rule(medium=st.sampled_from(Medium), text=TEXTS)
    def sends(self, medium: Medium, text: str) -> None:
        attachment = Attachment(medium, phone="07700900123" if medium is Medium.CONTACT else None)
        self.take(Incoming(Did.ATTACHMENT, text, attachments=(attachment,)))

    @rule(words=st.text(max_size=20))
    def staff_write(self, words: str) -> None:
        values = {"staff_words": words}
        self.take(Incoming(Did.INTERNAL, payload="/staff_message", values=values))

    @invariant()
    def the_stack_is_bounded(self) -> None:
        assert len(self.talk.state.stack) <= MAX_DEPTH

    @invariant()
    def slots_are_of_their_type(self) -> None:
        for name, value in self.talk.slots.items():
            assert CONTENT.slots[name].coerce(value) == value


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=60, stateful_step_count=30)
