"""What became of a call's reminders: totals that add up, and one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.orm import Session

from actions.programme import Programme
from actions.reminders.reminder_calendar import lines_ahead
from actions.reminders.reminder_sums import sums
from bot.console.office import Office
from bot.console.reminders.words import ENDS, day_bounds, offset_words, read_day
from bot.console.visitor import Visitor
from storage import calls, reminder_log
from storage.models import Call
from storage.reminder_log import STATES, Logged, Place, Tally, Wanted
from storage.reminders import SNOOZE
from storage.staff import Role

PAGE = 50
SEES_PEOPLE = Role.CASEWORKER
_WRITTEN = "%Y-%m-%dT%H:%M:%S.%f"  # an instant in an address, in UTC


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. What does not read is left out."""

    deadline: datetime | None = None
    offset: str | None = None
    state: str | None = None
    day: date | None = None
    after: Place | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Of a query string or a form."""
        given = {name: query.get(name, "").strip()[:40] for name in ("offset", "state")}
        return cls(
            read_instant(query.get("deadline", "")),
            given["offset"] or None,
            given["state"] if given["state"] in STATES else None,
            read_day(query.get("day", "").strip()),
            _place(query.get("after", "")),
        )

    def values(self, **changed: Any) -> dict[str, str]:
        """The same as an address has it, with something else in it."""
        asked = replace(self, **{"after": None, **changed})
        written = {
            "deadline": written_instant(asked.deadline) if asked.deadline else "",
            "offset": asked.offset or "",
            "state": asked.state or "",
            "day": asked.day.isoformat() if asked.day else "",
            "after": f"{written_instant(asked.after.due_at)}~{asked.after.id}"
            if asked.after
            else "",
        }
        return {name: it for name, it in written.items() if it}

    def query(self, **changed: Any) -> str:
        """The same as a query string."""
        return urlencode(self.values(**changed))

    def wanted(self, call: Call, programme: Programme) -> Wanted:
        """The reminders of this call that it asks for; without a deadline those before its own."""
        since, until = day_bounds(self.day, programme.zone) if self.day else (None, None)
        return Wanted(
            call.id, self.deadline or call.closes_at, self.offset, self.state, since, until
        )


class LogPage:
    """The log of one call."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The totals of a deadline, and a page of the reminders that are asked for."""
        asked, code = Asked.of(request.query), request.match_info["code"]

        def find(session: Session) -> dict[str, Any] | None:
            call = calls.find_call(session, code=code)
            return self._of_call(session, call, asked) if call is not None else None

        found = await self._office.database.read(find)
        rendering = self._office.rendering
        if found is None:
            return rendering.page(
                "reminders/none.html", visitor=visitor, here="reminders", status=404, code=code
            )
        return rendering.page(
            "reminders/log.html",
            visitor=visitor,
            here="reminders",
            asked=asked,
            ends=ENDS,
            states={it: ENDS[it] for it in STATES},
            sees_people=visitor.role.includes(SEES_PEOPLE),
            may_export=visitor.role.includes(Role.MANAGER),
            offset_words=offset_words,
            **found,
        )

    def _of_call(self, session: Session, call: Call, asked: Asked) -> dict[str, Any]:
        programme, now = self._office.programme, self._office.clock.now()
        known = reminder_log.tallies(session, call_id=call.id)
        ahead = lines_ahead(session, programme=programme, now=now, call_id=call.id)
        wanted = asked.wanted(call, programme)
        rows = reminder_log.find_logged(session, wanted, known, limit=PAGE + 1, after=asked.after)
        deadlines = {call.closes_at, *(it.closes_at for it in known)}
        deadlines |= {line.closes_at for line in ahead}
        shown = sums(session, call, wanted.closes_at, known, ahead, programme=programme)
        return {
            "call": call,
            "deadline": wanted.closes_at,
            "deadlines": {written_instant(it): it for it in sorted(deadlines, reverse=True)},
            "sums": shown,
            "totals": {end: sum(it.ends.get(end, 0) for it in shown) for end in ENDS},
            "rows": rows[:PAGE],
            "carriers": _carriers(session, rows),
            "older": _place_of(rows[PAGE - 1]) if len(rows) > PAGE else None,
            "offsets": _offsets(known, wanted.closes_at),
        }


def written_instant(at: datetime) -> str:
    """As it stands in an address."""
    return at.astimezone(UTC).strftime(_WRITTEN)


def read_instant(given: str) -> datetime | None:
    """The instant that stands there; None where that is none."""
    try:
        return datetime.strptime(given, _WRITTEN).replace(tzinfo=UTC)
    except ValueError:
        return None


def _place(given: str) -> Place | None:
    instant, _, number = given.partition("~")
    due_at = read_instant(instant)
    if due_at is None or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return Place(due_at, int(number))


def _place_of(row: Logged) -> Place:
    return Place(row.reminder.due_at, row.reminder.id)


def _offsets(known: Sequence[Tally], closes_at: datetime) -> dict[str, str]:
    """What the filter offers."""
    found = {it.offset: offset_words(it.offset) for it in known if it.closes_at == closes_at}
    return dict(sorted(found.items(), key=lambda pair: pair[0] == SNOOZE))


def _carriers(session: Session, rows: Sequence[Logged]) -> Mapping[int, str]:
    """Of which call the reminders were whose message told these as well."""
    numbers = {it.reminder.merged_into for it in rows} - {None}
    return reminder_log.titles_of(session, [number for number in numbers if number is not None])
