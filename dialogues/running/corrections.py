"""Earlier answers that change: what follows from them is gone through again, and what still holds
is kept."""

from collections.abc import Iterator
from typing import Any

from dialogues import payloads
from dialogues.commands import ChangeAnswer, CorrectSlots, GoBack
from dialogues.exchange import Asked
from dialogues.model import Collect
from dialogues.responses import label
from dialogues.running.acting import Stage
from dialogues.running.asking import accept, answer, fill, mark_answer, settle
from dialogues.running.speaking import name_of, say
from dialogues.running.turn import Turn
from dialogues.state import Frame

_MOST_CHOICES = 10
_MOST_LETTERS = 200


def correct(stage: Stage, command: CorrectSlots) -> None:
    turn = stage.turn
    step = _asking_step(turn, command.question)
    if step is None or step.slot not in command.slots:
        old_button(stage.turn)
        return
    frame = turn.frame_of(command.question.flow)
    if frame is None:
        _correct_kept(stage, command, step)
    elif frame.step == step.id:
        _answer_waiting(stage, frame, step, command)
    elif step.id in frame.answered:
        _correct_answered(stage, frame, step, command)
    elif turn.state.slots[step.slot] is not None:
        _correct_kept(stage, command, step)
    else:
        old_button(stage.turn)


def _asking_step(turn: Turn, question: Asked) -> Collect | None:
    flow = turn.content.flows.get(question.flow)
    step = flow.steps.get(question.step) if flow else None
    return step if isinstance(step, Collect) else None


def _answer_waiting(stage: Stage, frame: Frame, step: Collect, command: CorrectSlots) -> None:
    """The question is still open, in a flow that was interrupted: the resident goes back to it. Or
    its answer has called another flow, after which it comes again: the same answer is no news."""
    turn = stage.turn
    if step.id in frame.answered and command.slots[step.slot] == turn.state.slots[step.slot]:
        _refused(turn, frame, step, same=True)
        return
    if turn.top is not frame:
        turn.drop_patterns()
        turn.bring_up(frame)
        turn.drop_above(frame)
    fill(turn, {k: v for k, v in command.slots.items() if k != step.slot})
    answer(stage, frame, step, command.slots[step.slot])


def _correct_answered(stage: Stage, frame: Frame, step: Collect, command: CorrectSlots) -> None:
    turn = stage.turn
    old = turn.state.slots[step.slot]
    accepted, value = accept(stage, frame, step, command.slots[step.slot])
    if not accepted or value == old:
        _refused(turn, frame, step, same=accepted)
        return
    turn.drop_patterns()
    turn.bring_up(frame)
    turn.drop_above(frame)
    rewind(turn, frame, step)
    mark_answer(turn, frame, step, value)
    turn.state.slots[step.slot] = value
    fill(turn, {k: v for k, v in command.slots.items() if k != step.slot})
    settle(turn, frame, step)
    turn.replaying = frame
    _say_corrected(turn, step.slot, "changed", old)


def _correct_kept(stage: Stage, command: CorrectSlots, step: Collect) -> None:
    """The flow has ended, but its answer is kept; or it has not come by the question yet, because
    the answer was said in passing. The answer changes, and nothing else does."""
    turn = stage.turn
    old = turn.state.slots[step.slot]
    if step.slot not in turn.content.persisted or old is None:
        old_button(stage.turn)
        return
    frame = Frame(command.question.flow, step.id)
    accepted, value = accept(stage, frame, step, command.slots[step.slot])
    if not accepted or value == old:
        _refused(turn, frame, step, same=accepted)
        return
    turn.ask_again()
    turn.state.slots[step.slot] = value
    _say_corrected(turn, step.slot, "changed", old)


def _refused(turn: Turn, frame: Frame, step: Collect, *, same: bool) -> None:
    """The answer stays; why, is said by itself, because another question is asked next. `same`:
    the new answer is the old one, as when a button is pressed twice."""
    why = turn.instead.pop(step.slot, None)
    if why is not None:
        say(turn, why, frame)
    turn.ask_again()
    if same:
        _say_corrected(turn, step.slot, "same", turn.state.slots[step.slot])


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


def back(stage: Stage, _command: GoBack) -> None:
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


def change(stage: Stage, command: ChangeAnswer) -> None:
    turn = stage.turn
    turn.drop_patterns()
    if command.question is None:
        _offer_answers(turn)
        return
    frame = turn.frame_of(command.question.flow)
    step = _asking_step(turn, command.question)
    if frame is None or step is None or step.id not in frame.answered:
        old_button(stage.turn)
        return
    turn.bring_up(frame)
    turn.drop_above(frame)
    _reopen(turn, frame, step)


def _offer_answers(turn: Turn) -> None:
    """Those of the flow at hand and, before them, of the flows that called it."""
    options: list[list[str]] = []
    for frame in _calling(turn):
        options = [*_answers_in(turn, frame), *options]
    options = options[-_MOST_CHOICES:]
    reason = "choose" if options else "nothing"
    if not options:
        turn.ask_again()
    turn.push("pattern_correction", {"reason": reason, "options": options})


def _calling(turn: Turn) -> Iterator[Frame]:
    """The frame on top, then those that wait for it to come back."""
    for frame in reversed(turn.state.stack):
        yield frame
        if not frame.called:
            return


def _answers_in(turn: Turn, frame: Frame) -> list[list[str]]:
    """The name of each answer that was given there, and what changes it."""
    steps = turn.flow_of(frame).steps
    asked = [(it, steps[it]) for it in frame.answered]
    return [
        [name_of(turn, step.slot), f"/{payloads.CHANGE}({frame.flow}.{name})"]
        for name, step in asked
        if isinstance(step, Collect)
    ]


def _say_corrected(turn: Turn, slot: str, reason: str, old: Any) -> None:
    """`value` and `old_value` are the words that residents know them by."""
    value = turn.state.slots[slot] if reason in {"changed", "same"} else None
    turn.push(
        "pattern_correction",
        {
            "reason": reason,
            "open": turn.top is not None,  # its question comes again after this
            "question": name_of(turn, slot),
            "value": _shortened(label(turn.content, slot, value)),
            "old_value": _shortened(label(turn.content, slot, old)),
        },
    )


def _shortened(words: Any) -> Any:
    """Long answers are only shown by their beginning."""
    if not isinstance(words, str) or len(words) <= _MOST_LETTERS:
        return words
    return f"{words[:_MOST_LETTERS].rstrip()}…"


def old_button(turn: Turn) -> None:
    """A button was pressed whose question is gone."""
    turn.push("pattern_old_button")
