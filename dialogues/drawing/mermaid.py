"""A chart as Mermaid text, which many editors and sites draw."""

from collections.abc import Iterator

from dialogues.drawing import looks
from dialogues.drawing.chart import Arrow, Card, Chart, Kind, Row


def as_mermaid(chart: Chart) -> str:
    ids = {card.key: f"n{i}" for i, card in enumerate(chart.cards)}
    return "\n".join(
        [
            "---",
            f"title: {_quoted(chart.title)}",
            "---",
            "flowchart TD",
            *(f"  {ids[card.key]}{_shape(card)}:::{_class(card.kind)}" for card in chart.cards),
            *(f"  {_arrow(arrow, ids)}" for arrow in chart.arrows),
            *_classes(),
            "",
        ]
    )


def _shape(card: Card) -> str:
    words = _quoted("<br/>".join(_row(row) for row in card.rows))
    if card.kind is Kind.DECIDE and card.is_small:
        return '{"?"}'
    return f"([{words}])" if card.is_small else f"[{words}]"


def _row(row: Row) -> str:
    if not row.text:
        return f"<b>{row.kind.value}</b>"
    chips = "".join(f"<br/>[{_plain(it)}]" for it in row.chips)
    return f"<b>{row.kind.value}</b> {_plain(row.text)}{chips}"


def _arrow(arrow: Arrow, ids: dict[str, str]) -> str:
    words = " or ".join([*arrow.chosen, *([arrow.reason] if arrow.reason else [])])
    label = f"|{_quoted(_plain(words))}|" if words else ""
    return f"{ids[arrow.source]} -->{label} {ids[arrow.target]}"


def _classes() -> Iterator[str]:
    for kind, look in looks.LOOKS.items():
        colour = look.word if kind is Kind.START else looks.INK
        style = f"fill:{look.fill},stroke:{look.edge},color:{colour}"
        yield f"  classDef {_class(kind)} {style}"


def _class(kind: Kind) -> str:
    """Not the bare name: `end` means something to Mermaid."""
    return f"step-{kind.name.lower()}"


def _plain(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "#quot;") + '"'
