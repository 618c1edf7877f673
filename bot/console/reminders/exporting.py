"""The log of a call's reminders as a table for spreadsheets, however long it is."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session

from actions.calls.cells import guarded
from bot.console.office import Office
from bot.console.reminders.log import Asked
from bot.console.reminders.words import ENDS, offset_words
from bot.console.safety import HEADERS
from bot.console.visitor import Visitor
from storage import audit, calls, reminder_log
from storage.models import Call, StaffMember
from storage.reminder_log import Logged, Place, Tally, Wanted

BATCH = 1000
COLUMNS = ("call", "deadline", "reminder", "due", "resident", "what became of it", "why", "when")


class LogExport:
    """Sends the reminders that a page asks for, a thousand at a time."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def send(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """All of them as CSV, the latest first. It stands in the trail before it goes."""
        asked, code = Asked.of(await _form(request)), request.match_info["code"]

        def begin(session: Session) -> tuple[Call, list[Tally]] | None:
            call = calls.find_call(session, code=code)
            if call is None:
                return None
            audit.note(
                session,
                "export_reminders",
                member=session.get_one(StaffMember, visitor.staff_id),
                done=True,
                now=self._office.clock.now(),
                detail={"call": code, **asked.values()},
            )
            return call, reminder_log.tallies(session, call_id=call.id)

        found = await self._office.database.write(begin)
        if found is None:
            raise web.HTTPNotFound
        call, known = found
        response = web.StreamResponse(headers={**HEADERS, **_as_file(f"reminders-{code}.csv")})
        await response.prepare(request)
        await self._write(response, call, asked.wanted(call, self._office.programme), known)
        await response.write_eof()
        return response

    async def _write(
        self, response: web.StreamResponse, call: Call, wanted: Wanted, known: Sequence[Tally]
    ) -> None:
        await response.write(_lines([COLUMNS]))
        after: Place | None = None
        while True:
            rows = await self._read(wanted, known, after)
            table = (_cells(call, row, self._office.programme.zone) for row in rows)
            await response.write(_lines(table))
            if len(rows) < BATCH:
                return
            after = Place(rows[-1].reminder.due_at, rows[-1].reminder.id)

    async def _read(
        self, wanted: Wanted, known: Sequence[Tally], after: Place | None
    ) -> list[Logged]:
        return await self._office.database.read(
            lambda session: reminder_log.find_logged(
                session, wanted, known, limit=BATCH, after=after
            )
        )


async def _form(request: web.Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.post()).items()}


def _as_file(name: str) -> dict[str, str]:
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }


def _cells(call: Call, row: Logged, zone: ZoneInfo) -> Iterator[str]:
    reminder = row.reminder
    yield guarded(call.title)
    yield f"{reminder.closes_at.astimezone(zone):%Y-%m-%d %H:%M}"
    yield offset_words(reminder.offset)
    yield f"{reminder.due_at.astimezone(zone):%Y-%m-%d %H:%M}"
    yield guarded(row.chat.name or "")
    yield ENDS[reminder.state]
    yield guarded(reminder.reason or "")
    yield f"{reminder.updated_at.astimezone(zone):%Y-%m-%d %H:%M}"


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
