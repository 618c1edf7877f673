"""Flows: their steps, and what starts them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Discriminator, Field, Tag

from dialogues.parts import Identifier
from dialogues.specs.spec import ResponseName, Scalar, Spec


def _list_or_word(value: Any) -> str:
    return "many" if isinstance(value, list | tuple) else "word"


class Then(Spec):
    """A branch of `next` that is taken when its condition holds."""

    if_: str = Field(alias="if")
    then: "Target"


class Else(Spec):
    """The branch of `next` that is taken when no other is."""

    else_: "Target" = Field(alias="else")


def _branch_kind(value: Any) -> str | None:
    if isinstance(value, BaseModel):
        return "if" if isinstance(value, Then) else "else"
    if isinstance(value, dict):
        return "else" if "else" in value else "if"
    return None


Branch = Annotated[
    Annotated[Then, Tag("if")] | Annotated[Else, Tag("else")],
    Discriminator(
        _branch_kind,
        custom_error_type="branch",
        custom_error_message="a branch is `if` with `then`, or `else`",
    ),
]
Next = Annotated[
    Annotated[str, Tag("word")] | Annotated[list[Branch], Tag("many")],
    Discriminator(_list_or_word),
]


class Rejection(Spec):
    """An answer for which the condition holds is refused, with these words."""

    if_: str = Field(alias="if")
    utter: ResponseName


class _Step(Spec):
    id: str | None = None
    description: str | None = None
    metadata: dict[str, Any] | None = None


class _Going(_Step):
    next: Next | None = None


class ActionSpec(_Going):
    action: str


class CollectSpec(_Going):
    collect: str
    utter: ResponseName | None = None
    ask_before_filling: bool = False
    force_slot_filling: bool = False
    rejections: list[Rejection] = []


class SetSlotsSpec(_Going):
    set_slots: list[dict[str, Scalar | list[Scalar]]]


class NoopSpec(_Going):
    noop: Literal[True]


class LinkSpec(_Step):
    link: str


class CallSpec(_Going):
    call: str


STEP_KINDS = ("action", "collect", "set_slots", "noop", "link", "call")


def _step_kind(value: Any) -> str | None:
    if isinstance(value, BaseModel):
        return next(kind for kind in STEP_KINDS if hasattr(value, kind))
    if isinstance(value, dict):
        return next((kind for kind in STEP_KINDS if kind in value), None)
    return None


Step = Annotated[
    Annotated[ActionSpec, Tag("action")]
    | Annotated[CollectSpec, Tag("collect")]
    | Annotated[SetSlotsSpec, Tag("set_slots")]
    | Annotated[NoopSpec, Tag("noop")]
    | Annotated[LinkSpec, Tag("link")]
    | Annotated[CallSpec, Tag("call")],
    Discriminator(
        _step_kind,
        custom_error_type="step",
        custom_error_message="a step is one of action, collect, set_slots, noop, link, call",
    ),
]
Target = Annotated[
    Annotated[str, Tag("word")] | Annotated[list[Step], Tag("many")],
    Discriminator(_list_or_word),
]


class SureIntent(Spec):
    name: Identifier
    confidence_threshold: float = Field(default=0.0, ge=0, le=1)


def _name_or_more(value: Any) -> str:
    return "name" if isinstance(value, str) else "more"


class Trigger(Spec):
    """An intent that starts the flow, when it is recognised with at least the confidence."""

    intent: Annotated[
        Annotated[Identifier, Tag("name")] | Annotated[SureIntent, Tag("more")],
        Discriminator(_name_or_more),
    ]


class FlowTranslation(Spec):
    name: str


class FlowSpec(Spec):
    description: Annotated[str, Field(min_length=1)]
    steps: Annotated[list[Step], Field(min_length=1)]
    name: str | None = None
    if_: str | None = Field(default=None, alias="if")
    nlu_trigger: list[Trigger] = []
    persisted_slots: list[str] = []
    run_pattern_completed: bool = True
    translation: dict[str, FlowTranslation] = {}


class FlowsFile(Spec):
    version: str | None = None
    flows: dict[Identifier, FlowSpec] = {}
