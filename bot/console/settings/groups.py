"""The groups where leads arrive: how they are doing, who may work in them, and another instead."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.acting import Shown, answers_asked
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import health
from storage.models import StaffMember

_TROUBLES = {
    "gone": "The assistant is not in this group any more. Posts wait. "
    "Add it again, or connect another group.",
    "silenced": "The assistant may not write in this group. Posts wait. "
    "Let it send messages, in the group's settings.",
    "no_topics": "The assistant may not make topics here, so leads share one place. "
    "Make it an admin with the right to manage topics.",
}


class GroupPages:
    """What is done here is done at the desk."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"groups": self._show, "connect_code": self._code, "open_group": self._open}

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        return await self._page(request, visitor)

    async def _page(
        self, request: web.Request, visitor: Visitor, *, secret: list[Shown] | None = None
    ) -> web.StreamResponse:
        def find(session: Session) -> dict[str, Any]:
            member = session.get_one(StaffMember, visitor.staff_id)
            return {
                "desks": health.desks(session),
                "channel": member.channel,
                "said": self._office.acting.shown(session, visitor, answers_asked(request)),
            }

        found = await self._office.database.read(find)
        return self._office.rendering.page(
            "settings/groups.html",
            visitor=visitor,
            here="health",
            secret=secret,
            troubles=_TROUBLES,
            **found,
        )

    async def _code(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The code stands in this answer and nowhere else: so no redirect."""
        _acted, secret = await self._office.acting.secret(visitor, "/connect")
        return await self._page(request, visitor, secret=secret)

    async def _open(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Whether whoever is in the group may work there, or only those on the list."""
        word = "open" if (await request.post()).get("open") == "yes" else "closed"
        acted = await self._office.acting.command(visitor, f"/staff {word}")
        said = ",".join(map(str, acted.answers))
        return web.Response(status=303, headers={"Location": f"{ROOT}/groups?said={said}#said"})
