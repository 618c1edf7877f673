"""What is wrong with the content, said so that its author can mend it; and the engine's errors."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in the content. `line` counts from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend. `rule` is a stable short name; `hint` the likely fix, or empty."""

    file: str
    line: int
    rule: str
    message: str
    hint: str = ""

    @classmethod
    def at(cls, where: Where, rule: str, message: str, hint: str = "") -> "Finding":
        return cls(where.file, where.line, rule, message, hint)

    def __str__(self) -> str:
        tail = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}: {self.rule}: {self.message}{tail}"


class DialogueError(Exception):
    """Something the dialogue engine cannot go on with."""


class ContentError(DialogueError):
    """The content does not hold together; `findings` says where and why, all at once."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class EndlessTurnError(DialogueError):
    """A turn took more steps than any sensible flow needs: the flows go round in a circle."""


class SilentTurnError(DialogueError):
    """A turn came to its end and nothing was said, not even by the patterns that are for that."""


class ActionFaultError(DialogueError):
    """An action answered with a slot that is not declared, or a value outside the slot's type."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint naming the known name nearest to `name`; empty when nothing is near."""
    near = process.extractOne(name, list(known), scorer=OSA.normalized_similarity, score_cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""
