"""A chart in sentences, for those who hear it rather than see it."""

from dialogues.drawing.chart import START, Arrow, Chart, Row
from dialogues.drawing.wording import listed


def told(chart: Chart) -> str:
    """Every card in order, with where each choice leads."""
    numbers = {card.key: i for i, card in enumerate(chart.cards) if card.key != START}
    lines = [chart.description, chart.starts]
    for card in chart.cards:
        if card.key != START:
            ways = [it for it in chart.arrows if it.source == card.key]
            parts = [_row(it) for it in card.rows] + [_way(it, numbers) for it in ways]
            lines.append(f"{numbers[card.key]}. {' '.join(parts)}")
    return "\n".join(lines)


def _row(row: Row) -> str:
    if not row.text:
        return f"{row.kind.value}."
    choices = f" Buttons: {', '.join(row.chips)}." if row.chips else ""
    return f"{row.kind.value}: {row.text}{choices}"


def _way(arrow: Arrow, numbers: dict[str, int]) -> str:
    why = listed([*(f"“{it}”" for it in arrow.chosen), *([arrow.reason] if arrow.reason else [])])
    return f"{why[:1].upper()}{why[1:]}: go to {numbers[arrow.target]}." if why else ""
