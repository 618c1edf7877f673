"""How far people get, step by step."""

from collections.abc import Mapping

from aiohttp import web
from sqlalchemy.orm import Session

from actions.insight.counting import day_of
from actions.insight.funnel import STEPS, Stage, funnel
from bot.console.gate import Page
from bot.console.insight import naming, sheets
from bot.console.insight.charts import lying_bars
from bot.console.insight.figures import Asked
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import day_figures

_NAMES = {
    **naming.FIGURES,
    "people": "Came",
    "lead_qualified": "Were qualified",
    "lead_done": "Done",
}


class WayPage:
    """The page, its picture and its file."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"way": self._show, "way_picture": self._picture, "way_sheet": self._sheet}

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        asked, stages = await self._read(request)
        return self._office.rendering.page(
            "insight/way.html",
            visitor=visitor,
            here="insight",
            tab="way",
            asked=asked,
            stages=stages,
            names=_NAMES,
            number=sheets.number,
            day=sheets.day,
        )

    async def _picture(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        _asked, stages = await self._read(request)
        return lying_bars([_NAMES[it.figure] for it in stages], [it.count.count for it in stages])

    async def _sheet(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        _asked, stages = await self._read(request)
        header = ["Step", "How many", "Percent of the first", "Percent of the one before"]
        rows = [
            [
                _NAMES[it.figure],
                sheets.number(it.count),
                _percent(it.of_first),
                _percent(it.of_former),
            ]
            for it in stages
        ]
        return sheets.sheet("the-way", header, rows)

    async def _read(self, request: web.Request) -> tuple[Asked, list[Stage]]:
        today = day_of(self._office.clock.now(), self._office.programme.zone)
        asked = Asked.of(request.query, today=today)
        weeks = asked.weeks

        def find(session: Session) -> list[Stage]:
            counts = day_figures.by_week(session, STEPS, since=weeks.first, before=weeks.end)
            return funnel(counts, weeks)

        return asked, await self._office.database.read(find)


def _percent(of_all: int | None) -> str:
    return "" if of_all is None else str(of_all)
