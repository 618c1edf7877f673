"""What a single step shows on its card."""

from dialogues import payloads
from dialogues.drawing.branching import buttons_of, choices
from dialogues.drawing.chart import Kind, Row
from dialogues.drawing.reasons import in_words
from dialogues.drawing.wording import Wording, shortened
from dialogues.model import Act, Call, Collect, Content, Link, Refusal, SetSlots, Step

_REFUSED = 60


def row_of(content: Content, wording: Wording, step: Step) -> Row | None:
    """None for steps that do nothing but go on."""
    if isinstance(step, Collect):
        return _question(content, wording, step)
    if isinstance(step, Act):
        return _act(content, wording, step)
    if isinstance(step, SetSlots):
        noted = (
            f"{wording.slot(name)}: {'cleared' if it is None else wording.value(name, it)}"
            for name, it in step.values
        )
        return Row(Kind.NOTE, "; ".join(noted), where=step.where)
    if isinstance(step, Call):
        return Row(Kind.CALL, wording.flow(step.flow), where=step.where, flow=step.flow)
    if isinstance(step, Link):
        return Row(Kind.LINK, wording.flow(step.flow), where=step.where, flow=step.flow)
    return None


def _act(content: Content, wording: Wording, step: Act) -> Row:
    if step.name in content.responses:
        text = wording.text(step.name)
        return Row(
            Kind.SAY, text, step.name, notes=_variations(wording, step.name), where=step.where
        )
    text = step.name.removeprefix("action_").replace("_", " ").capitalize()
    return Row(Kind.DO, text, step.name, where=step.where)


def _question(content: Content, wording: Wording, step: Collect) -> Row:
    text = wording.text(step.utter) or f"{wording.slot(step.slot)}?"
    titles = [wording.title(it) for it in choices(content, step)]
    notes = [
        *_variations(wording, step.utter),
        *_manners(content, wording, step),
        *(_refused(wording, step, it) for it in step.refusals),
    ]
    return Row(
        kind=Kind.ASK,
        text=text,
        name=step.slot,
        chips=tuple(dict.fromkeys(titles)),
        notes=tuple(notes),
        where=step.where,
    )


def _variations(wording: Wording, name: str) -> tuple[str, ...]:
    others = wording.others(name)
    words = "another wording" if others == 1 else f"{others} other wordings"
    return (f"There is {words}." if others == 1 else f"There are {words}.",) if others else ()


def _manners(content: Content, wording: Wording, step: Collect) -> list[str]:
    """What else an author should know of the question."""
    notes = []
    if f"action_ask_{step.slot}" in content.actions:
        notes.append(f"Put by action_ask_{step.slot}.")
    if "attachment" in content.slots[step.slot].entities:
        notes.append("A voice note or a picture will do, too.")
    if payloads.SKIP not in buttons_of(content, wording, step) and step.ask_before_filling:
        notes.append("Asked every time.")
    if f"validate_{step.slot}" in content.actions:
        notes.append(f"Checked by validate_{step.slot}.")
    return notes


def _refused(wording: Wording, step: Collect, refusal: Refusal) -> str:
    why = in_words(wording, refusal.condition, step.slot)
    return f"Not taken if {why}: “{shortened(wording.text(refusal.utter), _REFUSED)}”"
