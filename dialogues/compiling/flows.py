"""Makes flat flows of nested ones: every step has an id, and every way on names its target."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dialogues import specs
from dialogues.compiling.conditions import ConditionError, parse
from dialogues.compiling.shapes import about
from dialogues.compiling.yaml_source import KeyPath, Source
from dialogues.conditions import Condition
from dialogues.findings import Finding, Where
from dialogues.model import (
    END,
    Act,
    Call,
    Collect,
    Flow,
    Link,
    Noop,
    Refusal,
    SetSlots,
    Step,
    Way,
)

_RESERVED = {"END", "START"}


@dataclass(slots=True)
class _Placed:
    """A step spec with its place and id; `after` is where it goes on when it does not say."""

    spec: specs.Step
    path: KeyPath
    id: str
    after: str | None = None


@dataclass(slots=True)
class _Layout:
    placed: list[_Placed] = field(default_factory=list)
    id_at: dict[KeyPath, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)


class FlowCompiler:
    """Compiles one flow. What is wrong is added to the source's findings."""

    def __init__(self, source: Source, name: str, spec: specs.FlowSpec) -> None:
        self._source = source
        self._name = name
        self._spec = spec
        self._layout = _Layout()

    def compile(self) -> Flow:
        spec, path = self._spec, ("flows", self._name)
        self._reserve(spec.steps, (*path, "steps"))
        self._place(spec.steps, (*path, "steps"), last=END)
        steps = {placed.id: self._step(placed) for placed in self._layout.placed}
        return Flow(
            name=self._name,
            title=spec.name or self._name.replace("_", " "),
            description=spec.description,
            guard=self._condition(spec.if_, (*path, "if")) if spec.if_ else None,
            intents=tuple(_trigger(it.intent) for it in spec.nlu_trigger),
            persisted=frozenset(spec.persisted_slots),
            run_pattern_completed=spec.run_pattern_completed,
            first=self._layout.placed[0].id,
            steps=steps,
            titles={language: it.name for language, it in spec.translation.items()},
            where=self._source.where(*path),
            fills=_fills(steps.values()),
        )

    # --- ids -----------------------------------------------------------------------------------

    def _reserve(self, steps: Sequence[specs.Step], path: KeyPath) -> None:
        """Ids that authors gave come first, so that automatic ones make way."""
        for i, step in enumerate(steps):
            if step.id is not None:
                if step.id in self._layout.taken or step.id in _RESERVED:
                    hint = "give each step of a flow its own id"
                    self._find((*path, i), "step-id", f"the id {step.id} is taken", hint)
                self._layout.taken.add(step.id)
            for branch_path, nested in _nested(step, (*path, i)):
                self._reserve(nested, branch_path)

    def _place(self, steps: Sequence[specs.Step], path: KeyPath, last: str | None) -> str:
        """Gives ids in document order, and returns the first. `last` None: `next` is required."""
        placed = [self._enter(step, (*path, i)) for i, step in enumerate(steps)]
        for here, following in pairwise(placed):
            here.after = following.id
        placed[-1].after = last
        for here in placed:
            for branch_path, nested in _nested(here.spec, here.path):
                self._place(nested, branch_path, last=None)
        return placed[0].id

    def _enter(self, step: specs.Step, path: KeyPath) -> _Placed:
        placed = _Placed(step, path, step.id or self._free_id(step))
        self._layout.placed.append(placed)
        self._layout.id_at[path] = placed.id
        return placed

    def _free_id(self, step: specs.Step) -> str:
        base = _base_id(step)
        name, count = base, 2
        while name in self._layout.taken:
            name, count = f"{base}_{count}", count + 1
        self._layout.taken.add(name)
        return name

    # --- steps ---------------------------------------------------------------------------------

    def _step(self, placed: _Placed) -> Step:
        spec, where = placed.spec, self._where(placed)
        if isinstance(spec, specs.LinkSpec):
            anew = (spec.metadata or {}).get("anew") is True
            return Link(placed.id, (Way(END),), where, spec.link, anew=anew)
        ways = self._ways(placed)
        if isinstance(spec, specs.ActionSpec):
            return Act(placed.id, ways, where, spec.action)
        if isinstance(spec, specs.CallSpec):
            return Call(placed.id, ways, where, spec.call)
        if isinstance(spec, specs.SetSlotsSpec):
            values = tuple((name, value) for it in spec.set_slots for name, value in it.items())
            return SetSlots(placed.id, ways, where, values)
        if isinstance(spec, specs.CollectSpec):
            return self._collect(spec, placed, ways)
        if placed.after is not None and spec.next is None:
            message = "a noop step says where to go with next"
            self._find(placed.path, "noop", message, "add next: END, or the id of a step")
        return Noop(placed.id, ways, where)

    def _collect(self, spec: specs.CollectSpec, placed: _Placed, ways: tuple[Way, ...]) -> Collect:
        return Collect(
            placed.id,
            ways,
            self._where(placed),
            slot=spec.collect,
            utter=spec.utter or f"utter_ask_{spec.collect}",
            ask_before_filling=spec.ask_before_filling,
            force_slot_filling=spec.force_slot_filling,
            refusals=refusals(self._source, spec.rejections, (*placed.path, "rejections")),
        )

    def _where(self, placed: _Placed) -> Where:
        """The line that says what the step does; it need not be its first."""
        kind = next(it for it in specs.STEP_KINDS if hasattr(placed.spec, it))
        return self._source.where(*placed.path, kind)

    def _ways(self, placed: _Placed) -> tuple[Way, ...]:
        spec = placed.spec
        following = None if isinstance(spec, specs.LinkSpec) else spec.next
        if following is None:
            return (self._way_by_default(placed),)
        if isinstance(following, str):
            return (Way(following, where=self._source.where(*placed.path, "next")),)
        ways = tuple(
            self._branch(branch, (*placed.path, "next", i)) for i, branch in enumerate(following)
        )
        if not isinstance(following[-1], specs.Else):
            hint = "add - else: END, or the id of a step"
            self._find((*placed.path, "next"), "else", "the branches lack an else", hint)
        return ways

    def _way_by_default(self, placed: _Placed) -> Way:
        if placed.after is None:
            message = "the last step of a branch says where to go with next"
            self._find(placed.path, "missing-next", message, "add next: END, or the id of a step")
        return Way(placed.after or END)

    def _branch(self, branch: specs.Branch, path: KeyPath) -> Way:
        key = "then" if isinstance(branch, specs.Then) else "else"
        target = branch.then if isinstance(branch, specs.Then) else branch.else_
        if not isinstance(target, str):
            target = self._layout.id_at.get((*path, key, 0), END)
        where = self._source.where(*path)
        if isinstance(branch, specs.Then):
            return Way(target, self._condition(branch.if_, (*path, "if")), where)
        return Way(target, None, where)

    def _condition(self, text: str, path: KeyPath) -> Condition | None:
        return condition(self._source, text, path)

    def _find(self, path: KeyPath, rule: str, message: str, hint: str) -> None:
        subject = about(self._source.data, path)
        self._source.findings.append(
            Finding.at(self._source.where(*path), rule, f"{subject}: {message}", hint)
        )


