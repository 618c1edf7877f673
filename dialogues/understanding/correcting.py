"""Recognises that an earlier answer is taken back: "no, Sefton", "sorry, I meant L20"."""

from collections.abc import Iterator

from dialogues.commands import ChangeAnswer, Command, CorrectSlots, Narrow
from dialogues.exchange import Asked
from dialogues.model import Collect
from dialogues.state import Frame
from dialogues.understanding.answers import Pressed, Question, Unclear, Value, exact
from dialogues.understanding.hearing import Heard
from dialogues.understanding.text import normalise


def after_opener(heard: Heard) -> str | None:
    """What follows words like "no" or "I meant"; None if the message does not begin with such."""
    for opener in heard.content.language.lexicon.openers:
        if heard.said.startswith(f"{opener} "):
            return _without_words(heard.text, len(opener.split()))
    return None


def _without_words(text: str, count: int) -> str:
    """The text without its first words, counted as they are when normalised."""
    words = text.split()
    while words and count > 0:
        count -= len(normalise(words.pop(0)).split())
    return " ".join(words)


def correction(heard: Heard, rest: str) -> list[Command] | None:
    """The latest earlier question that `rest` clearly answers, answered anew."""
    said = normalise(rest)
    for frame, step in _answered(heard):
        slot = heard.content.slots[step.slot]
        found = None if slot.takes_text else exact(Question(heard.content, slot, ()), rest, said)
        asked = Asked(frame.flow, step.id)
        if isinstance(found, Value):
            return [CorrectSlots(asked, {slot.name: found.value})]
        if isinstance(found, Unclear):
            return [ChangeAnswer(asked), Narrow(slot.name, found.values)]
    return _in_passing(heard, rest, said)


def _in_passing(heard: Heard, rest: str, said: str) -> list[Command] | None:
    """The same for a question that was answered before it was asked."""
    if heard.frame is None:
        return None
    flow, known = heard.content.flows[heard.frame.flow], heard.state.slots
    for step in flow.collects():
        slot = heard.content.slots[step.slot]
        if step is heard.step or not slot.entities or slot.takes_text or known[slot.name] is None:
            continue
        found = exact(Question(heard.content, slot, ()), rest, said)
        if isinstance(found, Value):
            return [CorrectSlots(Asked(flow.name, step.id), {slot.name: found.value})]
    return None


def text_correction(heard: Heard, rest: str) -> list[Command] | None:
    """The question just answered, if it took free text: the new words replace the old."""
    latest = next(_answered(heard), None)
    if latest is None or not heard.content.slots[latest[1].slot].takes_text:
        return None
    frame, step = latest
    return [CorrectSlots(Asked(frame.flow, step.id), {step.slot: rest})]


def edited(heard: Heard, asked: Asked) -> list[Command] | None:
    """A message that answered `asked` has new words: they are the new answer, if they are one."""
    flow = heard.content.flows.get(asked.flow)
    step = flow.steps.get(asked.step) if flow else None
    if not isinstance(step, Collect):
        return None
    slot = heard.content.slots[step.slot]
    found = exact(Question(heard.content, slot, ()), heard.text, heard.said)
    if isinstance(found, Value):
        return [CorrectSlots(asked, {slot.name: found.value})]
    if slot.takes_text and heard.said and not isinstance(found, Pressed):
        return [CorrectSlots(asked, {slot.name: heard.text.strip()})]
    return None


def _answered(heard: Heard) -> Iterator[tuple[Frame, Collect]]:
    """Answered questions of the flow under way, the latest first."""
    for frame in reversed(heard.state.stack):
        flow = heard.content.flows[frame.flow]
        if flow.is_pattern:
            continue
        for step_id in reversed(frame.answered):
            step = flow.steps[step_id]
            if isinstance(step, Collect):
                yield frame, step
        if not frame.called:
            return
