"""What is known during one turn, and the stack of flows that it works on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialogues.exchange import Incoming, Reply
from dialogues.marks import Kind, Mark
from dialogues.model import END, Collect, Content, Flow, Step
from dialogues.responses import Scope
from dialogues.state import MAX_DEPTH, Frame, State

CONTINUE = "pattern_continue_interrupted"
COMPLETED = "pattern_completed"


@dataclass(slots=True)
class Turn:
    """The working memory of one turn.

    `held` keeps the question beneath a pattern from being asked again at once, because the pattern
    has offered choices. After a `restart` only the slots named by `kept` are known. `simpler` asks
    the next question in simpler words; `instead` names, by slot, the response in whose words its
    question is asked next. `replaying` is a frame that runs
    again after a correction, and `provisional` what it has said on the way to a question that may
    turn out to be answered already.
    """

    content: Content
    state: State
    incoming: Incoming
    now: datetime | None = None
    replies: list[Reply] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    intent: str | None = None
    crisis: bool = False
    understood: bool = True
    held: bool = False
    simpler: bool = False
    instead: dict[str, str] = field(default_factory=dict)
    restart: bool = False
    kept: frozenset[str] = frozenset()
    replaying: Frame | None = None
    provisional: list[Reply] = field(default_factory=list)

    # --- looking -------------------------------------------------------------------------------

    @property
    def top(self) -> Frame | None:
        return self.state.stack[-1] if self.state.stack else None

    def flow_of(self, frame: Frame) -> Flow:
        return self.content.flows[frame.flow]

    def open_question(self) -> tuple[Frame, Collect] | None:
        """The frame and the step whose question is open."""
        frame = self.top
        if frame is None or not frame.asked:
            return None
        step = self.flow_of(frame).steps[frame.step]
        return (frame, step) if isinstance(step, Collect) else None

    def frame_of(self, flow: str) -> Frame | None:
        """The topmost frame of a flow."""
        return next((it for it in reversed(self.state.stack) if it.flow == flow), None)

    def root_of(self, frame: Frame) -> Frame:
        """The frame that no other has called, from which `frame` hangs."""
        return self.state.stack[self._root_at(self._at(frame))]

    def title(self, frame: Frame) -> str:
        """The flow's name, in the resident's language."""
        flow = self.flow_of(frame)
        return flow.titles.get(self.state.slots.get("language") or "", flow.title)

    def scope(self, context: Mapping[str, Any], values: Mapping[str, Any]) -> Scope:
        return Scope(self.content, self.state.slots, context, values, self.state.turn)

    # --- changing the stack --------------------------------------------------------------------

    def push(
        self, name: str, context: dict[str, Any] | None = None, *, called: bool = False
    ) -> bool:
        """Puts a flow on top; False when the content has no such flow."""
        flow = self.content.flows.get(name)
        if flow is None:
            return False
        stack = self.state.stack
        if flow.is_pattern or not called:
            context = {"open": self.state.question is not None, **(context or {})}
        if flow.is_pattern:
            known = self.frame_of(name)
            if known is not None:
                self.remove(known)
        stack.append(Frame(name, flow.first, context=context or {}, called=called))
        self.trace.append(f"start {name}")
        if len(stack) > MAX_DEPTH:
            del stack[0]
            stack[0].called = False
        return True

    def ask_again(self) -> None:
        """The open question is to be put once more."""
        if self.top is not None:
            self.top.asked = False

    def remove(self, frame: Frame) -> None:
        """Takes one frame out; what it has called stands alone from now on."""
        at = self._at(frame)
        del self.state.stack[at]
        if at < len(self.state.stack):
            self.state.stack[at].called = False

    def bring_up(self, frame: Frame) -> None:
        """Puts a flow that is under way on top, together with what calls it and what it calls."""
        stack = self.state.stack
        start = self._root_at(self._at(frame))
        end = start + 1
        while end < len(stack) and stack[end].called:
            end += 1
        group = stack[start:end]
        del stack[start:end]
        stack.extend(group)
        group[-1].asked = False

    def drop_patterns(self) -> None:
        """Leaves repair behind, because the resident has moved on."""
        while self.state.stack and self.flow_of(self.state.stack[-1]).is_pattern:
            self.state.stack.pop()

    def drop_above(self, frame: Frame) -> None:
        """Leaves what the frame has called, because the frame itself goes another way."""
        del self.state.stack[self._at(frame) + 1 :]

    def mark(self, kind: Kind, frame: Frame, what: str = "") -> None:
        self.marks.append(Mark(kind, frame.flow, frame.step, what))

    def go_on(self, frame: Frame, step: Step) -> None:
        """Takes the first way that is open."""
        for number, way in enumerate(step.ways):
            if way.condition is None or way.condition.holds(self.state.slots, frame.context):
                self.mark(Kind.WAY, frame, str(number))
                frame.step = way.target
                return
        frame.step = END

    def finish(self, frame: Frame) -> None:
        """The flow on top has come to its end."""
        self.state.stack.pop()
        self.trace.append(f"end {frame.flow}")
        below = self.top
        if frame.called:
            return
        self.forget_slots(frame)
        if self.flow_of(frame).is_pattern:
            if below is not None:
                below.asked = below.asked and self.held
        elif below is not None:
            below.asked = False
            self.push_continue(below)
        elif self.flow_of(frame).run_pattern_completed and not self.restart:
            self.push(COMPLETED, {"previous_flow_name": self.title(frame)})

    def push_continue(self, interrupted: Frame) -> None:
        if not self.flow_of(interrupted).is_pattern:
            self.push(CONTINUE, {"interrupted_flow_name": self.title(self.root_of(interrupted))})

    def forget_slots(self, frame: Frame) -> None:
        """Resets what the flow has filled, but for slots that are kept or in use beneath."""
        for name in self.content.resets.get(frame.flow, ()):
            if not any(name in self.flow_of(other).fills for other in self.state.stack):
                self.state.slots[name] = self.content.initial[name]

    def _at(self, frame: Frame) -> int:
        return next(i for i, it in enumerate(self.state.stack) if it is frame)

    def _root_at(self, at: int) -> int:
        while at > 0 and self.state.stack[at].called:
            at -= 1
        return at
