"""The leads of a search as a table for spreadsheets, streamed: however many there are, few are in
memory at once."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from actions.leads.exports import csv_head, csv_rows, some_for_export
from bot.console.gate import Page
from bot.console.leads.asked import Asked
from bot.console.office import Office
from bot.console.safety import HEADERS
from bot.console.visitor import Visitor
from storage import audit, lead_queries
from storage.models import StaffMember

AT_ONCE = 200  # leads
_BOM = "\ufeff"  # so that spreadsheets read it as UTF-8


class LeadExport:
    """Takes the form; what was exported stands in the audit trail before anything leaves."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"export_leads": self._export}

    async def _export(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        form, now = await request.post(), self._office.clock.now()
        asked = Asked.of_text(str(form.get("query", "")))
        database = self._office.database
        found = await database.read(
            lambda session: lead_queries.lead_ids(session, asked.wanted, now=now)
        )
        await database.write(
            lambda session: _note(session, visitor, _in_short(asked), len(found), now=now)
        )
        response = web.StreamResponse(headers={**HEADERS, **self._file(now)})
        await response.prepare(request)
        with suppress(ConnectionResetError):  # they have gone
            await response.write((_BOM + csv_head()).encode())
            for some in _stretches(found):
                rows = await database.read(lambda session, ids=some: _rows(session, ids))  # type: ignore[misc]
                await response.write(rows)
            await response.write_eof()
        return response

    def _file(self, now: datetime) -> dict[str, str]:
        day = now.astimezone(self._office.programme.zone).date()
        return {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="leads-{day}.csv"',
        }


def _stretches(ids: list[int]) -> Iterator[list[int]]:
    yield from (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def _in_short(asked: Asked) -> str:
    """What was searched for, as the trail keeps it: words may be somebody's name."""
    others = asked.query(words=None)
    return " and ".join(filter(None, (others, "words" if asked.wanted.words else "")))


def _rows(session: Session, ids: list[int]) -> bytes:
    return csv_rows(some_for_export(session, ids)).encode()


def _note(session: Session, visitor: Visitor, search: str, count: int, *, now: datetime) -> None:
    member = session.get(StaffMember, visitor.staff_id)
    detail = {"search": search or "all", "leads": count}
    audit.note(session, "export_leads", member=member, done=True, now=now, detail=detail)
