"""Leave to apply after a call has closed: links for one person each, made and taken back.

A manager gives it: it is an exception to a date that everybody was told, so somebody who answers
for the call decides on it. Caseworkers see which links there are.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.calls.finding import not_there, to_call
from bot.console.calls.looking import CallPage
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import audit, calls, late_links, locks, waking
from storage.models import Call, StaffMember

DAYS = range(1, 61)


class LateLinks:
    """Makes and ends them. A new one is shown in the answer to the form, and never again: only its
    digest is kept. The same form sent twice makes one."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._page = CallPage(office)

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"make_late_link": self._make, "end_late_link": self._end}

    async def _make(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        form, code = await request.post(), request.match_info["code"]
        given, known = str(form.get("days", "")), str(form.get("known", ""))
        days = int(given) if given.isdecimal() and len(given) < 4 else 0
        now = self._office.clock.now()

        def make(session: Session) -> dict[str, Any] | None:
            locks.queue_up(session, "calls")
            call = calls.find_call(session, code=code)
            if call is None:
                return None
            token = self._token(session, call, visitor, known, days=days, now=now)
            return {"token": token, **self._page.values(session, call, now)}

        found = await self._office.database.write(make)
        if found is None:
            return not_there(self._office, request, visitor)
        token = found.pop("token")
        link = self._office.links.start(f"late-{token}") if token else None
        return self._office.rendering.page(
            "calls/call.html",
            visitor=visitor,
            here="calls",
            status=200 if token else 409,
            done=None
            if token
            else "No link was made: look at those that there are, then try again.",
            link=link,
            **found,
        )

    def _token(
        self,
        session: Session,
        call: Call,
        visitor: Visitor,
        known: str,
        *,
        days: int,
        now: datetime,
    ) -> str | None:
        """The new link's token; None where the call needs none, or the form is an old one."""
        there = late_links.links_of_call(session, call)
        is_closed = calls.ends_at(call) <= now and call.withdrawn_at is None and not call.is_draft
        if not is_closed or days not in DAYS or known != str(there[0].id if there else 0):
            return None
        until = now + timedelta(days=days)
        self._note(session, visitor, "late_link", call, now)
        return late_links.make_late_link(session, call, expires_at=until, by=visitor.name, now=now)

    async def _end(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        code, link_id = request.match_info["code"], int(request.match_info["id"])
        now = self._office.clock.now()

        def end(session: Session) -> bool | None:
            locks.queue_up(session, "calls")
            call = calls.find_call(session, code=code)
            if call is None:
                return None
            ended = late_links.end_late_link(session, call, link_id, by=visitor.name, now=now)
            if ended:
                self._note(session, visitor, "late_link_end", call, now)
                waking.wake(session, "reminders")
            return ended

        ended = await self._office.database.write(end)
        if ended is None:
            return not_there(self._office, request, visitor)
        return to_call(code, "late-ended" if ended else "same")

    def _note(
        self, session: Session, visitor: Visitor, verb: str, call: Call, now: datetime
    ) -> None:
        member = session.get_one(StaffMember, visitor.staff_id)
        audit.note(session, verb, member=member, done=True, now=now, detail={"code": call.code})
