"""Texts with `{names}` in them, split once so that saying them is a join."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_NAME = re.compile(r"(context\.)?[a-z][a-z0-9_]*")
_LOOSE_ENDS = re.compile(r"[ \t]+(?=\n)")
_GAP = re.compile(r"\n{3,}")
_NEXT_MESSAGE = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)


class TemplateError(ValueError):
    """The text holds a brace that is no placeholder."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    name: str


@dataclass(frozen=True, slots=True)
class Template:
    parts: tuple[str | Placeholder, ...]
    plain: str | None  # the whole text, when it has no placeholders
    messages: tuple["Template", ...] = ()  # each on its own, when the text is several messages

    @property
    def names(self) -> list[str]:
        return [part.name for part in self.parts if isinstance(part, Placeholder)]

    def render(self, worded: Callable[[str], str]) -> str:
        """`worded` gives the words, already escaped, for a name. Where these are none, they leave
        no hole."""
        if self.plain is not None:
            return self.plain
        said = [part if isinstance(part, str) else worded(part.name) for part in self.parts]
        text = "".join(said)
        return text if all(said) else _GAP.sub("\n\n", _LOOSE_ENDS.sub("", text))


def split(text: str) -> Template:
    """Raises TemplateError. `{{` and `}}` are braces that are meant."""
    parts: list[str | Placeholder] = []
    at = 0
    for match in _PART.finditer(text):
        parts.append(_plain(text[at : match.start()]))
        at = match.end()
        if match[0] in {"{{", "}}"}:
            parts.append(match[0][0])
        elif not _NAME.fullmatch(match[1]):
            raise TemplateError(f"{match[0]} is not a name in braces; write {{{{ for a brace")
        else:
            parts.append(Placeholder(match[1]))
    parts.append(_plain(text[at:]))
    kept = tuple(part for part in parts if part)
    if any(isinstance(part, Placeholder) for part in kept):
        return Template(kept, None)
    return Template(kept, "".join(str(part) for part in kept))


def split_messages(text: str) -> Template:
    """As `split`, for a text in which a line `---` begins a new message."""
    texts = [it.strip() for it in _NEXT_MESSAGE.split(text)]
    if len(texts) == 1:
        return split(texts[0])
    whole = split("\n\n".join(texts))
    return Template(whole.parts, whole.plain, tuple(split(it) for it in texts))


def _plain(text: str) -> str:
    if "{" in text or "}" in text:
        raise TemplateError("a single brace; write {{ or }} for a brace that is meant")
    return text
