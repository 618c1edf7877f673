"""What is on the picture of a flow, before it has a place: cards of rows, and arrows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dialogues.findings import Where

START = "START"


class Kind(StrEnum):
    """What a row shows; the values are the words above it."""

    START = "Start"
    ASK = "Asks"
    SAY = "Says"
    DO = "Does"
    NOTE = "Notes"
    CALL = "Goes through"
    LINK = "Goes on with"
    BACK = "Goes back to"
    DECIDE = "Decides"
    END = "End"


@dataclass(frozen=True, slots=True)
class Row:
    """`name` is where an author finds the words; `flow` is another flow that it leads to."""

    kind: Kind
    text: str = ""
    name: str = ""
    chips: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    where: Where | None = None
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Rows that always follow one another."""

    key: str
    rows: tuple[Row, ...]

    @property
    def kind(self) -> Kind:
        return self.rows[0].kind

    @property
    def is_small(self) -> bool:
        """A pill or a diamond."""
        return len(self.rows) == 1 and self.kind not in {Kind.ASK, Kind.SAY, Kind.DO}


@dataclass(frozen=True, slots=True)
class Arrow:
    """`chosen` are the buttons that lead this way; `reason` is why else it is taken."""

    source: str
    target: str
    chosen: tuple[str, ...] = ()
    reason: str = ""

    @property
    def is_plain(self) -> bool:
        return not self.chosen and not self.reason


@dataclass(frozen=True, slots=True)
class Chart:
    """`starts` says how people get here. Arrows never lead round in a circle."""

    name: str
    title: str
    description: str
    starts: str
    cards: Sequence[Card] = field(default_factory=tuple)
    arrows: Sequence[Arrow] = field(default_factory=tuple)
