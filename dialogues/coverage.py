"""Which steps and branches of the content have been reached: by tests, or by anything that talks.

A branch is one way on from a step that has several, a choice of a closed question, an answer that
is refused, or another wording of a question (said more simply, asked back, not understood).
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dialogues.commands import SetSlots, described
from dialogues.exchange import Asked, Did, Incoming
from dialogues.findings import Where
from dialogues.marks import Kind, Mark
from dialogues.model import Choice, Collect, Content, Flow, SlotType, Step
from dialogues.state import Frame, State
from dialogues.understanding.reading import read

_CLOSED = {SlotType.BOOL, SlotType.CATEGORICAL}
_OTHER_WORDINGS = (
    ("{utter}_simpler", "said another way"),
    ("utter_invalid_{slot}", "not understood"),
    ("utter_which_{slot}", "asked back: which one"),
    ("utter_many_{slot}", "asked back: which one of many"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """A step, or a branch at it. `words` tell a branch; they are empty for the step itself."""

    mark: Mark
    words: str
    where: Where

    @property
    def is_step(self) -> bool:
        return self.mark.kind == Kind.STEP

    def __str__(self) -> str:
        at = f"{self.mark.flow}.{self.mark.step}"
        return f"{self.where.file}:{self.where.line}: {at}{': ' if self.words else ''}{self.words}"


@dataclass(frozen=True, slots=True)
class Tally:
    reached: int
    all: int

    @classmethod
    def of(cls, points: Collection[Point], seen: Collection[Mark]) -> "Tally":
        return cls(sum(it.mark in seen for it in points), len(points))

    @property
    def percent(self) -> float:
        """Rounded down to a tenth, so that 100 means all."""
        return self.reached * 1000 // self.all / 10 if self.all else 100.0


@dataclass(frozen=True, slots=True)
class Part:
    """One flow, or all together."""

    name: str
    where: Where | None
    steps: Tally
    branches: Tally
    missed: tuple[Point, ...]

    @property
    def total(self) -> Tally:
        both = self.steps, self.branches
        return Tally(sum(it.reached for it in both), sum(it.all for it in both))


@dataclass(frozen=True, slots=True)
class Coverage:
    flows: tuple[Part, ...]
    whole: Part


def measure(content: Content, seen: Iterable[Mark]) -> Coverage:
    """Marks of places that the content does not have count for nothing."""
    marks = frozenset(seen)
    points = {flow.name: list(points_of(content, flow)) for flow in content.flows.values()}
    everything = [it for found in points.values() for it in found]
    return Coverage(
        flows=tuple(
            _part(name, content.flows[name].where, found, marks) for name, found in points.items()
        ),
        whole=_part("total", None, everything, marks),
    )


def _part(name: str, where: Where | None, points: list[Point], seen: frozenset[Mark]) -> Part:
    return Part(
        name=name,
        where=where,
        steps=Tally.of([it for it in points if it.is_step], seen),
        branches=Tally.of([it for it in points if not it.is_step], seen),
        missed=tuple(it for it in points if it.mark not in seen),
    )


# --- what there is to reach --------------------------------------------------------------------


def points_of(content: Content, flow: Flow) -> Iterator[Point]:
    """Each step, followed by its branches."""
    for step in flow.steps.values():
        yield Point(Mark(Kind.STEP, flow.name, step.id), "", step.where)
        yield from _ways(flow, step)
        if isinstance(step, Collect):
            yield from dict.fromkeys(_choices(content, flow, step))
            yield from dict.fromkeys(_wordings(content, flow, step))


def _ways(flow: Flow, step: Step) -> Iterator[Point]:
    if len(step.ways) < 2:
        return
    for number, way in enumerate(step.ways):
        words = f"if {way.condition.text}" if way.condition else "else"
        mark = Mark(Kind.WAY, flow.name, step.id, str(number))
        yield Point(mark, words, way.where or step.where)


def _choices(content: Content, flow: Flow, step: Collect) -> Iterator[Point]:
    """The buttons of the question; and the values of its slot, which can also be typed."""
    taken = set()
    for choice in _buttons(content, step):
        mark = _mark_of(content, flow, step, choice)
        if mark is not None and mark not in taken:
            taken.add(mark)
            yield Point(mark, f'button "{choice.title.plain or choice.payload}"', step.where)
    for value in _values(content, step):
        mark = Mark(Kind.ANSWER, flow.name, step.id, value)
        if mark not in taken:
            yield Point(mark, f"answer {value}", step.where)


def _buttons(content: Content, step: Collect) -> Iterator[Choice]:
    response = content.responses.get(step.utter)
    for variation in response.variations if response else ():
        yield from variation.choices


def _mark_of(content: Content, flow: Flow, step: Collect, choice: Choice) -> Mark | None:
    """What pressing the button leaves behind. None for buttons that do not answer by themselves,
    and for those that stand for words, which are told by the way they lead."""
    if choice.payload is None or choice.payload.plain is None:
        return None
    state = State.new(content)
    state.stack = [Frame(flow.name, step.id, asked=True)]
    asked = Asked(flow.name, step.id)
    press = Incoming(Did.PRESS, payload=choice.payload.plain, asked=asked)
    command = next(iter(read(content, state, press).commands), None)
    if isinstance(command, SetSlots) and command.answers:
        if content.slots[step.slot].type not in _CLOSED:
            return None
        return Mark(Kind.ANSWER, flow.name, step.id, _named(command.slots[step.slot]))
    return Mark(Kind.COMMAND, flow.name, step.id, described(command)) if command else None


def _named(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(content: Content, step: Collect) -> tuple[str, ...]:
    slot = content.slots[step.slot]
    return ("true", "false") if slot.type is SlotType.BOOL else slot.values


def _wordings(content: Content, flow: Flow, step: Collect) -> Iterator[Point]:
    for refusal in (*step.refusals, *content.slots[step.slot].refusals):
        mark = Mark(Kind.SAID, flow.name, step.id, refusal.utter)
        yield Point(mark, f"refused with {refusal.utter}", refusal.where)
    for pattern, words in _OTHER_WORDINGS:
        name = pattern.format(utter=step.utter, slot=step.slot)
        if name in content.responses:
            yield Point(Mark(Kind.SAID, flow.name, step.id, name), words, step.where)


# --- traces ------------------------------------------------------------------------------------


def write_trace(path: Path, content: Content, marks: Iterable[Mark]) -> None:
    """Keeps what was reached, with the digest of the content that it was reached in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(mark) for mark in sorted(set(marks)))
    path.write_text(f'{{"digest": "{content.digest}", "marks": [\n{lines}\n]}}\n')


def read_trace(path: Path) -> tuple[str, set[Mark]]:
    """The content's digest and the marks. Raises ValueError for what is no trace, and OSError."""
    data = json.loads(path.read_text())
    try:
        return str(data["digest"]), {Mark(*map(str, mark)) for mark in data["marks"]}
    except (KeyError, TypeError) as error:
        raise ValueError("it is no trace") from error
