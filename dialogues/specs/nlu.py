"""Language data: what an nlu file may hold."""

from typing import Annotated

from pydantic import Field

from dialogues.parts import Identifier
from dialogues.specs.crisis import CrisisSpec
from dialogues.specs.lexicon import LexiconSpec
from dialogues.specs.spec import Spec


class ExamplesSpec(Spec):
    """Examples of one intent, or other words for one value (a synonym)."""

    intent: str | None = None
    synonym: str | None = None
    examples: str | list[str]


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
