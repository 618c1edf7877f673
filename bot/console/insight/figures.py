"""How many there were of everything, week by week: charts, the same numbers as tables, and CSV."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.orm import Session

from actions.insight.counting import SPLITS, day_of
from actions.insight.tables import Table, of_figures, of_parts
from actions.insight.weeks import OWN, Weeks, asked_weeks
from bot.console.gate import Page
from bot.console.insight import naming, sheets
from bot.console.insight.charts import Series, bars
from bot.console.insight.naming import Chart
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import day_figures


@dataclass(frozen=True, slots=True)
class Asked:
    """Which weeks, and of what the parts, as the address says it."""

    weeks: Weeks
    split: str

    @classmethod
    def of(cls, query: Mapping[str, str], *, today: date) -> "Asked":
        """Of a query string. What does not read is left out."""
        split = query.get("split", "")
        return cls(asked_weeks(query, today=today), split if split in SPLITS else "")

    @property
    def query(self) -> str:
        """The same as a query string."""
        given = {"span": self.weeks.name, "split": self.split}
        if self.weeks.name == OWN:
            given |= {"from": str(self.weeks.first), "to": str(self.weeks.last_day)}
        return urlencode({name: it for name, it in given.items() if it})


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart of the page with its numbers."""

    chart: Chart
    names: list[str]
    table: Table


class FiguresPage:
    """The page, its pictures and its files."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {
            "insight": self._show,
            "insight_picture": self._picture,
            "insight_sheet": self._sheet,
        }

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """All charts."""
        asked = self._asked(request)
        shown, since = await self._read(asked, naming.charts(asked.split))
        return self._office.rendering.page(
            "insight/figures.html",
            visitor=visitor,
            here="insight",
            tab="insight",
            asked=asked,
            shown=shown,
            since=since,
            splits=naming.SPLITS,
            number=sheets.number,
            day=sheets.day,
        )

    async def _picture(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """One chart."""
        asked, one = await self._one(request)
        parts = [*enumerate(one.names)]
        columns = parts[:-1] if asked.split else parts  # the whole is not put upon its parts
        series = [
            Series(name, [it.count if it else None for it in one.table.column(place)])
            for place, name in columns
        ]
        labels = [sheets.short_day(row.monday) for row in one.table.rows]
        return bars(labels, series, small="small" in request.query)

    async def _sheet(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """The numbers of one chart."""
        asked, one = await self._one(request)
        rows = [
            [row.monday.isoformat(), *map(sheets.number, row.cells or [None] * len(one.names))]
            for row in one.table.rows
        ]
        totals = ["All weeks", *map(sheets.number, one.table.totals)]
        name = f"{one.chart.name}-by-{asked.split}" if asked.split else one.chart.name
        return sheets.sheet(name, ["Week from", *one.names], [*rows, totals])

    def _asked(self, request: web.Request) -> Asked:
        today = day_of(self._office.clock.now(), self._office.programme.zone)
        return Asked.of(request.query, today=today)

    async def _one(self, request: web.Request) -> tuple[Asked, Shown]:
        asked, name = self._asked(request), request.match_info["name"]
        named = [it for it in naming.charts(asked.split) if it.name == name]
        if not named:
            raise web.HTTPNotFound
        shown, _since = await self._read(asked, named)
        return asked, shown[0]

    async def _read(
        self, asked: Asked, charts: tuple[Chart, ...] | list[Chart]
    ) -> tuple[list[Shown], date | None]:
        figures = sorted({figure for chart in charts for figure in chart.figures})
        weeks, split = asked.weeks, asked.split

        def find(session: Session) -> tuple[list[Shown], date | None]:
            since = day_figures.oldest_day(session)
            by_week = partial(
                day_figures.by_week, session, figures, since=weeks.first, before=weeks.end
            )
            wholes, of_split = by_week(), by_week(split=split) if split else {}
            return [self._shown(it, asked, wholes, of_split, since) for it in charts], since

        return await self._office.database.read(find)

    def _shown(
        self,
        chart: Chart,
        asked: Asked,
        wholes: day_figures.WeekCounts,
        of_split: day_figures.WeekCounts,
        since: date | None,
    ) -> Shown:
        weeks, split = asked.weeks, asked.split
        if not split:
            table = of_figures(wholes, chart.figures, weeks, since=since, whole=chart.whole)
            return Shown(chart, [naming.FIGURES[it] for it in chart.figures], table)
        known = naming.known_parts(self._office, split)
        table = of_parts(of_split, wholes, chart.figures[0], known, weeks, since=since)
        names = [naming.part_name(self._office, split, it) for it in table.columns]
        return Shown(chart, names, table)
