"""What actions are to the dialogue: a call with a copy of the slots, and what comes back of it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialogues.exchange import Button, Incoming, Reply
from dialogues.findings import ActionFaultError
from dialogues.model import Collect
from dialogues.running.speaking import say
from dialogues.running.turn import Turn
from dialogues.state import Frame


@dataclass(frozen=True, slots=True)
class ActionCall:
    """An action is to run. `slots` are its own copy; `flow` and `step` say where it stands."""

    name: str
    slots: dict[str, Any]
    text: str
    intent: str | None
    flow: str | None
    step: str | None
    incoming: Incoming


@dataclass(frozen=True, slots=True)
class Said:
    """Something an action says: a response by name, whose texts see `values` before slots; or
    `text`, which is HTML and already escaped. `buttons` come before those of the response."""

    response: str | None = None
    text: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    buttons: list[Button] | None = None
    image: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class ActionResult:
    """`slots` to set. `restart`: everything about the conversation is forgotten after this turn,
    but for the slots named by `kept`. `left_open`: slots whose questions, where they wait beneath,
    are passed over."""

    slots: dict[str, Any] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    restart: bool = False
    kept: frozenset[str] = frozenset()
    left_open: frozenset[str] = frozenset()


RunAction = Callable[[ActionCall], ActionResult]


@dataclass(slots=True)
class Stage:
    """A turn, together with the means to run actions in it."""

    turn: Turn
    run_action: RunAction

    def act(self, name: str, frame: Frame, extra: Mapping[str, Any] | None = None) -> None:
        """Runs an action and takes over what it sets and says. Raises ActionFaultError, and
        whatever the action raises."""
        turn = self.turn
        turn.trace.append(f"run {name}")
        result = self.run_action(
            ActionCall(
                name=name,
                slots={**turn.state.slots, **(extra or {})},
                text=turn.incoming.text,
                intent=turn.intent,
                flow=frame.flow,
                step=frame.step,
                incoming=turn.incoming,
            )
        )
        for slot, value in result.slots.items():
            _set(turn, name, slot, value)
        for said in result.said:
            _take(turn, name, frame, said)
        _pass_over(turn, frame, result.left_open)
        if result.restart:
            turn.restart = True
            turn.kept |= result.kept
            turn.state.stack[:] = [frame]


def _set(turn: Turn, action: str, name: str, value: Any) -> None:
    slot = turn.content.slots.get(name)
    if slot is None:
        raise ActionFaultError(f"{action} sets {name}, which is no slot")
    try:
        turn.state.slots[name] = slot.coerce(value)
    except (ValueError, TypeError) as error:
        raise ActionFaultError(f"{action} sets {name} to what it cannot be: {error}") from error


def _pass_over(turn: Turn, acting: Frame, slots: Collection[str]) -> None:
    """What was asked is as good as skipped; one that was opened again keeps its answer."""
    for frame in turn.state.stack if slots else ():
        step = turn.flow_of(frame).steps.get(frame.step)
        is_waiting = frame is not acting and frame.asked
        if is_waiting and isinstance(step, Collect) and step.slot in slots:
            frame.kept[step.id] = frame.reasked.get(step.id)


def _take(turn: Turn, action: str, frame: Frame, said: Said) -> None:
    if said.response is None:
        if said.text or said.image or said.document:
            turn.replies.append(_with_extras(Reply(said.text or ""), said))
        return
    if said.response not in turn.content.responses:
        raise ActionFaultError(f"{action} says {said.response}, which is no response")
    reply = say(turn, said.response, frame, said.values)
    if reply is not None:
        turn.replies[-1] = _with_extras(reply, said)


def _with_extras(reply: Reply, said: Said) -> Reply:
    return replace(
        reply,
        buttons=(*(said.buttons or ()), *reply.buttons),
        image=said.image or reply.image,
        document=said.document or reply.document,
    )
