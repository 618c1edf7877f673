"""A response as its page shows it: each variation with its words, and as people will see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.console.content.samples import sample
from dialogues.drawing.reasons import in_words
from dialogues.drawing.wording import Wording
from dialogues.model import Choice, Content, Response, Variation
from dialogues.rewording import Words
from dialogues.templates import Template, TemplateError, split, split_messages
from dialogues.wording_checks import Remark, known_names


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message with its buttons, in the channel's HTML."""

    messages: list[str]
    buttons: list[str]


@dataclass(frozen=True, slots=True)
class Face:
    """A variation: when it is said, its words, how that looks (None: it cannot be read), what the
    buttons do, and what there is to say of it."""

    when: str
    words: Words
    bubble: Bubble | None
    does: list[str]
    remarks: list[Remark]

    @property
    def rows(self) -> int:
        """Lines that the field for the text needs."""
        return min(24, max(2, sum(1 + len(it) // 60 for it in self.words.text.split("\n"))))


def faces(
    content: Content, response: Response, words: Sequence[Words], remarks: Sequence[Remark]
) -> list[Face]:
    """Of each variation, in these words."""
    pairs = zip(response.variations, words, strict=True)
    return [
        Face(
            _when(content, it, len(response.variations)),
            said,
            bubble(content, said),
            [_does(choice) for choice in it.choices],
            [remark for remark in remarks if remark.variation == i],
        )
        for i, (it, said) in enumerate(pairs)
    ]


def bubble(content: Content, words: Words) -> Bubble | None:
    """How it looks to who reads it, with something filled in for each name."""
    try:
        text, titles = split_messages(words.text), [split(it) for it in words.buttons]
    except TemplateError:
        return None
    said = [_filled(content, it) for it in text.messages or (text,)]
    return Bubble(said, [_filled(content, it) for it in titles])


def names(content: Content, response: Response) -> Mapping[str, str]:
    """The names that this response makes use of, each with an example."""
    used = [name for name, is_used in known_names(content, response).items() if is_used]
    return {name: sample(content, name) for name in used}


def _filled(content: Content, template: Template) -> str:
    return template.render(lambda name: sample(content, name)).strip()


def _when(content: Content, variation: Variation, count: int) -> str:
    wording = Wording(content)
    if variation.condition:
        return f"Said if {' and '.join(in_words(wording, it) for it in variation.condition)}"
    return (
        "Said in turn with the others, so that it does not sound like a tape" if count > 1 else ""
    )


def _does(choice: Choice) -> str:
    if choice.request_contact:
        return "shares their number"
    if choice.url is not None:
        return "opens an address"
    return "copies a text" if choice.copy_text is not None else "answers"
