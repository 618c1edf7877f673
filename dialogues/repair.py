"""Carries out commands: answers, interruptions, corrections and everything that goes astray.

What is said about it is a pattern flow each; authors word and reorder those.
"""

from collections.abc import Callable
from typing import Any

from dialogues import payloads
from dialogues.acting import Stage
from dialogues.asking import accept, answer, explain, fill, settle
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
    RepeatLastBotMessages,
    SetSlots,
    SkipQuestion,
    StartFlow,
)
from dialogues.exchange import Asked
from dialogues.model import Collect
from dialogues.responses import label
from dialogues.speaking import name_of, say
from dialogues.state import Frame
from dialogues.turn import COMPLETED, Turn

SESSION_START = "pattern_session_start"
_MOST_CHOICES = 10


def carry_out(stage: Stage, command: Command) -> None:
    stage.turn.trace.append(_described(command))
    if not isinstance(command, CannotHandle | Clarify):
        stage.turn.state.misses = 0
    _DO[type(command)](stage, command)


def _described(command: Command) -> str:
    """For the trace: which slots, never their values, which may be personal."""
    if isinstance(command, SetSlots | CorrectSlots):
        return f"{type(command).__name__} {' '.join(command.slots)}"
    return f"StartFlow {command.flow}" if isinstance(command, StartFlow) else type(command).__name__


# --- flows -------------------------------------------------------------------------------------


def _start(stage: Stage, command: StartFlow) -> None:
    turn = stage.turn
    flow = turn.content.flows[command.flow]
    turn.intent = command.intent
    if flow.guard is not None and not flow.guard.holds(turn.state.slots, {}):
        _cannot(stage, "not_now")
        return
    turn.drop_patterns()
    if flow.is_pattern:
        turn.push(flow.name, _greeting(turn) if flow.name == SESSION_START else {})
        return
    fill(turn, command.slots)
    known = turn.frame_of(flow.name)
    if known is None:
        turn.push(flow.name)
    else:
        _return_to(turn, known)
    if turn.top is not None:
        turn.top.narrowed |= command.unclear


def _return_to(turn: Turn, frame: Frame) -> None:
    """Goes on with a flow that is under way, where it was."""
    was_open = turn.top
    turn.bring_up(frame)
    top = turn.top
    if top is not None and top is not was_open:
        turn.push_continue(top)


def _greeting(turn: Turn) -> dict[str, Any]:
    last, now = turn.state.last_turn_at, turn.now
    away = (now - last).total_seconds() / 86400 if last and now else 0.0
    return {"first": turn.state.turn == 1, "away_days": away}


def _cancel(stage: Stage, _command: CancelFlow) -> None:
    turn = stage.turn
    turn.drop_patterns()
    name = None
    if turn.top is not None:
        frame = turn.root_of(turn.top)
        name = turn.title(frame)
        turn.drop_above(frame)
        turn.state.stack.pop()
        _give_back(turn, frame)
        turn.forget_slots(frame)
    if turn.top is not None:
        turn.ask_again()
        turn.push_continue(turn.top)
    turn.push("pattern_cancel_flow", {"canceled_name": name})


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
        if not answer(stage, frame, step, others.pop(step.slot), command.medium):
            return
    fill(turn, others)


def _narrow(stage: Stage, command: Narrow) -> None:
    turn = stage.turn
    for frame in reversed(turn.state.stack):
        if command.slot in turn.flow_of(frame).fills:
            frame.narrowed[command.slot] = command.values
            break
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


# --- corrections -------------------------------------------------------------------------------


def _correct(stage: Stage, command: CorrectSlots) -> None:
    turn = stage.turn
    step = _asking_step(turn, command.question)
    if step is None or step.slot not in command.slots:
        _old_button(stage, OldButton())
        return
    frame = turn.frame_of(command.question.flow)
    if frame is None:
        _correct_kept(stage, command, step)
    elif frame.step == step.id:
        _answer_waiting(stage, frame, step, command)
    elif step.id in frame.answered:
        _correct_answered(stage, frame, step, command)
    else:
        _old_button(stage, OldButton())


def _asking_step(turn: Turn, question: Asked) -> Collect | None:
    flow = turn.content.flows.get(question.flow)
    step = flow.steps.get(question.step) if flow else None
    return step if isinstance(step, Collect) else None


def _answer_waiting(stage: Stage, frame: Frame, step: Collect, command: CorrectSlots) -> None:
    """The question is still open, in a flow that was interrupted: the resident goes back to it."""
    turn = stage.turn
    if turn.top is not frame:
        turn.drop_patterns()
        turn.bring_up(frame)
    others = dict(command.slots)
    if answer(stage, frame, step, others.pop(step.slot)):
        fill(turn, others)


def _correct_answered(stage: Stage, frame: Frame, step: Collect, command: CorrectSlots) -> None:
    turn = stage.turn
    old = turn.state.slots[step.slot]
    accepted, value = accept(stage, frame, step, command.slots[step.slot])
    if not accepted or value == old:
        turn.ask_again()
        return
    turn.drop_patterns()
    turn.bring_up(frame)
    turn.drop_above(frame)
    rewind(turn, frame, step)
    turn.state.slots[step.slot] = value
    fill(turn, {k: v for k, v in command.slots.items() if k != step.slot})
    settle(turn, frame, step)
    turn.replaying = frame
    _say_corrected(turn, step.slot, "changed", old)


