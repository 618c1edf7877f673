"""Questions and answers: when a collect step asks, how, and which answers it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialogues.exchange import Asked, Button, Medium
from dialogues.marks import Kind, Mark
from dialogues.model import Collect, Refusal, Slot, SlotType
from dialogues.responses import speak
from dialogues.running.acting import Stage
from dialogues.running.speaking import name_of, say
from dialogues.running.turn import Turn
from dialogues.state import Frame

KEEP_ATTACHMENT = "action_keep_attachment"
PREFACE = "pattern_collect_information"


def collect(stage: Stage, frame: Frame, step: Collect) -> None:
    """Passes over a question whose answer is known; else asks it."""
    turn = stage.turn
    slots, name = turn.state.slots, step.slot
    if step.id in frame.kept:
        slots[name] = frame.kept.pop(step.id)
        _take_back(turn)
    elif step.id in frame.reasked or step.ask_before_filling or slots[name] is None:
        slots[name] = turn.content.initial[name] if step.ask_before_filling else None
        _ask(stage, frame, step)
        return
    if _refusal(turn, step.refusals, frame):
        slots[name] = None
        _ask(stage, frame, step)
    else:
        settle(turn, frame, step)


def mark_answer(turn: Turn, frame: Frame, step: Collect, value: Any) -> None:
    """Which of the choices was made, where there is a closed set of them."""
    if isinstance(value, bool):
        value = str(value).lower()
    elif turn.content.slots[step.slot].type is not SlotType.CATEGORICAL:
        return
    turn.marks.append(Mark(Kind.ANSWER, frame.flow, step.id, str(value)))


def settle(turn: Turn, frame: Frame, step: Collect) -> None:
    """The question is done with; the flow goes on."""
    if step.id in frame.answered:
        frame.answered.remove(step.id)
    frame.answered.append(step.id)
    frame.reasked.pop(step.id, None)
    frame.narrowed.pop(step.slot, None)
    frame.asked = False
    frame.prefaced = None
    turn.go_on(frame, step)


def _take_back(turn: Turn) -> None:
    """Unsays what led to a question that turns out to be answered already."""
    for reply in turn.provisional:
        turn.replies[:] = [it for it in turn.replies if it is not reply]
    turn.provisional.clear()


# --- asking ------------------------------------------------------------------------------------


def _ask(stage: Stage, frame: Frame, step: Collect) -> None:
    turn = stage.turn
    if _preface(turn, frame, step):
        return
    before, value = len(turn.replies), turn.state.slots[step.slot]
    _put(stage, frame, step)
    known = turn.state.slots[step.slot]
    if len(turn.replies) == before or (known is not None and known != value):
        settle(turn, frame, step)  # nothing to ask, or the asking action knew the answer
        return
    question = Asked(frame.flow, step.id)
    turn.replies[before:] = [replace(it, asked=question) for it in turn.replies[before:]]
    frame.asked = True


def _preface(turn: Turn, frame: Frame, step: Collect) -> bool:
    """Runs the pattern that precedes every question, once, if the content has it."""
    if frame.prefaced == step.id or turn.flow_of(frame).is_pattern:
        return False
    frame.prefaced = step.id if PREFACE in turn.content.flows else None
    return turn.push(PREFACE, {"slot": step.slot, "question": name_of(turn, step.slot)})


def _put(stage: Stage, frame: Frame, step: Collect) -> None:
    """Says the question in the way that fits: narrowed, simpler, in given words, or plain."""
    turn, slot = stage.turn, step.slot
    simpler, turn.simpler = turn.simpler, False
    instead = turn.instead.pop(slot, None)
    if frame.narrowed.get(slot) and _put_narrowed(turn, frame, slot):
        return
    if simpler and _put_otherwise(turn, frame, step, f"{step.utter}_simpler"):
        return
    if instead and _put_otherwise(turn, frame, step, instead):
        return
    before = len(turn.replies)
    if f"action_ask_{slot}" in turn.content.actions:
        stage.act(f"action_ask_{slot}", frame)
    if len(turn.replies) == before and turn.state.slots[slot] is None:
        say(turn, step.utter, frame)


def _put_narrowed(turn: Turn, frame: Frame, slot: str) -> bool:
    labels = turn.content.labels.get(slot, {})
    values = frame.narrowed[slot]
    options = [(labels.get(it, it), f"/SetSlots({slot}={it})") for it in values]
    return say(turn, f"utter_which_{slot}", frame, options=options) is not None


def _put_otherwise(turn: Turn, frame: Frame, step: Collect, words: str) -> bool:
    """Other words keep the buttons of the usual question, unless they bring their own."""
    reply = say(turn, words, frame)
    if reply is not None and not reply.buttons:
        turn.replies[-1] = replace(reply, buttons=_usual_buttons(turn, frame, step))
    return reply is not None


def _usual_buttons(turn: Turn, frame: Frame, step: Collect) -> tuple[Button, ...]:
    """Those of the asking response; when an action asks, those it has shown."""
    if f"action_ask_{step.slot}" in turn.content.actions:
        return tuple(Button(label, payload) for label, payload in turn.state.offered)
    response = turn.content.responses.get(step.utter)
    spoken = speak(response, turn.scope(frame.context, {})) if response else None
    return spoken.buttons if spoken else ()


# --- answering ---------------------------------------------------------------------------------


def answer(
    stage: Stage, frame: Frame, step: Collect, value: Any, medium: Medium | None = None
) -> bool:
    """Takes the value as the answer, unless it is refused; then the question is asked again."""
    turn = stage.turn
    accepted, value = accept(stage, frame, step, value)
    frame.asked = False
    if not accepted:
        return False
    mark_answer(turn, frame, step, value)
    turn.state.slots[step.slot] = value
    if medium is not None and KEEP_ATTACHMENT in turn.content.actions:
        stage.act(KEEP_ATTACHMENT, frame, {"answering_slot": step.slot})
    settle(turn, frame, step)
    return True


def accept(stage: Stage, frame: Frame, step: Collect, value: Any) -> tuple[bool, Any]:
    """Whether the value may stand, and as what; if not, the reason has been said.

    The slot keeps its former value until the caller sets it.
    """
    turn = stage.turn
    slot = turn.content.slots[step.slot]
    former = turn.state.slots[slot.name]
    try:
        turn.state.slots[slot.name] = slot.coerce(value)
        if _refusal(turn, slot.refusals, frame):
            if slot.refill_utter is not None:
                turn.instead[slot.name] = slot.refill_utter
            return False, None
        if _refusal(turn, step.refusals, frame):
            return False, None
        return _validated(stage, frame, slot)
    except (ValueError, TypeError):
        _explain(turn, slot.name)
        return False, None
    finally:
        turn.state.slots[slot.name] = former


def _refusal(turn: Turn, refusals: Sequence[Refusal], frame: Frame) -> bool:
    for refusal in refusals:
        if refusal.condition.holds(turn.state.slots, frame.context):
            say(turn, refusal.utter, frame)
            return True
    return False


def _validated(stage: Stage, frame: Frame, slot: Slot) -> tuple[bool, Any]:
    """As the action `validate_<slot>` has it: the value made regular, or null for a refusal."""
    turn = stage.turn
    action = f"validate_{slot.name}"
    if turn.state.slots[slot.name] is None or action not in turn.content.actions:
        return True, turn.state.slots[slot.name]
    before = len(turn.replies)
    stage.act(action, frame)
    value = turn.state.slots[slot.name]
    if value is None and len(turn.replies) == before:
        _explain(turn, slot.name)
    return value is not None, value


def _explain(turn: Turn, slot: str) -> None:
    """Says that an answer will not do: the question in other words, or a pattern before it."""
    if f"utter_invalid_{slot}" in turn.content.responses:
        turn.instead[slot] = f"utter_invalid_{slot}"
    elif not turn.push("pattern_validate_slot", {"slot": slot, "question": name_of(turn, slot)}):
        turn.push("pattern_cannot_handle", {"misses": 1, "reason": "refused"})


def fill(turn: Turn, slots: Mapping[str, Any]) -> None:
    """Sets slots that came along with something else; what a slot cannot be is left out."""
    for name, value in slots.items():
        slot = turn.content.slots.get(name)
        if slot is None:
            continue
        former = turn.state.slots[name]
        try:
            turn.state.slots[name] = slot.coerce(value)
        except (ValueError, TypeError):
            continue
        if any(it.condition.holds(turn.state.slots, {}) for it in slot.refusals):
            turn.state.slots[name] = former
