"""A chart in sentences, for those who hear it rather than see it."""

from dialogues.drawing.chart import START, Arrow, Chart, Row
from dialogues.drawing.wording import listed


def told(chart: Chart) -> str:
    """Every card in order, with where each choice leads."""
    steps = (f"{number}. {words}" for number, words in enumerate(outline(chart), 1))
    return "\n".join([chart.description, chart.starts, *steps])


def outline(chart: Chart) -> list[str]:
    """The same a card each, without the numbers that they name each other by: from 1 on."""
    cards = [it for it in chart.cards if it.key != START]
    numbers = {card.key: i for i, card in enumerate(cards, 1)}
    lines = []
    for card in cards:
        ways = [it for it in chart.arrows if it.source == card.key]
        parts = [_row(it) for it in card.rows] + [_way(it, numbers) for it in ways]
        lines.append(" ".join(filter(None, parts)))
    return lines


def _row(row: Row) -> str:
    if not row.text:
        return f"{row.kind.value}."
    choices = f" Buttons: {', '.join(row.chips)}." if row.chips else ""
    ended = "" if row.text[-1] in ".!?:…" else "."
    return f"{row.kind.value}: {row.text}{ended}{choices}"


def _way(arrow: Arrow, numbers: dict[str, int]) -> str:
    why = listed([*(f"“{it}”" for it in arrow.chosen), *([arrow.reason] if arrow.reason else [])])
    return f"{why[:1].upper()}{why[1:]}: go to {numbers[arrow.target]}." if why else ""
