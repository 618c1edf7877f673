"""What will go to how many: a month, and one of its days."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web
from sqlalchemy.orm import Session

from actions.reminders.reminder_calendar import Line, lines_ahead
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.reminders.words import day_bounds, day_words, offset_words, read_day
from bot.console.visitor import Visitor
from storage import calls
from storage.models import Call

MOST_IN_CELL = 3


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month with what goes on it, and how many that are."""

    date: date
    words: str
    lines: Sequence[Line]

    @property
    def goes(self) -> int:
        """Without what is skipped."""
        return sum(it.count for it in self.lines if it.skipped is None)


@dataclass(frozen=True, slots=True)
class OfCall:
    """A call, what is still to come of it, and the first of that."""

    call: Call
    to_come: int
    next: Line | None


class CalendarPages:
    """The month as a table at a desk, as a list on a phone; each day by itself."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"reminders": self._month, "reminder_day": self._day}

    async def _month(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The month named by `month`, 2026-06, or this one."""
        today = self._today()
        first = _first_of(request.query.get("month", "")) or today.replace(day=1)
        found, all_calls = await self._office.database.read(self._find)
        by_day = self._by_day(found)
        weeks = [
            [self._day_of(day, by_day) for day in week]
            for week in Calendar().monthdatescalendar(first.year, first.month)
        ]
        days = [it for week in weeks for it in week if it.date.month == first.month]
        return self._office.rendering.page(
            "reminders/month.html",
            visitor=visitor,
            here="reminders",
            month=f"{first:%B %Y}",
            weeks=weeks,
            days=days,
            first=first,
            today=today,
            before=_another_month(first, -1),
            after=_another_month(first, 1),
            total=sum(it.goes for it in days),
            of_calls=_of_calls(all_calls, found),
            most=MOST_IN_CELL,
            offset_words=offset_words,
        )

    async def _day(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What goes on a day, moment by moment."""
        day = read_day(request.match_info["day"])
        if day is None or not date.min < day < date.max:
            raise web.HTTPNotFound
        found, all_calls = await self._office.database.read(self._find)
        begins, ends = day_bounds(day, self._office.programme.zone)
        running = [
            it
            for it in all_calls
            if not it.is_draft and it.opens_at < ends and it.closes_at >= begins
        ]
        return self._office.rendering.page(
            "reminders/day.html",
            visitor=visitor,
            here="reminders",
            day=self._day_of(day, self._by_day(found)),
            before=day - timedelta(days=1),
            after=day + timedelta(days=1),
            is_past=day <= self._today(),
            running=running,
            offset_words=offset_words,
        )

    def _find(self, session: Session) -> tuple[list[Line], list[Call]]:
        now, programme = self._office.clock.now(), self._office.programme
        return lines_ahead(session, programme=programme, now=now), calls.all_calls(session)

    def _today(self) -> date:
        return self._office.clock.now().astimezone(self._office.programme.zone).date()

    def _by_day(self, found: Iterable[Line]) -> Mapping[date, list[Line]]:
        by_day: defaultdict[date, list[Line]] = defaultdict(list)
        for line in found:
            by_day[line.due_at.astimezone(self._office.programme.zone).date()].append(line)
        return by_day

    def _day_of(self, day: date, by_day: Mapping[date, list[Line]]) -> Day:
        return Day(day, day_words(day), by_day.get(day, []))


def _first_of(month: str) -> date | None:
    """The first day of the month that is written 2026-06, but for the ends of all calendars."""
    first = read_day(f"{month}-01")
    return first if first is not None and 1 < first.year < date.max.year else None


def _another_month(first: date, months: int) -> str:
    """The month so many later, as it is written."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return f"{year:04}-{month + 1:02}"


def _of_calls(all_calls: Sequence[Call], found: Sequence[Line]) -> Sequence[OfCall]:
    """The latest deadline first; drafts remind nobody."""
    lines: Mapping[int, list[Line]] = defaultdict(list)
    for line in found:
        if line.skipped is None:
            lines[line.call.id].append(line)
    shown = [
        OfCall(it, sum(line.count for line in lines[it.id]), next(iter(lines[it.id]), None))
        for it in all_calls
        if not it.is_draft
    ]
    return sorted(shown, key=lambda it: it.call.closes_at, reverse=True)
