"""Carries out commands: answers, interruptions, corrections and everything that goes astray.

What is said about it is a pattern flow each; authors word and reorder those.
"""

from collections.abc import Callable
from typing import Any

from dialogues import payloads
from dialogues.commands import (
    Attached,
    CancelFlow,
    CannotHandle,
    ChangeAnswer,
    ChitChat,
    Clarify,
    Command,
    CorrectSlots,
    Crisis,
    GoBack,
    HumanHandoff,
    Narrow,
    NoteEdit,
    OldButton,
    OtherLanguage,
    RepeatLastBotMessages,
    SetSlots,
    SkipQuestion,
    StartFlow,
    described,
)
from dialogues.exchange import Did
from dialogues.marks import Kind
from dialogues.model import Collect, Flow
from dialogues.running.acting import Stage
from dialogues.running.asking import answer, fill, settle
from dialogues.running.corrections import back, change, correct, old_button
from dialogues.running.speaking import name_of, say
from dialogues.running.turn import COMPLETED, Turn
from dialogues.state import Frame

SESSION_START = "pattern_session_start"
OTHER_LANGUAGE = "pattern_other_language"
_MOST_TO_REPEAT = 4
_MOST_CLARIFIED = 2  # times in a row that it is asked what was meant; then a person is better


def carry_out(stage: Stage, command: Command) -> None:
    words = described(command)
    stage.turn.trace.append(words)
    question = stage.turn.open_question()
    if question is not None:
        stage.turn.mark(Kind.COMMAND, question[0], words)
    if not isinstance(command, CannotHandle | Clarify | OtherLanguage):
        stage.turn.state.misses = 0
    _DO[type(command)](stage, command)


# --- flows -------------------------------------------------------------------------------------


def _start(stage: Stage, command: StartFlow) -> None:
    turn = stage.turn
    flow = turn.content.flows[command.flow]
    turn.intent = command.intent
    if flow.guard is not None and not flow.guard.holds(turn.state.slots, {}):
        _cannot(stage, "not_now")
        return
    if turn.incoming.did is Did.INTERNAL:
        _interrupt(turn, flow)
        return
    turn.drop_patterns()
    fill(turn, command.slots)
    if flow.is_pattern:
        turn.push(flow.name, _greeting(turn) if flow.name == SESSION_START else {})
        return
    known = turn.frame_of(flow.name)
    if known is None:
        turn.push(flow.name)
    else:
        _return_to(stage, known, command.intent)
    if turn.top is not None:
        turn.top.narrowed |= command.unclear


def _interrupt(turn: Turn, flow: Flow) -> None:
    """An event from inside has something new to say, so its flow begins anew, on top of all."""
    known = turn.frame_of(flow.name)
    if known is not None:
        turn.remove(known)
    turn.push(flow.name)


def _return_to(stage: Stage, frame: Frame, intent: str | None) -> None:
    """Goes on with a flow that is under way, where it was; if the intent is an answer to what is
    open there, with that answer."""
    turn = stage.turn
    was_open = turn.top
    turn.bring_up(frame)
    top = turn.top
    if top is not None and not _answered_by(stage, top, intent) and top is not was_open:
        turn.push_continue(top)


def _answered_by(stage: Stage, frame: Frame, intent: str | None) -> bool:
    turn = stage.turn
    step = turn.flow_of(frame).steps[frame.step]
    for source in turn.content.slots[step.slot].sources if isinstance(step, Collect) else ():
        if isinstance(step, Collect) and source.type == "from_intent" and source.intent == intent:
            return answer(stage, frame, step, source.value)
    return False


def _greeting(turn: Turn) -> dict[str, Any]:
    last, now = turn.state.last_turn_at, turn.now
    away = (now - last).total_seconds() / 86400 if last and now else 0.0
    return {"first": turn.state.turn == 1, "away_days": away}


def _cancel(stage: Stage, _command: CancelFlow) -> None:
    turn = stage.turn
    turn.drop_patterns()
    name = flow = None
    if turn.top is not None:
        frame = turn.root_of(turn.top)
        name, flow = turn.title(frame), frame.flow
        turn.drop_above(frame)
        turn.state.stack.pop()
        turn.trace.append(f"cancel {frame.flow}")
        _give_back(turn, frame)
        turn.forget_slots(frame)
    is_open = turn.top is not None  # something beneath, whose question comes again
    if turn.top is not None:
        turn.ask_again()
        turn.push_continue(turn.top)
    told = {"canceled_name": name, "canceled_flow": flow, "open": is_open}
    turn.push("pattern_cancel_flow", told)


def _give_back(turn: Turn, frame: Frame) -> None:
    """Answers put aside during a correction are not lost when the flow is given up."""
    steps = turn.flow_of(frame).steps
    for step_id, value in {**frame.kept, **frame.reasked}.items():
        step = steps[step_id]
        if isinstance(step, Collect) and turn.state.slots[step.slot] is None:
            turn.state.slots[step.slot] = value


# --- answers -----------------------------------------------------------------------------------


