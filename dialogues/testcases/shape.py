"""The shape of the files: Rasa's end-to-end tests. Unknown keys are refused."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from dialogues.exchange import Medium
from dialogues.specs import Scalar, Spec

SlotList = list[str | dict[str, Scalar | list[Scalar]]]


class SlotValue(Spec):
    name: str
    value: Any = None


class FlowIds(Spec):
    flow_ids: list[str]
    operator: str = "all"


class FlowId(Spec):
    flow_id: str


class ButtonShown(Spec):
    title: str
    payload: str | None = None


class Uttered(Spec):
    utter_name: str | None = None
    text_matches: str | None = None
    buttons: list[ButtonShown] = Field(default_factory=list)


class Assertion(Spec):
    """Exactly one of these."""

    flow_started: str | FlowIds | None = None
    flow_completed: FlowId | None = None
    flow_cancelled: FlowId | None = None
    action_executed: str | None = None
    slot_was_set: list[SlotValue] | None = None
    slot_was_not_set: list[SlotValue] | None = None
    bot_uttered: Uttered | None = None
    bot_did_not_utter: Uttered | None = None
    pattern_clarification_contains: list[str] | None = None


class Span(Spec):
    """Added up."""

    days: int = 0
    hours: int = 0


class StepSpec(Spec):
    """Exactly one of KINDS. What is said unasked after `later` and `staff` may be expected like an
    answer; what staff do is for the partner to know."""

    user: str | None = None
    later: Span | None = None
    staff: dict[str, Any] | None = None
    metadata: str | None = None
    assertions: list[Assertion] = Field(default_factory=list)
    bot: str | None = None
    utter: str | None = None
    slot_was_set: SlotList | None = None
    slot_was_not_set: SlotList | None = None


class CaseSpec(Spec):
    test_case: str
    fixtures: list[str] = Field(default_factory=list)
    steps: Annotated[list[StepSpec], Field(min_length=1)]


class Extra(Spec):
    """What a `user` step is besides its words."""

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)

    attachment: Medium | None = None
    edits: str | None = None
    asked: str | None = None
    event: bool = False
    fails: bool = False
    outdated: bool = False
    after_days: int = 0
    values: dict[str, Any] = Field(default_factory=dict)


class CasesFile(Spec):
    fixtures: list[dict[str, list[dict[str, Scalar | list[Scalar]]]]] = Field(default_factory=list)
    metadata: list[dict[str, Extra]] = Field(default_factory=list)
    test_cases: Annotated[list[CaseSpec], Field(min_length=1)]


KINDS = ("user", "later", "staff", "bot", "utter", "slot_was_set", "slot_was_not_set")
