"""Runs the flows on the stack, step by step, until a question is open or nothing is left to do."""

from collections.abc import Callable
from typing import Any

from dialogues.findings import EndlessTurnError
from dialogues.marks import Kind
from dialogues.model import END, Act, Call, Collect, Link, Noop, SetSlots, Step
from dialogues.running.acting import Stage
from dialogues.running.asking import collect
from dialogues.running.speaking import say
from dialogues.running.turn import Turn
from dialogues.state import Frame

MAX_STEPS = 200
RESTART = "action_restart"
ENGINE_ACTIONS = frozenset({RESTART})


def run(stage: Stage) -> None:
    """Raises EndlessTurnError when the flows go round in a circle."""
    turn = stage.turn
    stack = turn.state.stack
    steps = 0
    while stack and not stack[-1].asked:
        steps += 1
        if steps > MAX_STEPS:
            raise EndlessTurnError(f"over {MAX_STEPS} steps in one turn, at {stack[-1].flow}")
        frame = stack[-1]
        if frame.step == END:
            turn.finish(frame)
            continue
        step = turn.content.flows[frame.flow].steps[frame.step]
        turn.trace.append(f"{frame.flow}.{step.id}")
        turn.mark(Kind.STEP, frame)
        _DO[type(step)](stage, frame, step)


def _noop(stage: Stage, frame: Frame, step: Noop) -> None:
    stage.turn.go_on(frame, step)


def _act(stage: Stage, frame: Frame, step: Act) -> None:
    turn = stage.turn
    if step.name in turn.content.responses:
        before = len(turn.replies)
        say(turn, step.name, frame)
        if turn.replaying is frame:
            turn.provisional += turn.replies[before:]
    elif step.name == RESTART:
        _start_over(stage, frame)
    else:
        stage.act(step.name, frame)
    turn.go_on(frame, step)


def _start_over(stage: Stage, frame: Frame) -> None:
    """Drops the other flows, and the slots that no flow keeps."""
    state, content = stage.turn.state, stage.turn.content
    state.stack[:] = [frame]
    for name, value in content.initial.items():
        if name not in content.persisted:
            state.slots[name] = value


def _set_slots(stage: Stage, frame: Frame, step: SetSlots) -> None:
    """What a flow sets stands, also against answers that a correction has put aside."""
    turn = stage.turn
    names = {name for name, _ in step.values}
    for collecting in turn.flow_of(frame).collects() if frame.kept else ():
        if collecting.slot in names:
            frame.kept.pop(collecting.id, None)
    turn.state.slots.update(step.values)
    turn.go_on(frame, step)


def _link(stage: Stage, frame: Frame, step: Link) -> None:
    """This flow ends without a word, and the other one goes on in its place."""
    turn = stage.turn
    turn.state.stack.pop()
    turn.trace.append(f"end {frame.flow}")
    if not frame.called:
        turn.forget_slots(frame)
    known = turn.frame_of(step.flow)
    if known is not None:
        turn.bring_up(known)
    if known is None or step.anew:
        _begin(turn, step.flow, known, called=frame.called)
    else:
        turn.push_continue(known)


def _begin(turn: Turn, flow: str, known: Frame | None, *, called: bool) -> None:
    """At its first step; what was under way of it is left."""
    if known is not None:
        turn.drop_above(known)
        turn.remove(known)
    turn.push(flow, called=called)


def _call(stage: Stage, frame: Frame, step: Call) -> None:
    stage.turn.go_on(frame, step)
    stage.turn.push(step.flow, called=True)


_DO: dict[type[Step], Callable[[Stage, Frame, Any], None]] = {
    Noop: _noop,
    Act: _act,
    SetSlots: _set_slots,
    Link: _link,
    Call: _call,
    Collect: collect,
}