def _correct_kept(stage: Stage, command: CorrectSlots, step: Collect) -> None:
    """The flow has ended, but its answer is kept: the answer changes, and nothing else does."""
    turn = stage.turn
    old = turn.state.slots[step.slot]
    if step.slot not in turn.content.persisted or old is None:
        _old_button(stage, OldButton())
        return
    accepted, value = accept(
        stage, Frame(command.question.flow, step.id), step, command.slots[step.slot]
    )
    turn.ask_again()
    if accepted and value != old:
        turn.state.slots[step.slot] = value
        _say_corrected(turn, step.slot, "changed", old)


def rewind(turn: Turn, frame: Frame, step: Collect) -> None:
    """Back to an answered step. Answers given after it are put aside, and taken up again when the
    flow comes by their questions."""
    steps, slots = turn.flow_of(frame).steps, turn.state.slots
    at = frame.answered.index(step.id)
    later = [steps[it] for it in frame.answered[at + 1 :]]
    frame.answered = frame.answered[:at]
    still = {it.slot for name in frame.answered if isinstance(it := steps[name], Collect)}
    for other in later:
        if isinstance(other, Collect):
            frame.kept[other.id] = slots[other.slot]
    for other in later:
        if isinstance(other, Collect) and other.slot not in still:
            slots[other.slot] = turn.content.initial[other.slot]
    frame.step = step.id
    frame.asked = False


def _back(stage: Stage, _command: GoBack) -> None:
    turn = stage.turn
    turn.drop_patterns()
    frame = turn.top
    while frame is not None and not frame.answered and frame.called:
        turn.state.stack.pop()
        frame = turn.top
    answered = frame.answered if frame else []
    step = _asking_step(turn, Asked(frame.flow, answered[-1])) if frame and answered else None
    if frame is None or step is None:
        turn.ask_again()
        turn.push("pattern_correction", {"reason": "nothing"})
        return
    _reopen(turn, frame, step)


def _reopen(turn: Turn, frame: Frame, step: Collect) -> None:
    """Asks an answered question again; its former answer stands if it is skipped."""
    old = turn.state.slots[step.slot]
    rewind(turn, frame, step)
    frame.reasked[step.id] = old
    turn.replaying = frame
    _say_corrected(turn, step.slot, "back", old)


def _change(stage: Stage, command: ChangeAnswer) -> None:
    turn = stage.turn
    turn.drop_patterns()
    if command.question is None:
        _offer_answers(turn)
        return
    frame = turn.frame_of(command.question.flow)
    step = _asking_step(turn, command.question)
    if frame is None or step is None or step.id not in frame.answered:
        _old_button(stage, OldButton())
        return
    turn.bring_up(frame)
    turn.drop_above(frame)
    _reopen(turn, frame, step)


def _offer_answers(turn: Turn) -> None:
    frame = turn.top
    options = []
    for step_id in frame.answered[-_MOST_CHOICES:] if frame else ():
        step = turn.flow_of(frame).steps[step_id] if frame else None
        if frame and isinstance(step, Collect):
            payload = f"/{payloads.CHANGE}({frame.flow}.{step_id})"
            options.append([name_of(turn, step.slot), payload])
    reason = "choose" if options else "nothing"
    if not options:
        turn.ask_again()
    turn.push("pattern_correction", {"reason": reason, "options": options})


def _say_corrected(turn: Turn, slot: str, reason: str, old: Any) -> None:
    """`value` and `old_value` are the words that residents know them by."""
    value = turn.state.slots[slot] if reason == "changed" else None
    turn.push(
        "pattern_correction",
        {
            "reason": reason,
            "question": name_of(turn, slot),
            "value": label(turn.content, slot, value),
            "old_value": label(turn.content, slot, old),
        },
    )


# --- what goes astray --------------------------------------------------------------------------


def _clarify(stage: Stage, command: Clarify) -> None:
    turn = stage.turn
    turn.understood = False
    flows = [turn.content.flows[name] for name in command.flows]
    language = turn.state.slots.get("language") or ""
    names = [flow.titles.get(language, flow.title) for flow in flows]
    options = [[name, f"/{flow.name}"] for name, flow in zip(names, flows, strict=True)]
    turn.push("pattern_clarification", {"names": names, "options": options})


def _not_understood(stage: Stage, command: CannotHandle) -> None:
    turn = stage.turn
    turn.understood = False
    turn.state.misses += 1
    if turn.state.turn == 1 and turn.push(SESSION_START, _greeting(turn)):
        return
    invalid = f"utter_invalid_{command.slot}"
    if command.slot and turn.state.misses == 1 and invalid in turn.content.responses and turn.top:
        explain(turn, command.slot, turn.top)
        turn.ask_again()
    else:
        _cannot(stage)


def _cannot(stage: Stage, reason: str = "not_understood") -> None:
    turn = stage.turn
    turn.push("pattern_cannot_handle", {"misses": turn.state.misses, "reason": reason})


def _attached(stage: Stage, command: Attached) -> None:
    stage.turn.push("pattern_attachment", {"medium": command.medium.value})


def _old_button(stage: Stage, _command: OldButton) -> None:
    question = stage.turn.open_question()
    stage.turn.push("pattern_old_button", {"open": question is not None})


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
    CorrectSlots: _correct,
    Narrow: _narrow,
    Clarify: _clarify,
    ChangeAnswer: _change,
    CannotHandle: _not_understood,
    Attached: _attached,
    CancelFlow: _cancel,
    SkipQuestion: _skip,
    RepeatLastBotMessages: _repeat,
    GoBack: _back,
    HumanHandoff: _person,
    ChitChat: _chat,
    Crisis: _crisis,
    OldButton: _old_button,
    NoteEdit: _note_edit,
}
