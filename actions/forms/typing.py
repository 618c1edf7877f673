"""What somebody typed into a form, and what is wrong with it, field by field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Typed = Mapping[str, Sequence[str]]  # what came, by the field's name, in the form's order

_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")  # no database takes these


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, in a sentence, and the field where it is."""

    field: str
    words: str


@dataclass(slots=True)
class Mistakes:
    """All that is wrong with a form, in its order."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, name: str, words: str) -> None:
        """There is one more."""
        self.found.append(Mistake(name, words))

    def text(self, name: str, given: str, *, label: str, longest: int) -> str:
        """A text that must be there; empty where it was refused."""
        if not given:
            self.add(name, f"{label}: write something here")
        return self.option(name, given, label=label, longest=longest)

    def option(self, name: str, given: str, *, label: str, longest: int) -> str:
        """A text that may be left out."""
        if _UNKEEPABLE.search(given):
            self.add(name, f"{label}: it has a character that cannot be kept")
        elif len(given) > longest:
            self.add(name, f"{label}: at most {longest} letters, and it has {len(given)}")
        else:
            return given
        return ""


def one(typed: Typed, name: str) -> str:
    """The text of a field, with plain line ends; empty where there is none."""
    given = typed.get(name) or ("",)
    return tidy(given[-1])


def tidy(text: str) -> str:
    """As forms send it and as it is kept differ in line ends and outer spaces."""
    return text.replace("\r\n", "\n").strip()
