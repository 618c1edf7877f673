"""What a turn understood and did, in a few dim lines under its replies."""

from collections.abc import Iterator
from typing import Any

from dialogues.runner import Outcome
from dialogues.state import Frame, State

_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
_LONGEST = 40  # letters of a value


class Tracer:
    """Keeps the turns since they were last told; see `residents.Watch`."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour
        self._turns: list[tuple[State, Outcome]] = []

    def __call__(self, before: State, outcome: Outcome) -> None:
        self._turns.append((before, outcome))

    def tell(self) -> Iterator[str]:
        """The lines for what has happened since the last time."""
        turns, self._turns = self._turns, []
        for before, outcome in turns:
            for line in trace_lines(before, outcome):
                yield f"{_DIM}{line}{_PLAIN}" if self._colour else line


def trace_lines(before: State, outcome: Outcome) -> Iterator[str]:
    """Commands, steps, slots that changed, and the stack as it is now; a line for each that is."""
    heard, *rest = outcome.trace or [""]
    commands = [line for line in rest if line[:1].isupper()]
    steps = [line for line in rest if not line[:1].isupper()]
    yield _line("heard", f"{heard}: {', '.join(commands) or 'nothing'}")
    if steps:
        yield _line("steps", " · ".join(steps))
    for change in _changes(before.slots, outcome.state.slots):
        yield _line("slot", change)
    yield _line("stack", " > ".join(map(_place, outcome.state.stack)) or "empty")


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    for name, value in after.items():
        if value != before.get(name):
            yield f"{name}: {_shown(before.get(name))} -> {_shown(value)}"


def _place(frame: Frame) -> str:
    return f"{frame.flow}.{frame.step}{' ?' if frame.asked else ''}"


def _shown(value: Any) -> str:
    words = "null" if value is None else str(value).replace("\n", " ")
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _line(name: str, text: str) -> str:
    return f"    {name:<6} {text}"
