"""The switch for all reminders: off with a reason, and on again after a look at what is late."""

from collections.abc import Mapping

from aiohttp import web
from sqlalchemy.orm import Session

from actions.times.overdue import Overdue, overdue
from bot.console.access import ROUTES
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import audit, fanout, switches, waking
from storage.models import StaffMember
from storage.outbox import Lane
from storage.switches import REMINDERS

LONGEST_REASON = 300


class SwitchPages:
    """For managers."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {
            "reminder_switch": self._show,
            "pause_reminders": self._pause,
            "resume_reminders": self._resume,
        }

    async def _show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """How to turn them off; while they are off, what is late and what will become of it."""
        return await self._page(visitor)

    async def _page(self, visitor: Visitor, *, is_reasonless: bool = False) -> web.Response:
        now, programme = self._office.clock.now(), self._office.programme

        def find(session: Session) -> Overdue:
            return overdue(session, programme=programme, now=now)

        return self._office.rendering.page(
            "reminders/switch.html",
            visitor=visitor,
            here="reminders",
            status=422 if is_reasonless else 200,
            late=await self._office.database.read(find),
            now=now,
            is_reasonless=is_reasonless,
            longest=LONGEST_REASON,
        )

    async def _pause(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """From now on none goes out, whichever process would send it."""
        form, now = await request.post(), self._office.clock.now()
        why = " ".join(str(form.get("why", "")).split())[:LONGEST_REASON]
        if not why:
            return await self._page(visitor, is_reasonless=True)

        def pause(session: Session) -> None:
            if switches.turn_off(session, REMINDERS, who=visitor.name, why=why, now=now):
                self._note(session, visitor, "pause_reminders", why=why)

        await self._office.database.write(pause)
        return _to("reminder_switch")

    async def _resume(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """They go on: what is late goes, or is skipped for its reason."""
        now, programme = self._office.clock.now(), self._office.programme

        def resume(session: Session) -> None:
            late = overdue(session, programme=programme, now=now)
            if switches.turn_on(session, REMINDERS):
                fanout.end_pause(session, Lane.REMINDERS, now=now)
                waking.wake(session, "reminders")
                self._note(session, visitor, "resume_reminders", late=late.count, go=late.goes)

        await self._office.database.write(resume)
        return _to("reminders")

    def _note(self, session: Session, visitor: Visitor, verb: str, **detail: object) -> None:
        audit.note(
            session,
            verb,
            member=session.get_one(StaffMember, visitor.staff_id),
            done=True,
            now=self._office.clock.now(),
            detail=detail,
        )


def _to(route: str) -> web.Response:
    return web.Response(status=303, headers={"Location": ROUTES[route].path})
