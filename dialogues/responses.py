"""Puts responses into words: which variation, which language, and every value escaped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from dialogues.exchange import Button
from dialogues.model import Choice, Content, Response, Variation
from dialogues.templates import Template

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
LANGUAGE_SLOT = "language"
WRITES_IN = "writes_in"  # the slot for the language that a resident writes in, where it is another


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a text's names are looked up: values first, then slots, then the programme's own words.

    `turn` picks among variations, so that the same turn always says the same.
    """

    content: Content
    slots: Mapping[str, Any]
    context: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    turn: int = 0

    @property
    def language(self) -> str | None:
        return self.slots.get(LANGUAGE_SLOT)

    def worded(self, name: str) -> str:
        """A value as HTML. What is unknown or null is empty."""
        return _escaped(self._value(name))

    def plain(self, name: str) -> str:
        """A value as it stands, for payloads and addresses."""
        value = self._value(name)
        return "" if value is None else str(value)

    def _value(self, name: str) -> Any:
        if name.startswith("context."):
            return self.context.get(name[8:])
        for values in (self.values, self.slots):
            if name in values:
                return label(self.content, name, values[name])
        return self.content.constants.get(name)


@dataclass(frozen=True, slots=True)
class Spoken:
    """`text` is all of it; `messages` are its parts, when each is meant as a message of its own."""

    text: str
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    document: str | None = None
    messages: tuple[str, ...] = ()


def speak(response: Response, scope: Scope) -> Spoken | None:
    """The response in words; None when no variation fits."""
    variation = choose(response, scope)
    if variation is None:
        return None
    language = scope.language
    buttons = (_button(choice, scope) for choice in variation.choices)
    text = variation.translation.get(language or "", variation.text)
    return Spoken(
        text=text.render(scope.worded).strip(),  # a value at either end may be empty
        buttons=tuple([it for it in buttons if it.label]),  # a value that is empty offers nothing
        image=_rendered(variation.image, scope.plain),
        document=_rendered(variation.document, scope.plain),
        messages=tuple([it.render(scope.worded) for it in text.messages]),
    )


def choose(response: Response, scope: Scope) -> Variation | None:
    """A variation whose condition holds, else one without a condition; rotating by turn."""
    if len(response.variations) == 1 and not response.variations[0].condition:
        return response.variations[0]
    fitting = [it for it in response.variations if it.condition and _holds(it, scope)]
    candidates = fitting or [it for it in response.variations if not it.condition]
    return candidates[scope.turn % len(candidates)] if candidates else None


def label(content: Content, name: str, value: Any) -> Any:
    """The words that residents know a slot's value by; other values as they are."""
    words = content.labels.get(name)
    if words is None or isinstance(value, Markup):
        return value
    if isinstance(value, bool):
        return words.get("true" if value else "false", value)
    return words.get(value, value) if isinstance(value, str) else value


def say(content: Content, name: str, values: Mapping[str, Any]) -> Markup:
    """A response's first text, rendered: a fragment for those who put a message together.

    Raises KeyError when the content has no such response.
    """
    response = content.responses[name]
    scope = Scope(content, slots=values, values=values)
    spoken = speak(response, scope)
    return Markup(spoken.text if spoken else "")  # noqa: S704 - values are escaped in rendering


def options_in_words(labels: Sequence[str], joiner: str) -> str:
    """ "Sefton, Liverpool or Knowsley", with the joining word given."""
    if len(labels) < 2:
        return "".join(labels)
    return f"{', '.join(labels[:-1])} {joiner} {labels[-1]}"


def _holds(variation: Variation, scope: Scope) -> bool:
    return all(it.holds(scope.slots, scope.context) for it in variation.condition)


def _button(choice: Choice, scope: Scope) -> Button:
    title = choice.translation.get(scope.language or "", choice.title)
    return Button(
        label=title.render(scope.plain),
        payload=_rendered(choice.payload, scope.plain),
        url=_rendered(choice.url, scope.plain),
        copy_text=_rendered(choice.copy_text, scope.plain),
        request_contact=choice.request_contact,
    )


def _rendered(template: Template | None, worded: Callable[[str], str]) -> str | None:
    return template.render(worded) if template is not None else None


def _escaped(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Markup):
        return str(value)
    if isinstance(value, float):
        value = f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_escaped, value))
    return str(value).translate(_ENTITIES)
