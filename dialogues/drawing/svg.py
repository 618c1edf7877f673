"""A chart as SVG: text stays text, and what is drawn is also told in words."""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from dialogues.drawing import looks
from dialogues.drawing.blocks import Block, Label, Panel, label, panel
from dialogues.drawing.chart import Chart, Kind
from dialogues.drawing.layout import plan
from dialogues.drawing.measuring import wrapped
from dialogues.drawing.nodes import Line, Node, Plan, route
from dialogues.drawing.telling import told

_LEAST_WIDTH = 520.0
_HEAD = 26.0  # the size of the title


def as_svg(chart: Chart, beside: Collection[str] = ()) -> str:
    """A document of its own. `beside` are the flows whose pictures stand beside it, to link to."""
    panels = {card.key: panel(card) for card in chart.cards}
    labels = [label(arrow) for arrow in chart.arrows]
    placed = plan(
        {key: (it.width, it.height) for key, it in panels.items()},
        [
            (arrow.source, arrow.target, (it.width, it.height) if it else None)
            for arrow, it in zip(chart.arrows, labels, strict=True)
        ],
    )
    width = max(placed.width, _LEAST_WIDTH) + 2 * looks.MARGIN
    head, top = _heading(chart, width)
    dx, dy = (width - placed.width) / 2, top
    body = [
        *_lines(placed),
        *(
            it
            for line, words in zip(placed.lines, labels, strict=True)
            if line.label and words
            for it in _label(line.label, words)
        ),
        *(it for key, made in panels.items() for it in _panel(placed.boxes[key], made, beside)),
    ]
    return _document(
        chart, width, top + placed.height + looks.MARGIN, [*head, *_moved(body, dx, dy)]
    )


_FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" \
viewBox="0 0 {width:.0f} {height:.0f}" role="graphics-document document" lang="en" \
aria-labelledby="title desc" font-family="{font}" font-size="14" fill="{ink}">
<title id="title">{title}</title>
<desc id="desc">{told}</desc>
<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" \
orient="auto"><path d="M0 0 10 5 0 10z" fill="{line}"/></marker></defs>
<rect width="100%" height="100%" fill="#ffffff"/>
{body}
</svg>
"""


def _document(chart: Chart, width: float, height: float, body: Sequence[str]) -> str:
    return _FRAME.format(
        width=width,
        height=height,
        font=looks.FONT,
        ink=looks.INK,
        line=looks.LINE,
        title=escape(chart.title),
        told=escape(told(chart)),
        body="\n".join(body),
    )


def _moved(body: Sequence[str], dx: float, dy: float) -> list[str]:
    return [f'<g transform="translate({dx:.1f} {dy:.1f})">', *body, "</g>"]


def _heading(chart: Chart, width: float) -> tuple[list[str], float]:
    """The title and what the flow is for; and where the drawing may begin."""
    middle, y = width / 2, looks.MARGIN + _HEAD - 4
    out = [_text(chart.title, middle, y, 'font-weight="700" text-anchor="middle"', _HEAD)]
    for words, colour in ((chart.description, looks.INK), (chart.starts, looks.SOFT)):
        y += 6
        for line in wrapped(words, looks.TEXT, min(width - 2 * looks.MARGIN, 640)):
            y += looks.LEADING + 1
            out.append(_text(line, middle, y, f'text-anchor="middle" fill="{colour}"'))
    return out, y + 28


def _text(words: str, x: float, y: float, more: str = "", size: float = looks.TEXT) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" {more}>{escape(words)}</text>'


# --- arrows ------------------------------------------------------------------------------------


def _lines(placed: Plan) -> Iterator[str]:
    yield f'<g fill="none" stroke="{looks.LINE}" stroke-width="1.6">'
    for line in placed.lines:
        yield f'<path d="{_path(line)}" marker-end="url(#tip)"/>'
    yield "</g>"


def _path(line: Line) -> str:
    """Straight down as far as can be, then in a curve to where it goes on."""
    parts = route(line)
    out = [f"M{parts[0][0]:.1f} {parts[0][1]:.1f}"]
    for (x, _, bottom), (end, top, _) in pairwise(parts):
        if abs(end - x) < 0.5:
            out.append(f"V{top:.1f}")
        else:
            bend = (bottom + top) / 2
            out.append(f"V{bottom:.1f}C{x:.1f} {bend:.1f} {end:.1f} {bend:.1f} {end:.1f} {top:.1f}")
    return "".join(out)


def _label(at: Node, words: Label) -> Iterator[str]:
    x, y = at.x - at.width / 2, at.y
    edge = looks.LOOKS[Kind.ASK].edge if words.chosen else "none"
    fill = "#ffffff" if words.chosen else "#ffffffee"
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{words.width:.1f}" height="{words.height:.1f}"'
        f' rx="11" fill="{fill}" stroke="{edge}"/>'
    )
    style = (
        f'font-weight="600" fill="{looks.LOOKS[Kind.ASK].word}"'
        if words.chosen
        else f'font-style="italic" fill="{looks.SOFT}"'
    )
    for i, line in enumerate(words.lines):
        baseline = y + 15.5 + i * looks.SMALL_LEADING
        yield _text(line, at.x, baseline, f'text-anchor="middle" {style}', looks.SMALL)


# --- cards -------------------------------------------------------------------------------------


def _panel(at: Node, made: Panel, beside: Collection[str]) -> Iterator[str]:
    row = made.card.rows[-1]
    linked = row.flow if row.flow in beside else None
    where = made.card.rows[0].where
    yield f'<a href="flow-{linked}.svg">' if linked else "<g>"
    if where is not None:
        yield f"<title>{escape(f'{where.file}:{where.line}')}</title>"
    if made.card.kind is Kind.DECIDE and made.card.is_small:
        yield from _diamond(at)
    elif made.card.is_small:
        yield from _pill(at, made.blocks[0])
    else:
        yield from _stack(at.x - at.width / 2, at.y, made)
    yield "</a>" if linked else "</g>"


def _diamond(at: Node) -> Iterator[str]:
    look, half = looks.LOOKS[Kind.DECIDE], at.height / 2
    yield (
        f'<path d="M{at.x:.1f} {at.y:.1f}l{half:.1f} {half:.1f} {-half:.1f} {half:.1f}'
        f' {-half:.1f} {-half:.1f}z" fill="{look.fill}" stroke="{look.edge}" stroke-width="1.5"/>'
    )
    style = f'text-anchor="middle" font-weight="700" fill="{look.word}"'
    yield _text("?", at.x, at.y + half + 5, style)


def _pill(at: Node, block: Block) -> Iterator[str]:
    look, kind = looks.LOOKS[block.row.kind], block.row.kind
    x = at.x - at.width / 2
    yield (
        f'<rect x="{x:.1f}" y="{at.y:.1f}" width="{at.width:.1f}" height="{at.height:.1f}"'
        f' rx="14" fill="{look.fill}" stroke="{look.edge}" stroke-width="1.5"/>'
    )
    style = f'text-anchor="middle" font-weight="600" fill="{look.word}"'
    if not block.lines:
        yield _text(kind.value, at.x, at.y + 19, style)
        return
    yield _text(
        kind.value, at.x, at.y + 17, f'text-anchor="middle" fill="{look.word}"', looks.KICKER
    )
    for i, line in enumerate(block.lines):
        yield _text(line, at.x, at.y + 36 + i * looks.LEADING, style)


def _stack(x: float, y: float, made: Panel) -> Iterator[str]:
    """The rows of a card, one beneath the other, in one frame."""
    look = looks.LOOKS[made.card.kind]
    clip = f'x="{x:.1f}" y="{y:.1f}" width="{made.width:.1f}" height="{made.height:.1f}" rx="10"'
    yield f'<rect {clip} fill="{look.fill}"/>'
    top = y
    for i, block in enumerate(made.blocks):
        yield from _row(x, top, block, first=i == 0, last=i == len(made.blocks) - 1)
        top += block.height
    yield f'<rect {clip} fill="none" stroke="{look.edge}" stroke-width="1.5"/>'


def _row(x: float, y: float, block: Block, *, first: bool, last: bool) -> Iterator[str]:
    look, row = looks.LOOKS[block.row.kind], block.row
    if not first:
        yield f'<path d="{_ground(x, y, block.height, last=last)}" fill="{look.fill}"/>'
        yield f'<path d="M{x:.1f} {y:.1f}h{looks.CARD:g}" stroke="#c9cfd6"/>'
    left = x + looks.PAD
    if row.kind is Kind.END:
        style = f'text-anchor="middle" font-weight="600" fill="{look.word}"'
        yield _text("End", x + looks.CARD / 2, y + 17.5, style, looks.SMALL)
        return
    style = f'font-weight="700" letter-spacing=".4" fill="{look.word}"'
    yield _text(row.kind.value, left, y + 20, style, looks.KICKER)
    style = f'text-anchor="end" font-family={quoteattr(looks.MONO)} fill="{looks.SOFT}"'
    if row.name:
        yield _text(row.name, x + looks.CARD - looks.PAD, y + 20, style, 10.5)
    y += looks.KICKER + 16
    for line in block.lines:
        y += looks.LEADING
        yield _text(line, left, y - 4, 'font-weight="600"' if row.kind is Kind.ASK else "")
    yield from _buttons(left, y + 5, block)
    y += max((chip.y + looks.CHIP + 8 for chip in block.chips), default=0.0)
    for note in block.notes:
        y += looks.SMALL_LEADING
        yield _text(note, left, y, f'fill="{looks.SOFT}"', looks.SMALL)


def _ground(x: float, y: float, height: float, *, last: bool) -> str:
    """A row's own ground, round below when it is the last."""
    wide, bend = looks.CARD, 10.0 if last else 0.0
    return (
        f"M{x:.1f} {y:.1f}h{wide:g}v{height - bend:.1f}q0 {bend:g} {-bend:g} {bend:g}"
        f"h{2 * bend - wide:g}q{-bend:g} 0 {-bend:g} {-bend:g}z"
    )


def _buttons(x: float, y: float, block: Block) -> Iterator[str]:
    look = looks.LOOKS[Kind.ASK]
    for chip in block.chips:
        yield (
            f'<rect x="{x + chip.x:.1f}" y="{y + chip.y:.1f}" width="{chip.width:.1f}"'
            f' height="{looks.CHIP:g}" rx="12" fill="#ffffff" stroke="{look.edge}"'
            ' stroke-opacity=".6"/>'
        )
        middle = x + chip.x + chip.width / 2
        style = f'text-anchor="middle" fill="{look.word}"'
        yield _text(chip.text, middle, y + chip.y + 16, style, looks.SMALL)
