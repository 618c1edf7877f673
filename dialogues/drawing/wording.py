"""What the content says, shortened: texts, names and values."""

import html
import re
from typing import Any

from dialogues.model import Choice, Content, Response
from dialogues.templates import Template

LONGEST = 150
_TAG = re.compile(r"<[^>]+>")


def shortened(text: str, most: int = LONGEST) -> str:
    """Cut at a word, with an ellipsis."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" .,:;") + " …"


def listed(words: list[str], joiner: str = "or") -> str:
    """ "a, b or c"."""
    return f" {joiner} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


class Wording:
    """Looks up the words of one content."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def text(self, name: str) -> str:
        """The beginning of a response's plainest variation; empty if there is none."""
        response = self._content.responses.get(name)
        return shortened(self._plain(_usual(response))) if response else ""

    def others(self, name: str) -> int:
        """How many other variations there are."""
        response = self._content.responses.get(name)
        return len(response.variations) - 1 if response else 0

    def title(self, choice: Choice) -> str:
        return self._plain(choice.title)

    def slot(self, name: str) -> str:
        """The question in a few words."""
        return self.text(f"label_{name}") or name.replace("_", " ").capitalize()

    def value(self, slot: str, value: Any) -> str:
        if value is None:
            return "nothing"
        known = self._content.labels.get(slot, {})
        key = str(value).lower() if isinstance(value, bool) else str(value)
        return f"“{known.get(key, _number(value))}”"

    def flow(self, name: str) -> str:
        flow = self._content.flows.get(name)
        return flow.title if flow else name

    def _plain(self, template: Template) -> str:
        """Without tags and lists; what is filled in later is named in ‹ ›."""
        text = html.unescape(_TAG.sub("", template.render(self._filled)))
        told, bullet, _ = text.partition("•")
        if not told.strip():
            told, bullet = text.replace("•", " "), ""
        lines = [" ".join(it.split()) for it in told.splitlines() if it.strip()]
        words = " ".join([*map(_closed, lines[:-1]), *lines[-1:]])
        return f"{words}{' …' if bullet else ''}"

    def _filled(self, name: str) -> str:
        if name in self._content.constants:
            return str(self._content.constants[name])
        if name in self._content.slots:
            return f"‹{self.slot(name)}›"
        return f"‹{spaced(name.removeprefix('context.'))}›"


def _usual(response: Response) -> Template:
    """The variation without a condition, else the first."""
    variations = response.variations
    return next((it for it in variations if not it.condition), variations[0]).text


def _closed(line: str) -> str:
    """With a mark at its end, so that the next can follow on the same line."""
    return line if line[-1] in ".!?:…" else f"{line}:"


def spaced(name: str) -> str:
    return name.replace("_", " ")


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
