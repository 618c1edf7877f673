"""A canvas that names what is not there, or that nobody words."""

from collections.abc import Iterator, Mapping

from dialogues.canvas import Canvas, Look
from dialogues.compiling.draft import Draft
from dialogues.compiling.yaml_source import KeyPath, Source
from dialogues.findings import Finding, did_you_mean
from dialogues.model import Content, SlotType


def check(content: Content, draft: Draft) -> Iterator[Finding]:
    """Findings stand at the line of the canvas that names it."""
    canvas, source = draft.canvas, draft.canvas_source
    if source is None or not canvas.questions:
        return
    if canvas.title is not None:
        yield from _known(source, ("title",), canvas.title, canvas.questions, "question")
    for path, slot in _slots(canvas):
        if slot not in draft.refused:
            yield from _slot(content, source, path, slot)
    for i, hint in enumerate(canvas.hints):
        yield from _known(source, ("hints", i), hint.about, canvas.questions, "question")
        yield from _worded(content, source, ("hints", i), f"hint_{hint.name}")
    for path, look in _looks(canvas):
        for signal in (*look.when, *look.unless):
            yield from _known(source, path, signal, canvas.signals, "signal")


def _slots(canvas: Canvas) -> Iterator[tuple[KeyPath, str]]:
    for name, question in canvas.questions.items():
        yield ("questions", name), name
        for i, follow_up in enumerate(question.follow_ups):
            yield ("questions", name, "follow_ups", i), follow_up.ask


def _looks(canvas: Canvas) -> Iterator[tuple[KeyPath, Look]]:
    for name, question in canvas.questions.items():
        for i, follow_up in enumerate(question.follow_ups):
            yield ("questions", name, "follow_ups", i), follow_up
    for i, hint in enumerate(canvas.hints):
        yield ("hints", i), hint


def _slot(content: Content, source: Source, path: KeyPath, name: str) -> Iterator[Finding]:
    slot = content.slots.get(name)
    if slot is None:
        yield from _known(source, path, name, content.slots, "slot")
        return
    if slot.type is not SlotType.TEXT:
        message = f"canvas: {name} is {slot.type.value}, and an answer about an idea is text"
        yield Finding.at(source.where(*path), "slot-type", message)
    if not any(it.slot == name for flow in content.flows.values() for it in flow.collects()):
        message = f"canvas: no flow asks about {name}"
        yield Finding.at(source.where(*path), "not-asked", message, "collect it in a flow")
    for response in (f"utter_ask_{name}", f"label_{name}"):
        yield from _worded(content, source, path, response)


def _known(
    source: Source, path: KeyPath, name: str, known: Mapping[str, object], kind: str
) -> Iterator[Finding]:
    if name not in known:
        hint = did_you_mean(name, known)
        yield Finding.at(source.where(*path), f"no-{kind}", f"there is no {kind} {name}", hint)


def _worded(content: Content, source: Source, path: KeyPath, response: str) -> Iterator[Finding]:
    if response not in content.responses:
        message = f"canvas: nothing words it: there is no response {response}"
        yield Finding.at(
            source.where(*path), "no-response", message, f"add the response {response}"
        )
