"""Gathers the files' definitions, each held against its spec on its own, so that one faulty flow
does not hide what is wrong with the others."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from dialogues import specs
from dialogues.canvas import NO_CANVAS, Canvas
from dialogues.compiling import crises
from dialogues.compiling.domain import ResponseCompiler, compile_slot
from dialogues.compiling.flows import FlowCompiler
from dialogues.compiling.shapes import fit
from dialogues.compiling.yaml_source import Source
from dialogues.findings import Finding, Where, did_you_mean
from dialogues.likeness import LikenessFile
from dialogues.model import Flow, Response, Slot
from dialogues.parts import Identifier
from dialogues.programme import Programme
from dialogues.staffing import NO_STAFFING, Staffing
from dialogues.understanding.crisis.rules import CrisisRules
from dialogues.understanding.text import normalise

_FLOW = TypeAdapter(specs.FlowSpec)
_SLOT = TypeAdapter(specs.SlotSpec)
_VARIATIONS: TypeAdapter[list[specs.VariationSpec]] = TypeAdapter(
    Annotated[list[specs.VariationSpec], Field(min_length=1)]
)
_NAMES = TypeAdapter(list[Identifier])
_NAME = TypeAdapter(Identifier)
_EXAMPLES = TypeAdapter(list[specs.ExamplesSpec])
_KEYWORDS = TypeAdapter(dict[Identifier, list[str]])
_SPELLINGS = TypeAdapter(dict[str, str])
_LEXICON = TypeAdapter(specs.LexiconSpec)
_CRISIS = TypeAdapter(specs.CrisisSpec)
_LANGUAGES = TypeAdapter(dict[specs.LanguageCode, specs.ForeignSpec])
_PLACES = TypeAdapter(specs.PlacesFile)
_LIKENESS = TypeAdapter(LikenessFile)
_PROGRAMME = TypeAdapter(Programme)
_CANVAS = TypeAdapter(Canvas)
_STAFFING = TypeAdapter(Staffing)

_ANNOTATION = re.compile(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})")


@dataclass(slots=True)
class Draft:
    """`refused` are the names of definitions that do not fit their spec: they exist, but nothing
    can be said about what is in them."""

    flows: dict[str, Flow] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)
    actions: dict[str, Where] = field(default_factory=dict)
    intents: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    lexicons: list[specs.LexiconSpec] = field(default_factory=list)
    crisis_files: list[crises.Written] = field(default_factory=list)
    crisis: CrisisRules = field(default_factory=CrisisRules)
    languages: dict[str, specs.ForeignSpec] = field(default_factory=dict)
    examples: list[tuple[str, str]] = field(default_factory=list)
    example_places: dict[tuple[str, str], Where] = field(default_factory=dict)
    synonyms: list[tuple[str, str]] = field(default_factory=list)
    synonym_places: dict[str, Where] = field(default_factory=dict)
    keywords: dict[str, list[str]] = field(default_factory=dict)
    keyword_places: dict[str, Where] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    places: specs.PlacesFile | None = None
    likeness: LikenessFile | None = None
    programme: Programme | None = None
    programme_place: Where = field(default_factory=lambda: Where("programme.yml", 1))
    fact_places: dict[str, Where] = field(default_factory=dict)
    canvas: Canvas = NO_CANVAS
    canvas_source: Source | None = None
    staffing: Staffing = NO_STAFFING
    staffing_source: Source | None = None

    def take(self, kind: str, source: Source) -> None:
        """Takes in one file. What is wrong is added to the source's findings."""
        if source.data is None:
            return
        if not isinstance(source.data, dict):
            source.findings.append(Finding(source.file, 1, "shape", "the file holds no keys"))
        elif kind in _SECTIONS:
            self._take_sections(kind, source)
        else:
            self._take_whole(kind, source, source.data)

    def _take_whole(self, kind: str, source: Source, data: dict[str, Any]) -> None:
        """A file that there is once, and that is one thing."""
        if kind == "places":
            self.places = fit(_PLACES, source, (), data)
        elif kind == "likeness":
            self.likeness = fit(_LIKENESS, source, (), data)
        elif kind == "programme":
            self.programme = fit(_PROGRAMME, source, (), data)
            self.programme_place = source.where("commands")
            facts = data.get("facts")
            for name in facts if isinstance(facts, dict) else ():
                self.fact_places[name] = source.where("facts", name)
        elif kind == "canvas":
            self.canvas = fit(_CANVAS, source, (), data) or NO_CANVAS
            self.canvas_source = source
        elif kind == "staffing":
            self.staffing = fit(_STAFFING, source, (), data) or NO_STAFFING
            self.staffing_source = source

    def _take_sections(self, kind: str, source: Source) -> None:
        sections = _SECTIONS[kind]
        for key, data in source.data.items():
            section = sections.get(key)
            if section is not None:
                section(self, source, data)
            elif key != "version":
                hint = did_you_mean(key, sections)
                where = source.where(key)
                source.findings.append(Finding.at(where, "unknown-key", f"unknown key {key}", hint))

    # --- flows and domain ----------------------------------------------------------------------

    def _take_flows(self, source: Source, data: Any) -> None:
        for name, item in self._named("flows", source, data, self.flows):
            spec = fit(_FLOW, source, ("flows", name), item)
            if spec is None:
                self.refused.add(name)
            else:
                self.flows[name] = FlowCompiler(source, name, spec).compile()

    def _take_slots(self, source: Source, data: Any) -> None:
        for name, item in self._named("slots", source, data, self.slots):
            spec = fit(_SLOT, source, ("slots", name), item)
            if spec is None:
                self.refused.add(name)
            else:
                self.slots[name] = compile_slot(source, name, spec)

    def _take_responses(self, source: Source, data: Any) -> None:
        for name, item in self._named("responses", source, data, self.responses):
            variations = fit(_VARIATIONS, source, ("responses", name), item)
            if variations is None:
                self.refused.add(name)
            else:
                self.responses[name] = ResponseCompiler(source, name).compile(variations)

    def _named(
        self, section: str, source: Source, data: Any, known: dict[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        if not isinstance(data, dict):
            where = source.where(section)
            source.findings.append(Finding.at(where, "shape", f"{section} should hold names"))
            return
        for name, item in data.items():
            if name in known:
                message = f"{section}: {name} is defined twice, first in {known[name].where.file}"
                source.findings.append(Finding.at(source.where(section, name), "twice", message))
            elif fit(_NAME, source, (section, name), name) is not None:
                yield name, item

    def _take_actions(self, source: Source, data: Any) -> None:
        names = fit(_NAMES, source, ("actions",), data)
        for i, name in enumerate(names or []):
            self.actions.setdefault(name, source.where("actions", i))

    def _take_intents(self, source: Source, data: Any) -> None:
        names = fit(_NAMES, source, ("intents",), data)
        self.intents.update(names or [])

    # --- language ------------------------------------------------------------------------------

    def _take_nlu(self, source: Source, data: Any) -> None:
        items = fit(_EXAMPLES, source, ("nlu",), data)
        for i, item in enumerate(items or []):
            where = source.where("nlu", i)
            texts = _texts(item.examples)
            if (item.intent is None) == (item.synonym is None):
                message = "nlu: an item is an intent or a synonym"
                source.findings.append(Finding.at(where, "shape", message))
            elif item.intent is not None:
                self.examples += [(item.intent, text) for text in texts]
                self.example_places |= {(item.intent, text): where for text in texts}
            elif item.synonym is not None:
                self.synonyms += [(normalise(text), item.synonym) for text in texts]
                self.synonym_places.setdefault(item.synonym, where)

    def _take_keywords(self, source: Source, data: Any) -> None:
        for intent, words in (fit(_KEYWORDS, source, ("keywords",), data) or {}).items():
            self.keywords.setdefault(intent, []).extend(words)
            self.keyword_places.setdefault(intent, source.where("keywords", intent))

    def _take_spellings(self, source: Source, data: Any) -> None:
        found = fit(_SPELLINGS, source, ("spellings",), data)
        self.spellings.update(found or {})

    def _take_lexicon(self, source: Source, data: Any) -> None:
        spec = fit(_LEXICON, source, ("lexicon",), data)
        if spec is not None:
            self.lexicons.append(spec)

    def _take_languages(self, source: Source, data: Any) -> None:
        found = fit(_LANGUAGES, source, ("languages",), data)
        self.languages.update(found or {})

    def _take_crisis(self, source: Source, data: Any) -> None:
        spec = fit(_CRISIS, source, ("crisis",), data)
        if spec is None:
            return
        self.crisis_files.append((source, spec))


def _texts(examples: str | list[str]) -> list[str]:
    """Rasa's block of `- text` lines, or a list; marks of entities are taken off."""
    lines = examples.splitlines() if isinstance(examples, str) else examples
    texts = (_ANNOTATION.sub(r"\1", line).strip().removeprefix("- ").strip() for line in lines)
    return [text for text in texts if text]


def _nothing(_draft: Draft, source: Source, data: Any) -> None:
    """Lists that Rasa wants and this engine can do without: held against their shape only."""
    fit(_NAMES, source, (), data)


_Section = Callable[[Draft, Source, Any], None]
_SECTIONS: dict[str, dict[str, _Section]] = {
    "flows": {"flows": Draft._take_flows},  # noqa: SLF001 - the class's own table
    "domain": {
        "slots": Draft._take_slots,  # noqa: SLF001
        "responses": Draft._take_responses,  # noqa: SLF001
        "actions": Draft._take_actions,  # noqa: SLF001
        "intents": Draft._take_intents,  # noqa: SLF001
        "entities": _nothing,
    },
    "nlu": {
        "nlu": Draft._take_nlu,  # noqa: SLF001
        "keywords": Draft._take_keywords,  # noqa: SLF001
        "spellings": Draft._take_spellings,  # noqa: SLF001
        "lexicon": Draft._take_lexicon,  # noqa: SLF001
        "crisis": Draft._take_crisis,  # noqa: SLF001
        "languages": Draft._take_languages,  # noqa: SLF001
    },
}