def _set_slots(stage: Stage, command: SetSlots) -> None:
    turn = stage.turn
    question = turn.open_question()
    others = dict(command.slots)
    if command.answers and question is not None:
        frame, step = question
        value = others.pop(step.slot)
        fill(turn, others)  # before the flow goes on, because its branches may turn on them
        answer(stage, frame, step, value, command.medium)
    else:
        fill(turn, others)


def _narrow(stage: Stage, command: Narrow) -> None:
    """Asks which of the values is meant; of many, in words of their own, with the usual choices."""
    turn, slot = stage.turn, command.slot
    many = len(command.values) > _MOST_TO_REPEAT and f"utter_many_{slot}" in turn.content.responses
    for frame in reversed(turn.state.stack):
        if slot in turn.flow_of(frame).fills:
            frame.narrowed[slot] = [] if many else command.values
            break
    if many:
        turn.instead[slot] = f"utter_many_{slot}"
    turn.ask_again()


def _skip(stage: Stage, _command: SkipQuestion) -> None:
    """A question may be skipped if it offers that; one that was opened again keeps its answer."""
    turn = stage.turn
    question = turn.open_question()
    if question is None:
        _cannot(stage)
        return
    frame, step = question
    if any(payload == f"/{payloads.SKIP}" for _, payload in turn.state.offered):
        turn.state.slots[step.slot] = frame.reasked.get(step.id)
        settle(turn, frame, step)
    else:
        turn.push("pattern_skip_question", {"question": name_of(turn, step.slot)})


def _repeat(stage: Stage, _command: RepeatLastBotMessages) -> None:
    turn = stage.turn
    if turn.open_question() is None:
        turn.push(COMPLETED, {"previous_flow_name": None})
        return
    turn.simpler = True
    turn.ask_again()


# --- what goes astray --------------------------------------------------------------------------


def _clarify(stage: Stage, command: Clarify) -> None:
    turn = stage.turn
    turn.understood = False
    turn.state.misses += 1
    if turn.state.misses > _MOST_CLARIFIED:
        _cannot(stage)
        return
    flows = [turn.content.flows[name] for name in command.flows]
    language = turn.state.slots.get("language") or ""
    names = [flow.titles.get(language, flow.title) for flow in flows]
    options = [[name, f"/{flow.name}"] for name, flow in zip(names, flows, strict=True)]
    turn.push("pattern_clarification", {"names": names, "options": options})


def _not_understood(stage: Stage, command: CannotHandle) -> None:
    turn = stage.turn
    turn.understood = command.is_choice
    turn.state.misses += not command.is_choice  # the message itself has been counted
    if turn.state.turn == 1 and turn.push(SESSION_START, _greeting(turn)):
        return
    invalid = f"utter_invalid_{command.slot}"
    if command.slot and turn.state.misses == 1 and invalid in turn.content.responses:
        turn.instead[command.slot] = invalid
        turn.ask_again()
    else:
        _cannot(stage, "none_meant" if command.is_choice else "not_understood")


def _other_language(stage: Stage, _command: OtherLanguage) -> None:
    """Says so in that language where it can, and asks the open question again."""
    turn = stage.turn
    turn.understood = False
    turn.state.misses += 1
    if not turn.push(OTHER_LANGUAGE, {"misses": turn.state.misses}):
        _cannot(stage)


def _cannot(stage: Stage, reason: str = "not_understood") -> None:
    turn = stage.turn
    turn.push("pattern_cannot_handle", {"misses": turn.state.misses, "reason": reason})


def _attached(stage: Stage, command: Attached) -> None:
    stage.turn.push("pattern_attachment", {"medium": command.medium.value})


def _old_button(stage: Stage, _command: OldButton) -> None:
    old_button(stage.turn)


def _note_edit(stage: Stage, _command: NoteEdit) -> None:
    turn = stage.turn
    say(turn, "utter_edit_noted", turn.top or Frame("", ""))
    turn.ask_again()


def _person(stage: Stage, _command: HumanHandoff) -> None:
    stage.turn.drop_patterns()
    stage.turn.push("pattern_human_handoff")


def _chat(stage: Stage, _command: ChitChat) -> None:
    if not stage.turn.push("pattern_chitchat"):
        _cannot(stage)


def _crisis(stage: Stage, _command: Crisis) -> None:
    stage.turn.crisis = True
    stage.turn.push("pattern_crisis")


_DO: dict[type[Command], Callable[[Stage, Any], None]] = {
    StartFlow: _start,
    SetSlots: _set_slots,
    CorrectSlots: correct,
    Narrow: _narrow,
    Clarify: _clarify,
    ChangeAnswer: change,
    CannotHandle: _not_understood,
    OtherLanguage: _other_language,
    Attached: _attached,
    CancelFlow: _cancel,
    SkipQuestion: _skip,
    RepeatLastBotMessages: _repeat,
    GoBack: back,
    HumanHandoff: _person,
    ChitChat: _chat,
    Crisis: _crisis,
    OldButton: _old_button,
    NoteEdit: _note_edit,
}
