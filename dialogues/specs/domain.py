"""The domain: slots, responses and the names of actions."""

from typing import Annotated, Any, Literal

from pydantic import Field

from dialogues.parts import Identifier
from dialogues.specs.flows import Rejection
from dialogues.specs.spec import ResponseName, Scalar, Spec


class MappingSpec(Spec):
    """Where a slot's value may come from."""

    type: Literal["from_text", "from_entity", "from_intent", "controlled"]
    entity: str | None = None
    intent: str | None = None
    value: Scalar = None


class Validation(Spec):
    rejections: list[Rejection]
    refill_utter: ResponseName | None = None


class SlotSpec(Spec):
    type: Literal["text", "bool", "categorical", "float", "any", "list"]
    values: list[str] = []
    initial_value: Scalar | list[Scalar] = None
    mappings: list[MappingSpec] = []
    validation: Validation | None = None
    metadata: dict[str, Any] | None = None


class ButtonTranslation(Spec):
    title: str


class ButtonSpec(Spec):
    """`title` and exactly one of the others, which says what a press does."""

    title: str
    payload: str | None = None
    url: str | None = None
    copy_text: str | None = None
    request_contact: Literal[True] | None = None
    translation: dict[str, ButtonTranslation] = {}


class SlotCondition(Spec):
    """Rasa's older form of a response's condition."""

    type: Literal["slot"]
    name: str
    value: Scalar


class VariationSpec(Spec):
    text: str | None = None
    condition: str | list[SlotCondition] | None = None
    buttons: list[ButtonSpec] = []
    image: str | None = None
    attachment: str | None = None
    translation: dict[str, str] = {}
    metadata: dict[str, Any] | None = None


class DomainFile(Spec):
    version: str | None = None
    slots: dict[Identifier, SlotSpec] = {}
    responses: dict[ResponseName, Annotated[list[VariationSpec], Field(min_length=1)]] = {}
    actions: list[Identifier] = []
    intents: list[Identifier] = []
    entities: list[Identifier] = []
