"""What staff did, as the audit trail has it: by member, verb, lead and day, and as a table."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session

from actions.calls.cells import guarded
from bot.console.gate import Page
from bot.console.numbers import number_in
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.desk.access import ACCESS
from storage import audit, staff
from storage.audit import Sought, Trail
from storage.models import StaffMember
from storage.staff import Role

PAGE = 100
_DAY = timedelta(days=1)
MOST_EXPORTED = 10_000
_COLUMNS = ("when", "who", "what", "result", "lead", "more")
# What is done in the console alone.
_OWN = ("sign_in", "sign_out", "wording_save", "wording_publish", "wording_take_back")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as it was given; what does not read is left out."""

    who: int | None
    verb: str
    lead: str
    day: date | None
    refused: bool
    before: int | None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Of a query string."""
        return cls(
            number_in(query.get("who", "")),
            _plain(query.get("verb", "")).lstrip("/").replace(" ", "_")[:32],
            _plain(query.get("lead", "")).upper()[:24],
            _day(query.get("day", "")),
            query.get("refused") == "yes",
            number_in(query.get("before", "")),
        )

    def query(self, **changed: Any) -> str:
        """The same as a query string, with something else in it."""
        values = {
            "who": self.who,
            "verb": self.verb,
            "lead": self.lead,
            "day": self.day,
            "refused": "yes" if self.refused else None,
            **changed,
        }
        return urlencode({name: it for name, it in values.items() if it not in (None, "")})

    def sought(self, zone: ZoneInfo) -> Sought:
        """The same for the database; a day is one of the programme's zone."""
        since = datetime.combine(self.day, time.min, zone) if self.day else None
        until = datetime.combine(self.day + _DAY, time.min, zone) if self.day else None
        return Sought(
            self.who, self.verb or None, self.lead or None, since, until, refused=self.refused
        )


class TrailPages:
    """The newest entries, and older ones page by page."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"audit": self._show, "audit_export": self._export}

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        asked = Asked.of(request.query)
        sought = asked.sought(self._office.programme.zone)

        def find(session: Session) -> tuple[list[Trail], list[StaffMember]]:
            found = audit.trail(session, limit=PAGE + 1, before=asked.before, sought=sought)
            return found, staff.members_with(session, Role.VIEWER)

        found, members = await self._office.database.read(find)
        return self._office.rendering.page(
            "staff/trail.html",
            visitor=visitor,
            here="team",
            asked=asked,
            members={it.id: it.name for it in members},
            verbs=sorted({*ACCESS, *_OWN}),
            trail=[(it, _more(it)) for it in found[:PAGE]],
            older=found[PAGE - 1].entry.id if len(found) > PAGE else None,
        )

    async def _export(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What the filters show, the newest `MOST_EXPORTED` of it. That it was taken is an entry
        as well."""
        asked, now = Asked.of(request.query), self._office.clock.now()
        sought = asked.sought(self._office.programme.zone)

        def find(session: Session) -> str:
            return _as_csv(audit.trail(session, limit=MOST_EXPORTED, sought=sought))

        text = await self._office.database.read(find)

        def note(session: Session) -> None:
            member = session.get_one(StaffMember, visitor.staff_id)
            detail = {"filters": asked.query()}
            audit.note(session, "audit_export", member=member, done=True, now=now, detail=detail)

        await self._office.database.write(note)
        headers = {"Content-Disposition": f'attachment; filename="audit-{now:%Y-%m-%d}.csv"'}
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


def _as_csv(found: list[Trail]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for it in found:
        entry = it.entry
        writer.writerow(
            [
                f"{entry.at:%Y-%m-%dT%H:%M:%SZ}",
                guarded(entry.who or ""),
                entry.verb,
                entry.result,
                it.reference or "",
                guarded(json.dumps(entry.detail, ensure_ascii=False) if entry.detail else ""),
            ]
        )
    return out.getvalue()


def _more(it: Trail) -> list[tuple[str, str]]:
    """The details in words; what words say before and after, one below the other."""
    return list(_told(it.entry.detail or {}))


def _told(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in detail.items():
        if name in ("before", "after", "words") and isinstance(value, list):
            yield name, "\n".join(str(it.get("text", it)) for it in value if isinstance(it, dict))
        else:
            yield name, str(value)


def _plain(given: str) -> str:
    """Without what no database takes."""
    return given.replace("\0", "").strip()


def _day(given: str) -> date | None:
    """The day; None for none, and for those at the ends of time, beside which one is missing."""
    try:
        found = date.fromisoformat(given)
    except ValueError:
        return None
    return found if date.min + _DAY < found < date.max - _DAY else None
