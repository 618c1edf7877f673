"""How long people wait until somebody of the staff answers them, against what was promised."""

from collections.abc import Mapping
from functools import partial

from aiohttp import web
from sqlalchemy.orm import Session

from actions.insight.answers import Waits, waits
from actions.insight.counting import day_of
from bot.console.gate import Page
from bot.console.insight import sheets
from bot.console.insight.charts import Series, bars
from bot.console.insight.figures import Asked
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import day_figures

_OTHERS = ("promise_kept", "promise_broken", "unanswered")
_HOUR, _DAY = 60, 24 * 60


class AnswersPage:
    """The page, its picture and its file."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {
            "answer_times": self._show,
            "answer_times_picture": self._picture,
            "answer_times_sheet": self._sheet,
        }

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        asked, weeks = await self._read(request)
        return self._office.rendering.page(
            "insight/answers.html",
            visitor=visitor,
            here="insight",
            tab="answer_times",
            asked=asked,
            weeks=weeks,
            promise=self._office.programme.answer_within,
            number=sheets.number,
            span_of=in_time,
            day=sheets.day,
        )

    async def _picture(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Half of them within the lower part of a bar, nine of ten within the whole of it."""
        _asked, weeks = await self._read(request)
        rest = [
            None if it.median is None or it.ninetieth is None else it.ninetieth - it.median
            for it in weeks
        ]
        series = [
            Series("Hours for half", [it.median and it.median / _HOUR for it in weeks]),
            Series("More for nine of ten", [it and it / _HOUR for it in rest]),
        ]
        labels = [sheets.short_day(it.monday) for it in weeks]
        return bars(labels, series, small="small" in request.query)

    async def _sheet(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        _asked, weeks = await self._read(request)
        header = ["Week from", "Answered", "Minutes for half", "Minutes for nine of ten"]
        header += ["Not answered", "Promise kept", "Promise broken"]
        rows = [
            [
                it.monday.isoformat(),
                sheets.number(it.answered),
                *(
                    f"{found:.0f}" if found is not None else ""
                    for found in (it.median, it.ninetieth)
                ),
                *map(sheets.number, (it.unanswered, it.kept, it.broken)),
            ]
            for it in weeks
        ]
        return sheets.sheet("first-answer", header, rows)

    async def _read(self, request: web.Request) -> tuple[Asked, list[Waits]]:
        today = day_of(self._office.clock.now(), self._office.programme.zone)
        asked = Asked.of(request.query, today=today)
        weeks = asked.weeks

        def find(session: Session) -> list[Waits]:
            by_week = partial(day_figures.by_week, session, since=weeks.first, before=weeks.end)
            classes = by_week(["answer_minutes"], split="minutes")
            return waits(classes, by_week(_OTHERS), weeks)

        return asked, await self._office.database.read(find)


def in_time(minutes: float | None) -> str:
    """A time as it is said: 40 minutes, 3.5 hours, 2 days."""
    if minutes is None:
        return "–"
    if minutes < 2 * _HOUR:
        return f"{max(minutes, 1):.0f} min"
    if minutes < 2 * _DAY:
        return f"{minutes / _HOUR:.1f}".removesuffix(".0") + " hours"
    return f"{minutes / _DAY:.1f}".removesuffix(".0") + " days"
