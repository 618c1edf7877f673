"""The content as the runner uses it: names resolved, conditions and texts compiled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dialogues.conditions import Condition
from dialogues.findings import Where
from dialogues.places import Places
from dialogues.programme import Programme
from dialogues.templates import Template
from dialogues.understanding.language import Language

END = "END"


class SlotType(StrEnum):
    TEXT = "text"
    BOOL = "bool"
    CATEGORICAL = "categorical"
    FLOAT = "float"
    ANY = "any"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer for which the condition holds is refused with a response."""

    condition: Condition
    utter: str
    where: Where


@dataclass(frozen=True, slots=True)
class Source:
    """One way in which a slot is filled (a Rasa mapping)."""

    type: str
    entity: str | None = None
    intent: str | None = None
    value: Any = None


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    type: SlotType
    values: tuple[str, ...]
    initial: Any
    sources: tuple[Source, ...]
    refusals: tuple[Refusal, ...]
    refill_utter: str | None
    where: Where
    entities: frozenset[str] = frozenset()
    controlled: bool = False
    takes_text: bool = False  # free words are its answer
    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def coerce(self, value: Any) -> Any:
        """The value as this slot's type has it. Raises ValueError for one outside the type."""
        return None if value is None else _COERCE[self.type](self, value)


def _text(_slot: Slot, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    raise ValueError(f"{type(value).__name__} is not text")


def _bool(_slot: Slot, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in {"true", "false"}:
        return bool(value == "true")
    raise ValueError("not true or false")


def _category(slot: Slot, value: Any) -> str:
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, str) and value in slot.values:
        return value
    raise ValueError("not one of the values")


def _number(_slot: Slot, value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError("true and false are not numbers")  # noqa: TRY004 - one error for callers
    return float(value)


def _list(_slot: Slot, value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    raise ValueError("not a list")


_COERCE: dict[SlotType, Callable[[Slot, Any], Any]] = {
    SlotType.TEXT: _text,
    SlotType.BOOL: _bool,
    SlotType.CATEGORICAL: _category,
    SlotType.FLOAT: _number,
    SlotType.ANY: lambda _slot, value: value,
    SlotType.LIST: _list,
}

# --- responses ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """A button before its title is rendered."""

    title: Template
    where: Where
    payload: Template | None = None
    url: Template | None = None
    copy_text: Template | None = None
    request_contact: bool = False
    translation: Mapping[str, Template] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variation:
    text: Template
    condition: tuple[Condition, ...]
    choices: tuple[Choice, ...]
    image: Template | None
    document: Template | None
    translation: Mapping[str, Template]
    where: Where


@dataclass(frozen=True, slots=True)
class Response:
    name: str
    variations: tuple[Variation, ...]
    where: Where


# --- flows -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """One way on from a step; without a condition it is always open."""

    target: str
    condition: Condition | None = None
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    ways: tuple[Way, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class Act(Step):
    """Says a response or runs an action, whichever bears the name."""

    name: str


@dataclass(frozen=True, slots=True)
class Collect(Step):
    slot: str
    utter: str
    ask_before_filling: bool
    force_slot_filling: bool
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class SetSlots(Step):
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Noop(Step):
    pass


@dataclass(frozen=True, slots=True)
class Link(Step):
    """`anew`: it begins at its first step, also when it is under way already."""

    flow: str
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Call(Step):
    flow: str


@dataclass(frozen=True, slots=True)
class Flow:
    """`fills` are the slots its own steps collect or set."""

    name: str
    title: str
    description: str
    guard: Condition | None
    intents: tuple[tuple[str, float], ...]
    persisted: frozenset[str]
    run_pattern_completed: bool
    first: str
    steps: Mapping[str, Step]
    titles: Mapping[str, str]
    where: Where
    fills: tuple[str, ...] = ()

    @property
    def is_pattern(self) -> bool:
        return self.name.startswith("pattern_")

    def collects(self) -> list[Collect]:
        return [step for step in self.steps.values() if isinstance(step, Collect)]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the assistant says and knows. `labels` are the words for a slot's values.

    `persisted` are the slots that some flow keeps; no flow's end resets them. `flow_of_intent`
    gives the flow that an intent starts, and the confidence it asks for. `resets` are the slots
    that a flow's end puts back to their initial value.
    """

    flows: Mapping[str, Flow]
    slots: Mapping[str, Slot]
    responses: Mapping[str, Response]
    actions: frozenset[str]
    language: Language
    places: Places
    programme: Programme
    constants: Mapping[str, Any]
    labels: Mapping[str, Mapping[str, str]]
    persisted: frozenset[str]
    flow_of_intent: Mapping[str, tuple[str, float]]
    resets: Mapping[str, tuple[str, ...]]
    initial: Mapping[str, Any]
    digest: str

    def flow_for(self, intent: str) -> Flow | None:
        """The flow that the intent starts, or that bears this very name."""
        name = self.flow_of_intent.get(intent, (intent, 0.0))[0]
        return self.flows.get(name)

    def knows_step(self, flow: str, step: str) -> bool:
        return flow in self.flows and step in self.flows[flow].steps
