"""Where a conversation stands: the slots, and the stack of flows that are under way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialogues.exchange import Asked
from dialogues.model import END, Collect, Content

MAX_DEPTH = 8


@dataclass(slots=True)
class Frame:
    """One flow under way.

    `asked`: its collect step has been put to the resident. `called`: it goes back to the frame
    beneath without a word. `answered`: ids of collect steps that are done with, in order.
    `kept`: values that were answered after a step that is being corrected, by step id; they are
    taken up again when the flow comes by. `reasked`: the value that a question had before it was
    opened again. `narrowed`: for a slot, the values that an unclear answer may have meant.
    """

    flow: str
    step: str
    asked: bool = False
    called: bool = False
    context: dict[str, Any] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    reasked: dict[str, Any] = field(default_factory=dict)
    narrowed: dict[str, list[str]] = field(default_factory=dict)
    prefaced: str | None = None

    def copy(self) -> "Frame":
        return Frame(
            self.flow,
            self.step,
            self.asked,
            self.called,
            self.context,
            list(self.answered),
            dict(self.kept),
            dict(self.reasked),
            dict(self.narrowed),
            self.prefaced,
        )

    def to_json(self) -> dict[str, Any]:
        """Only what differs from a fresh frame."""
        data: dict[str, Any] = {"flow": self.flow, "step": self.step}
        for name in _FRAME_FIELDS:
            value = getattr(self, name)
            if value:
                data[name] = value
        return data


_FRAME_FIELDS = {
    "asked": bool,
    "called": bool,
    "context": dict,
    "answered": list,
    "kept": dict,
    "reasked": dict,
    "narrowed": dict,
    "prefaced": str,
}


@dataclass(slots=True)
class State:
    """`offered` are the choices last shown, as (label, payload). `misses` counts messages in a row
    that were not understood. `expects_text`: the open question takes free text."""

    slots: dict[str, Any]
    stack: list[Frame] = field(default_factory=list)
    offered: list[tuple[str, str]] = field(default_factory=list)
    turn: int = 0
    misses: int = 0
    expects_text: bool = False
    last_turn_at: datetime | None = None
    content_changed: bool = False
    _initial: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def new(cls, content: Content) -> "State":
        return cls(slots=dict(content.initial), _initial=content.initial)

    @property
    def question(self) -> Asked | None:
        """The question that is open."""
        if self.stack and self.stack[-1].asked:
            return Asked(self.stack[-1].flow, self.stack[-1].step)
        return None

    @staticmethod
    def question_in(saved: Any) -> Asked | None:
        """The question that is open in a state as `to_json` gives it."""
        stack = saved.get("stack")
        top = stack[-1] if stack else None
        return Asked(top["flow"], top["step"]) if top and top.get("asked") else None

    def copy(self) -> "State":
        return State(
            dict(self.slots),
            [frame.copy() for frame in self.stack],
            self.offered,
            self.turn,
            self.misses,
            self.expects_text,
            self.last_turn_at,
            self.content_changed,
            self._initial,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; slots at their initial value are left out."""
        initial = self._initial
        data: dict[str, Any] = {
            "slots": {k: v for k, v in self.slots.items() if v != initial.get(k)},
            "stack": [frame.to_json() for frame in self.stack],
            "turn": self.turn,
        }
        if self.offered:
            data["offered"] = [list(pair) for pair in self.offered]
        if self.misses:
            data["misses"] = self.misses
        if self.expects_text:
            data["expects_text"] = True
        if self.last_turn_at:
            data["last_turn_at"] = self.last_turn_at.isoformat()
        return data

    @classmethod
    def from_json(cls, data: Any, content: Content) -> "State":
        """Never raises: what the content no longer knows is dropped, and a flow whose step is gone
        starts over with its answers kept. `content_changed` says that either has happened."""
        state = cls.new(content)
        if not isinstance(data, dict):
            return state
        _load_slots(state, data.get("slots"), content)
        _load_stack(state, data.get("stack"), content)
        state.turn = _whole(data.get("turn"))
        state.misses = _whole(data.get("misses"))
        state.last_turn_at = _instant(data.get("last_turn_at"))
        if state.question is not None:
            state.expects_text = data.get("expects_text") is True
        state.offered = _pairs(data.get("offered"))
        return state


def _load_slots(state: State, data: Any, content: Content) -> None:
    for name, value in (data if isinstance(data, dict) else {}).items():
        slot = content.slots.get(name)
        if slot is None:
            continue
        try:
            state.slots[name] = slot.coerce(value)
        except (ValueError, TypeError):
            continue


def _load_stack(state: State, data: Any, content: Content) -> None:
    items = data if isinstance(data, list) else []
    for item in items:
        frame = _frame(item, content)
        if frame is None or frame.step != item.get("step"):
            state.content_changed = True
        if frame is None:
            continue
        frame.called = frame.called and bool(state.stack)
        state.stack.append(frame)
    del state.stack[:-MAX_DEPTH]


def _frame(item: Any, content: Content) -> Frame | None:
    flow = content.flows.get(str(item.get("flow"))) if isinstance(item, dict) else None
    if flow is None:
        return None
    frame = Frame(flow.name, flow.first)
    for name, kind in _FRAME_FIELDS.items():
        if isinstance(item.get(name), kind):
            setattr(frame, name, item[name])
    frame.answered = [it for it in frame.answered if it in flow.steps]
    frame.kept = {it: value for it, value in frame.kept.items() if it in flow.steps}
    frame.reasked = {it: value for it, value in frame.reasked.items() if it in flow.steps}
    step = item.get("step")
    if step in flow.steps or step == END:
        frame.step = step
    frame.asked = frame.asked and isinstance(flow.steps.get(frame.step), Collect)
    return frame


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _instant(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _pairs(value: Any) -> list[tuple[str, str]]:
    pairs = value if isinstance(value, list) else []
    return [(it[0], it[1]) for it in pairs if isinstance(it, list) and len(it) == 2]
