"""One's own page: when the digest comes, and where one is signed in."""

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.acting import answers_asked
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import console_sessions, staff
from storage.models import StaffMember

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class MyPage:
    """What a member sees to by themselves."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"me": self._show, "my_digest": self._choose_digest}

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        now = self._office.clock.now()

        def find(session: Session) -> dict[str, Any]:
            member = session.get_one(StaffMember, visitor.staff_id)
            return {
                "member": member,
                "has_chat": staff.private_chat(session, member) is not None,
                "sign_ins": len(console_sessions.sessions_of(session, member.id, now=now)),
                "said": self._office.acting.shown(session, visitor, answers_asked(request)),
            }

        found = await self._office.database.read(find)
        return self._office.rendering.page(
            "staff/me.html",
            visitor=visitor,
            here="team",
            usual=self._office.programme.staffing.digest_at,
            role_words=self._office.say(f"staff_role_{visitor.role}", {}).striptags(),
            may=self._office.say(f"staff_may_{visitor.role}", {}).striptags(),
            **found,
        )

    async def _choose_digest(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """By the desk's `/digest`."""
        form = await request.post()
        at, is_on = str(form.get("at", "")), form.get("wanted") == "yes"
        words = (at if _CLOCK.fullmatch(at) else "on") if is_on else "off"
        acted = await self._office.acting.command(visitor, f"/digest {words}")
        said = ",".join(map(str, acted.answers))
        return web.Response(status=303, headers={"Location": f"{ROOT}/me?said={said}#said"})
