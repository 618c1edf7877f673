"""Other words for responses than their files have: the same variations and buttons, reworded."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dialogues.compiling.derived import with_responses
from dialogues.model import Choice, Content, Response, Variation
from dialogues.templates import Placeholder, Template, TemplateError, split, split_messages

_LINE_ENDS = re.compile(r"\r\n?")


class MisfitError(ValueError):
    """The words are not for this response as it is: it has other variations, or other buttons."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one variation of a response says, as an author writes it: its text, and the titles of
    its buttons. `{name}` is filled in, `{{` is a brace, a line `---` begins a new message."""

    text: str
    buttons: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Words":
        return cls(str(data["text"]), tuple(map(str, data.get("buttons", ()))))

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "buttons": list(self.buttons)}

    @classmethod
    def typed(cls, text: str, buttons: Iterable[str]) -> "Words":
        """As browsers send them: with line ends of their own, and signs that nobody sees."""
        lines = (it.rstrip() for it in _LINE_ENDS.sub("\n", _seen(text)).split("\n"))
        return cls("\n".join(lines).strip(), tuple(" ".join(_seen(it).split()) for it in buttons))


def _seen(text: str) -> str:
    return text.replace("\0", "")


@dataclass(frozen=True, slots=True)
class Rewording:
    """Words for all variations of a response in one language."""

    id: int
    response: str
    language: str
    words: tuple[Words, ...]


def words_of(content: Content, name: str, language: str) -> tuple[Words, ...]:
    """What the response says in this language; what is not translated is empty."""
    is_first = language == content.programme.languages[0]
    return tuple(
        Words(
            source_of(it.text if is_first else it.translation.get(language)),
            tuple(
                source_of(choice.title if is_first else choice.translation.get(language))
                for choice in it.choices
            ),
        )
        for it in content.responses[name].variations
    )


def source_of(template: Template | None) -> str:
    """The template as its author wrote it."""
    if template is None:
        return ""
    if template.messages:
        return "\n---\n".join(map(source_of, template.messages))
    return "".join(
        f"{{{part.name}}}"
        if isinstance(part, Placeholder)
        else part.replace("{", "{{").replace("}", "}}")
        for part in template.parts
    )


def with_rewordings(
    content: Content, rewordings: Iterable[Rewording]
) -> tuple[Content, dict[int, str]]:
    """The content in these words; and by their ids why some cannot be used, which changes nothing
    for the others."""
    responses, misfits = dict(content.responses), dict[int, str]()
    for it in rewordings:
        try:
            responses[it.response] = _reworded(content, responses.get(it.response), it)
        except (MisfitError, TemplateError) as error:
            misfits[it.id] = str(error)
    return with_responses(content, responses), misfits


def _reworded(content: Content, response: Response | None, rewording: Rewording) -> Response:
    """Raises MisfitError, or TemplateError."""
    if response is None:
        raise MisfitError("there is no such response any more")
    if rewording.language not in content.programme.languages:
        raise MisfitError("that language is not spoken any more")
    if len(response.variations) != len(rewording.words):
        raise MisfitError("it has more or fewer variations now")
    language = rewording.language
    spoken = None if language == content.programme.languages[0] else language
    pairs = zip(response.variations, rewording.words, strict=True)
    return replace(response, variations=tuple(_variation(it, said, spoken) for it, said in pairs))


def _variation(variation: Variation, words: Words, language: str | None) -> Variation:
    if len(variation.choices) != len(words.buttons):
        raise MisfitError("it has more or fewer buttons now")
    pairs = zip(variation.choices, words.buttons, strict=True)
    choices = tuple(_choice(it, title, language) for it, title in pairs)
    text = split_messages(words.text)
    if language is None:
        return replace(variation, text=text, choices=choices)
    translation = _translated(variation.translation, language, text)
    return replace(variation, translation=translation, choices=choices)


def _choice(choice: Choice, title: str, language: str | None) -> Choice:
    if language is None:
        return replace(choice, title=split(title))
    translation = _translated(choice.translation, language, split(title))
    return replace(choice, translation=translation)


def _translated(
    known: Mapping[str, Template], language: str, template: Template
) -> dict[str, Template]:
    """An empty text is no translation."""
    others = {name: it for name, it in known.items() if name != language}
    return {**others, language: template} if template.parts else others
