"""Tables as CSV, and numbers as the pages write them."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from aiohttp import web

from actions.calls.cells import guarded
from actions.insight.hiding import FEWEST, Cell, Kind


def number(cell: Cell | None) -> str:
    """A number, or the word that it is hidden; a dash where nothing was counted."""
    if cell is None:
        return "–"
    if cell.count is None:
        return f"fewer than {FEWEST}" if cell.kind is Kind.SMALL else "hidden"
    return str(cell.count) if cell.kind is Kind.EXACT else f"{cell.kind} {cell.count}"


def day(it: date) -> str:
    """A day: 1 Jun 2026."""
    return f"{it.day} {it:%b %Y}"


def short_day(it: date) -> str:
    """A day below a bar: 1 Jun."""
    return f"{it.day} {it:%b}"


def sheet(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> web.Response:
    """A file to be saved by this name, safe to be opened as a spreadsheet."""
    written = io.StringIO()
    writer = csv.writer(written)
    for row in (header, *rows):
        writer.writerow([guarded(it) for it in row])
    return web.Response(
        body=written.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
