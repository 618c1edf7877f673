"""Compiles slots and responses; and finds the words that a slot's values are known by."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from dialogues import payloads, specs
from dialogues.compiling.flows import condition, refusals
from dialogues.compiling.shapes import about
from dialogues.compiling.yaml_source import KeyPath, Source
from dialogues.conditions import Condition, slot_is
from dialogues.findings import Finding
from dialogues.model import (
    Choice,
    Flow,
    Refusal,
    Response,
    Slot,
    SlotType,
    Variation,
)
from dialogues.model import Source as SlotSource
from dialogues.templates import Template, TemplateError, split, split_messages

_CLOSED = {SlotType.BOOL, SlotType.CATEGORICAL, SlotType.FLOAT}


def compile_slot(source: Source, name: str, spec: specs.SlotSpec) -> Slot:
    """What is wrong is added to the source's findings."""
    path = ("slots", name)
    kind = SlotType(spec.type)
    sources = tuple(SlotSource(it.type, it.entity, it.intent, it.value) for it in spec.mappings)
    types = {it.type for it in sources}
    slot = Slot(
        name=name,
        type=kind,
        values=tuple(spec.values),
        initial=None,
        sources=sources,
        refusals=_validation(source, spec, path),
        refill_utter=spec.validation.refill_utter if spec.validation else None,
        where=source.where(*path),
        entities=frozenset(it.entity for it in sources if it.entity),
        controlled=types == {"controlled"},
        takes_text=kind not in _CLOSED and (not types or "from_text" in types),
        metadata=spec.metadata or {},
    )
    return _with_initial(source, slot, spec)


def _validation(source: Source, spec: specs.SlotSpec, path: KeyPath) -> tuple[Refusal, ...]:
    if spec.validation is None:
        return ()
    return refusals(source, spec.validation.rejections, (*path, "validation", "rejections"))


def _with_initial(source: Source, slot: Slot, spec: specs.SlotSpec) -> Slot:
    try:
        return replace(slot, initial=slot.coerce(spec.initial_value))
    except (ValueError, TypeError) as error:
        where = source.where("slots", slot.name, "initial_value")
        message = f"slot {slot.name}: the initial value is {error}"
        source.findings.append(Finding.at(where, "slot-value", message))
        return slot


class ResponseCompiler:
    """Compiles one response. What is wrong is added to the source's findings."""

    def __init__(self, source: Source, name: str) -> None:
        self._source = source
        self._path: KeyPath = ("responses", name)
        self._name = name

    def compile(self, variations: Iterable[specs.VariationSpec]) -> Response:
        return Response(
            self._name,
            tuple(self._variation(it, (*self._path, i)) for i, it in enumerate(variations)),
            self._source.where(*self._path),
        )

    def _variation(self, spec: specs.VariationSpec, path: KeyPath) -> Variation:
        return Variation(
            text=self._template(spec.text or "", (*path, "text"), split_messages),
            condition=tuple(self._conditions(spec, (*path, "condition"))),
            choices=tuple(
                self._choice(it, (*path, "buttons", i)) for i, it in enumerate(spec.buttons)
            ),
            image=self._optional(spec.image, (*path, "image")),
            document=self._optional(spec.attachment, (*path, "attachment")),
            translation={
                language: self._template(text, (*path, "translation", language), split_messages)
                for language, text in spec.translation.items()
            },
            where=self._source.where(*path),
        )

    def _conditions(self, spec: specs.VariationSpec, path: KeyPath) -> Iterator[Condition]:
        if isinstance(spec.condition, str):
            compiled = condition(self._source, spec.condition, path)
            if compiled is not None:
                yield compiled
            return
        for it in spec.condition or ():
            yield slot_is(it.name, it.value)

    def _choice(self, spec: specs.ButtonSpec, path: KeyPath) -> Choice:
        effects = (spec.payload, spec.url, spec.copy_text, spec.request_contact)
        if sum(effect is not None for effect in effects) != 1:
            message = "a button has exactly one of payload, url, copy_text, request_contact"
            self._find(path, "button", message, "make two buttons of it, or take one out")
        return Choice(
            title=self._template(spec.title, (*path, "title")),
            where=self._source.where(*path),
            payload=self._payload(spec.payload, (*path, "payload")),
            url=self._optional(spec.url, (*path, "url")),
            copy_text=self._optional(spec.copy_text, (*path, "copy_text")),
            request_contact=bool(spec.request_contact),
            translation={
                language: self._template(it.title, (*path, "translation", language, "title"))
                for language, it in spec.translation.items()
            },
        )

    def _payload(self, text: str | None, path: KeyPath) -> Template | None:
        try:
            if text is not None and "{" not in text:
                payloads.parse(text)
        except ValueError as error:
            self._find(path, "payload", str(error))
        return self._optional(text, path)

    def _optional(self, text: str | None, path: KeyPath) -> Template | None:
        return None if text is None else self._template(text, path)

    def _template(
        self, text: str, path: KeyPath, compiled: Callable[[str], Template] = split
    ) -> Template:
        try:
            return compiled(text)
        except TemplateError as error:
            self._find(path, "placeholder", str(error))
            return Template((), "")

    def _find(self, path: KeyPath, rule: str, message: str, hint: str = "") -> None:
        subject = about(self._source.data, path)
        self._source.findings.append(
            Finding.at(self._source.where(*path), rule, f"{subject}: {message}", hint)
        )


def value_labels(
    slots: Mapping[str, Slot],
    flows: Mapping[str, Flow],
    responses: Mapping[str, Response],
    titles: Mapping[str, str],
    words: Mapping[bool, str],
) -> dict[str, dict[str, str]]:
    """The words for the values of each closed slot: the title of the button that sets it, else the
    programme's title for it, else the value with spaces."""
    labels: dict[str, dict[str, str]] = {}
    for slot in slots.values():
        if slot.type is SlotType.CATEGORICAL:
            labels[slot.name] = {it: titles.get(it, it.replace("_", " ")) for it in slot.values}
        elif slot.type is SlotType.BOOL:
            labels[slot.name] = {"true": words.get(True, ""), "false": words.get(False, "")}
    for slot_name, utter in _questions(slots, flows):
        for value, title in _button_words(responses.get(utter), slot_name):
            if value in labels.get(slot_name, ()):
                labels[slot_name][value] = title
    return labels


def _questions(slots: Mapping[str, Slot], flows: Mapping[str, Flow]) -> Iterator[tuple[str, str]]:
    """Slots with the responses that ask for them; the usual one last, so that it wins."""
    for flow in flows.values():
        yield from ((step.slot, step.utter) for step in flow.collects())
    yield from ((name, f"utter_ask_{name}") for name in slots)


def _button_words(response: Response | None, slot: str) -> Iterator[tuple[str, str]]:
    for variation in reversed(response.variations if response else ()):
        for choice in variation.choices:
            if choice.payload is None or not choice.payload.plain or not choice.title.plain:
                continue
            try:
                settings = payloads.parse(choice.payload.plain).slots
            except ValueError:
                continue
            if settings.get(slot) is not None:
                yield settings[slot], choice.title.plain
