"""The shape of the YAML files: a strict subset of Rasa's CALM flows, domain and NLU files.

Unknown keys are refused. The JSON Schema for editors is made from these models.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from dialogues.canvas import Canvas
from dialogues.likeness import LikenessFile
from dialogues.parts import Identifier
from dialogues.programme import Programme
from dialogues.staffing import Staffing

Scalar = str | bool | int | float | None
ResponseName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


# --- flows -------------------------------------------------------------------------------------


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


# --- domain ------------------------------------------------------------------------------------


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


# --- language data -----------------------------------------------------------------------------


class ExamplesSpec(Spec):
    """Examples of one intent, or other words for one value (a synonym)."""

    intent: str | None = None
    synonym: str | None = None
    examples: str | list[str]


class QuantitiesSpec(Spec):
    """How people say how many and how much, beside the words for numbers.

    `multipliers` follow a number ("grand"), `halves` come before one ("and a half"); `vague` are
    number words that may mean a few more or less. `ranges` stand between two numbers, after a word
    of `between` as well `between_and`. `about_before` and `about_after` change nothing.

    `people` follow a number of those who join in ("of us"), `with_me` stands before those beside
    the one who writes, `and_me` after them, and `counted` are whole phrases. `money` stands before
    or after a sum. A number beside `age_before`, `age_after`, `other_before` or `other_after` is
    neither.
    """

    multipliers: dict[str, float | int] = {}
    halves: list[str] = []
    vague: list[str] = []
    ranges: list[str] = []
    between: list[str] = []
    between_and: list[str] = []
    about_before: list[str] = []
    about_after: list[str] = []
    people: list[str] = []
    with_me: list[str] = []
    and_me: list[str] = []
    counted: dict[str, int] = {}
    money: list[str] = []
    age_before: list[str] = []
    age_after: list[str] = []
    other_before: list[str] = []
    other_after: list[str] = []


class LexiconSpec(Spec):
    """Short closed messages as people write them; `intents` are those that mean an intent, `none`
    those that take none of what "did you mean" offers, and `question` the words that a question
    begins with. `numbers` and `ordinals` map words to numbers."""

    affirm: list[str] = []
    deny: list[str] = []
    skip: list[str] = []
    cancel: list[str] = []
    repeat: list[str] = []
    back: list[str] = []
    change: list[str] = []
    none: list[str] = []
    intents: dict[Identifier, list[str]] = {}
    question: list[str] = []
    correction: list[str] = []
    filler: list[str] = []
    choice: list[str] = []
    negation: list[str] = []
    numbers: dict[str, float | int] = {}
    ordinals: dict[str, int] = {}
    quantities: QuantitiesSpec | None = None
    breakout: list[Identifier] = []


class RuleSpec(Spec):
    """Written as a mapping, or as its `say` alone."""

    say: str
    beside: list[str] = []
    unless: list[str] = []
    needs: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: Any) -> Any:
        return {"say": data} if isinstance(data, str) else data


class RulesSpec(Spec):
    """`why` these rules are there. `say` holds expressions, one a line, an indented line going on
    with the one before; `rules` are those with conditions of their own. What is in `beside` and
    `unless` spoils all of them."""

    why: Annotated[str, Field(min_length=1)]
    beside: list[str] = []
    unless: list[str] = []
    say: str = ""
    rules: list[RuleSpec] = []

    @property
    def lines(self) -> list[tuple[int, str]]:
        """The expressions in `say`, each with its line, from 0."""
        found: list[tuple[int, str]] = []
        for number, line in enumerate(self.say.splitlines()):
            if line.startswith(" ") and found:
                found[-1] = found[-1][0], f"{found[-1][1]} {line.strip()}"
            elif line.strip():
                found.append((number, line.strip()))
        return found


class CrisisSpec(Spec):
    """`same` maps a form of a word to others; `also` a word of the rules to others that it stands
    for; `rules` a theme to its rules; `exceptions` likewise."""

    same: dict[str, list[str]] = {}
    also: dict[str, list[str]] = {}
    concepts: dict[str, list[str]] = {}
    rules: dict[str, RulesSpec] = {}
    exceptions: dict[str, RulesSpec] = {}


class ForeignSpec(Spec):
    """A language that residents may write in and the assistant does not. `telling` are words that
    say which language it is, `crisis` sentences; all others are whole short messages."""

    name: Annotated[str, Field(min_length=1)]
    telling: list[str] = []
    affirm: list[str] = []
    deny: list[str] = []
    skip: list[str] = []
    cancel: list[str] = []
    person: list[str] = []
    greet: list[str] = []
    help: list[str] = []
    crisis: list[str] = []


LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class NluFile(Spec):
    version: str | None = None
    nlu: list[ExamplesSpec] = []
    keywords: dict[Identifier, list[str]] = {}
    lexicon: LexiconSpec | None = None
    spellings: dict[str, str] = {}
    crisis: CrisisSpec | None = None
    languages: dict[LanguageCode, ForeignSpec] = {}


class BoroughSpec(Spec):
    """`only_when_asked` names count as an answer, never in the middle of a sentence."""

    names: list[str] = []
    neighbourhoods: list[str] = []
    only_when_asked: list[str] = []


class PlacesFile(Spec):
    """`whole_area` are the words for all of it, or for several boroughs at once. `around` may stand
    before a place ("from the"). `not_places` are everyday words that are nearly a place's name."""

    boroughs: dict[Identifier, BoroughSpec]
    around: list[str] = []
    not_places: list[str] = []
    whole_area: list[str] = []
    districts: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    legacy_districts: dict[str, str] = {}


FILES: dict[str, type[BaseModel]] = {
    "flows": FlowsFile,
    "domain": DomainFile,
    "nlu": NluFile,
    "places": PlacesFile,
    "likeness": LikenessFile,
    "programme": Programme,
    "canvas": Canvas,
    "staffing": Staffing,
}
