"""Figures as tables: a row for each week, a column for each figure or each part of one."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from actions.insight.hiding import Cell, cell, parts, total
from actions.insight.weeks import Weeks
from storage.day_figures import WeekCounts

NOT_SAID = ""  # the part of those who have not told
OTHERS = "others"  # the parts that are too many to stand alone
_MOST_PARTS = 9


@dataclass(frozen=True, slots=True)
class Row:
    """A week. It has no cells if it was not counted: it lies before the first day that was."""

    monday: date
    cells: tuple[Cell, ...]
    is_running: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by their keys, the weeks in order, and the sums of what is shown. Where the columns
    are parts, the last one is the whole of them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing at all."""
        return all(it.estimate == 0 for it in self.totals)

    def column(self, number: int) -> list[Cell | None]:
        """One column, week by week; None for weeks that were not counted."""
        return [row.cells[number] if row.cells else None for row in self.rows]


def of_figures(
    counts: WeekCounts, figures: Sequence[str], weeks: Weeks, *, since: date | None, whole: bool
) -> Table:
    """Figures beside each other. `whole`: they are the parts of a number that is shown elsewhere.
    Days were counted from `since` on."""

    def cells(monday: date) -> Mapping[str, Cell]:
        found = {figure: counts.get((figure, "", monday), 0) for figure in figures}
        if not whole:
            return {figure: cell(it) for figure, it in found.items()}
        shown = parts(dict(reversed(found.items())))  # of the last ones rather than of the first
        return {figure: shown[figure] for figure in figures}

    rows = [_row(monday, weeks, since, [*cells(monday).values()]) for monday in weeks.mondays]
    return _table(figures, rows)


def of_parts(
    counts: WeekCounts,
    wholes: WeekCounts,
    figure: str,
    known: Iterable[str],
    weeks: Weeks,
    *,
    since: date | None,
) -> Table:
    """The parts of one figure, and its whole. `known` are the parts that there may be; others that
    were counted come after them, and last those of whom it is not known."""
    known = list(known)
    counts = _folded({key: it for key, it in counts.items() if key[0] == figure}, known)
    met = {part for _figure, part, _monday in counts}
    columns = [
        NOT_SAID,
        *known,
        *sorted(met - {*known, NOT_SAID}, key=lambda it: (it == OTHERS, it)),
    ]

    def cells(monday: date) -> list[Cell]:
        shown = parts({part: counts.get((figure, part, monday), 0) for part in columns})
        whole = cell(wholes.get((figure, "", monday), 0))
        return [*(shown[part] for part in columns[1:]), shown[NOT_SAID], whole]

    rows = [_row(monday, weeks, since, cells(monday)) for monday in weeks.mondays]
    return _table([*columns[1:], NOT_SAID, "all"], rows)


def _folded(counts: WeekCounts, known: Collection[str]) -> WeekCounts:
    """The same, with the smallest of many parts that nobody listed put together."""
    sums = Counter[str]()
    for (_figure, part, _monday), count in counts.items():
        if part not in known and part != NOT_SAID:
            sums[part] += count
    largest = {part for part, _count in sums.most_common(_MOST_PARTS)}
    folded: Counter[tuple[str, str, date]] = Counter()
    for (figure, part, monday), count in counts.items():
        is_small = part in sums and part not in largest
        folded[figure, OTHERS if is_small else part, monday] += count
    return dict(folded)


def _row(monday: date, weeks: Weeks, since: date | None, cells: Sequence[Cell]) -> Row:
    is_counted = since is not None and (monday >= since or (since - monday).days < 7)
    return Row(monday, tuple(cells) if is_counted else (), monday == weeks.running)


def _table(columns: Sequence[str], rows: Sequence[Row]) -> Table:
    counted = [row.cells for row in rows if row.cells]
    totals = [total(cells[number] for cells in counted) for number in range(len(columns))]
    return Table(tuple(columns), tuple(rows), tuple(totals))