def condition(source: Source, text: str, path: KeyPath) -> Condition | None:
    """The condition compiled; None with a finding when it does not parse."""
    try:
        return parse(text)
    except ConditionError as error:
        message = f"{about(source.data, path)}: {error} in the condition {text!r}"
        source.findings.append(Finding.at(source.where(*path), "condition", message))
        return None


def refusals(
    source: Source, rejections: Sequence[specs.Rejection], path: KeyPath
) -> tuple[Refusal, ...]:
    """Rejections whose condition parses."""
    compiled = [
        (condition(source, it.if_, (*path, i, "if")), it.utter, source.where(*path, i))
        for i, it in enumerate(rejections)
    ]
    return tuple(Refusal(test, utter, where) for test, utter, where in compiled if test is not None)


def _nested(step: specs.Step, path: KeyPath) -> list[tuple[KeyPath, Sequence[specs.Step]]]:
    following = None if isinstance(step, specs.LinkSpec) else step.next
    if following is None or isinstance(following, str):
        return []
    found: list[tuple[KeyPath, Sequence[specs.Step]]] = []
    for i, branch in enumerate(following):
        key = "then" if isinstance(branch, specs.Then) else "else"
        target = branch.then if isinstance(branch, specs.Then) else branch.else_
        if not isinstance(target, str) and target:
            found.append(((*path, "next", i, key), target))
    return found


def _trigger(intent: str | specs.SureIntent) -> tuple[str, float]:
    return (intent, 0.0) if isinstance(intent, str) else (intent.name, intent.confidence_threshold)


def _base_id(step: specs.Step) -> str:
    if isinstance(step, specs.ActionSpec):
        return step.action
    if isinstance(step, specs.CollectSpec):
        return f"collect_{step.collect}"
    if isinstance(step, specs.LinkSpec):
        return f"link_{step.link}"
    if isinstance(step, specs.CallSpec):
        return f"call_{step.call}"
    return "set_slots" if isinstance(step, specs.SetSlotsSpec) else "noop"


def _fills(steps: Iterable[Step]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for step in steps:
        if isinstance(step, Collect):
            names[step.slot] = None
        elif isinstance(step, SetSlots):
            names |= dict.fromkeys(name for name, _ in step.values)
    return tuple(names)
