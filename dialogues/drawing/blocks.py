"""Rows and labels with their lines broken and their sizes known, ready to be put somewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialogues.drawing import looks
from dialogues.drawing.chart import Arrow, Card, Kind, Row
from dialogues.drawing.measuring import width_of, wrapped

_CHIP_GAP = 6.0
_CHIP_PAD = 10.0
_MOST_CHIPS = 8


@dataclass(frozen=True, slots=True)
class Chip:
    text: str
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Block:
    """A row. Chips stand at places counted from its text's end."""

    row: Row
    lines: Sequence[str]
    notes: Sequence[str]
    chips: Sequence[Chip]
    height: float


@dataclass(frozen=True, slots=True)
class Panel:
    """A card."""

    card: Card
    blocks: Sequence[Block]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    lines: Sequence[str]
    width: float
    height: float
    chosen: bool


def panel(card: Card) -> Panel:
    if card.is_small:
        return _pill(card)
    blocks = [_block(row, looks.CARD - 2 * looks.PAD) for row in card.rows]
    return Panel(card, blocks, looks.CARD, sum(it.height for it in blocks))


def _pill(card: Card) -> Panel:
    row = card.rows[0]
    if row.kind is Kind.DECIDE:
        return Panel(card, [Block(row, (), (), (), 28.0)], 28.0, 28.0)
    if not row.text:
        width = width_of(row.kind.value, looks.TEXT, bold=True) + 2 * looks.PAD + 4
        return Panel(card, [Block(row, (), (), (), 28.0)], width, 28.0)
    most = looks.LABEL - 2 * looks.PAD
    lines = wrapped(row.text, looks.TEXT, most, lines=3, bold=True)
    width = max(width_of(it, looks.TEXT, bold=True) for it in (*lines, row.kind.value))
    height = looks.KICKER + 18 + len(lines) * looks.LEADING
    return Panel(card, [Block(row, lines, (), (), height)], width + 2 * looks.PAD, height)


def _block(row: Row, width: float) -> Block:
    if row.kind is Kind.END:
        return Block(row, (), (), (), 26.0)
    bold = row.kind is Kind.ASK
    lines = wrapped(row.text, looks.TEXT, width, lines=looks.TEXT_LINES, bold=bold)
    notes = [line for note in row.notes for line in wrapped(note, looks.SMALL, width)]
    chips, chips_height = _chips(row.chips, width)
    height = (
        looks.KICKER
        + 23
        + len(lines) * looks.LEADING
        + chips_height
        + (len(notes) * looks.SMALL_LEADING + 4 if notes else 0)
        + 4
    )
    return Block(row, lines, notes, chips, height)


def _chips(texts: Sequence[str], width: float) -> tuple[list[Chip], float]:
    """Buttons side by side, as many as fit; and how high they are together."""
    if not texts:
        return [], 0.0
    shown = [*texts[:_MOST_CHIPS], *(["…"] if len(texts) > _MOST_CHIPS else [])]
    chips: list[Chip] = []
    x = y = 0.0
    for text in shown:
        wide = min(width_of(text, looks.SMALL) + 2 * _CHIP_PAD, width)
        if x > 0 and x + wide > width:
            x, y = 0.0, y + looks.CHIP + _CHIP_GAP
        chips.append(Chip(text, x, y, wide))
        x += wide + _CHIP_GAP
    return chips, y + looks.CHIP + 8


def label(arrow: Arrow) -> Label | None:
    """None for an arrow that is simply next."""
    if arrow.is_plain:
        return None
    parts = [*arrow.chosen, *([arrow.reason] if arrow.reason else [])]
    most = looks.LABEL - 20
    lines = [
        line
        for i, part in enumerate(parts)
        for line in wrapped(f"or {part}" if i else part, looks.SMALL, most, bold=True)
    ]
    width = max(width_of(line, looks.SMALL, bold=True) for line in lines) + 20
    height = len(lines) * looks.SMALL_LEADING + 9
    return Label(lines, width, height, chosen=bool(arrow.chosen))
