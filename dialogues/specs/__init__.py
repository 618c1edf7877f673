"""The shape of the YAML files: a strict subset of Rasa's CALM flows, domain and NLU files.

Unknown keys are refused. The JSON Schema for editors is made from these models.
"""

from pydantic import BaseModel

from dialogues.canvas import Canvas
from dialogues.likeness import LikenessFile
from dialogues.programme import Programme
from dialogues.specs.crisis import CrisisSpec, RuleSpec, RulesSpec
from dialogues.specs.domain import (
    ButtonSpec,
    ButtonTranslation,
    DomainFile,
    MappingSpec,
    SlotCondition,
    SlotSpec,
    Validation,
    VariationSpec,
)
from dialogues.specs.flows import (
    STEP_KINDS,
    ActionSpec,
    Branch,
    CallSpec,
    CollectSpec,
    Else,
    FlowsFile,
    FlowSpec,
    FlowTranslation,
    LinkSpec,
    Next,
    NoopSpec,
    Rejection,
    SetSlotsSpec,
    Step,
    SureIntent,
    Target,
    Then,
    Trigger,
)
from dialogues.specs.lexicon import LexiconSpec, QuantitiesSpec
from dialogues.specs.nlu import ExamplesSpec, ForeignSpec, LanguageCode, NluFile
from dialogues.specs.places import BoroughSpec, PlacesFile
from dialogues.specs.spec import ResponseName, Scalar, Spec
from dialogues.staffing import Staffing

__all__ = [
    "FILES",
    "STEP_KINDS",
    "ActionSpec",
    "BoroughSpec",
    "Branch",
    "ButtonSpec",
    "ButtonTranslation",
    "CallSpec",
    "CollectSpec",
    "CrisisSpec",
    "DomainFile",
    "Else",
    "ExamplesSpec",
    "FlowSpec",
    "FlowTranslation",
    "FlowsFile",
    "ForeignSpec",
    "LanguageCode",
    "LexiconSpec",
    "LinkSpec",
    "MappingSpec",
    "Next",
    "NluFile",
    "NoopSpec",
    "PlacesFile",
    "QuantitiesSpec",
    "Rejection",
    "ResponseName",
    "RuleSpec",
    "RulesSpec",
    "Scalar",
    "SetSlotsSpec",
    "SlotCondition",
    "SlotSpec",
    "Spec",
    "Step",
    "SureIntent",
    "Target",
    "Then",
    "Trigger",
    "Validation",
    "VariationSpec",
]

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
