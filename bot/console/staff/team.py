"""Who is staff: the list, the page of each, invitations; what is done there is done at the desk."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.acting import Acted, Shown, answers_asked
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.desk.access import may_change
from storage import console_sessions, team
from storage.models import StaffLink
from storage.staff import Role
from storage.team import Colleague


class TeamPages:
    """The list, and what managers and admins do in it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {
            "team": self._all,
            "member": self._one,
            "invite": self._invite,
            "revoke_invitation": self._revoke,
            "change_role": self._change_role,
            "remove_member": self._remove,
            "press_at_member": self._press,
            "sign_member_out": self._sign_out,
        }

    async def _all(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        return await self._list(request, visitor)

    async def _list(
        self, request: web.Request, visitor: Visitor, *, secret: list[Shown] | None = None
    ) -> web.StreamResponse:
        """`secret` is what is shown this once."""
        now = self._office.clock.now()

        def find(session: Session) -> dict[str, Any]:
            return {
                "team": team.team(session),
                "invitations": team.invitations(session, now=now),
                "said": self._office.acting.shown(session, visitor, answers_asked(request)),
            }

        found = await self._office.database.read(find)
        return self._office.rendering.page(
            "staff/team.html",
            visitor=visitor,
            here="team",
            secret=secret,
            roles=self._role_words(),
            may_give=[it for it in Role if may_change(visitor.role, it)],
            may_change=may_change,
            **found,
        )

    async def _one(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        member_id = int(request.match_info["id"])

        def find(session: Session) -> tuple[Colleague | None, list[Shown]]:
            shown = self._office.acting.shown(session, visitor, answers_asked(request))
            return team.colleague(session, member_id), shown

        found, said = await self._office.database.read(find)
        if found is None:
            return self._office.rendering.page(
                "staff/nobody.html", visitor=visitor, here="team", status=404, said=said
            )
        is_own = found.member.id == visitor.staff_id
        may = not is_own and visitor.role.includes(Role.MANAGER)
        return self._office.rendering.page(
            "staff/member.html",
            visitor=visitor,
            here="team",
            it=found,
            said=said,
            is_own=is_own,
            may_manage=may and may_change(visitor.role, found.role),
            may_give=[it for it in Role if may_change(visitor.role, it)],
            roles=self._role_words(),
            may_words=self._may_words(),
        )

    async def _invite(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The link stands in this answer and nowhere else: so no redirect."""
        role = _role(str((await request.post()).get("role", "")))
        acted, secret = await self._office.acting.secret(visitor, f"/staff invite {role}")
        if not acted.is_done:
            return _to("team", acted)
        return await self._list(request, visitor, secret=secret)

    async def _revoke(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Of those whose role the visitor may give."""
        link_id = int(request.match_info["id"])

        def role_of(session: Session) -> str | None:
            link = session.get(StaffLink, link_id)
            return link.role if link is not None else None

        role = await self._office.database.read(role_of)
        if role is None or not may_change(visitor.role, Role(role)):
            raise web.HTTPNotFound
        payload = f"/staff_revoke(link={link_id})"
        return _to("team", await self._office.acting.choose(visitor, payload))

    async def _change_role(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        member_id = request.match_info["id"]
        role = _role(str((await request.post()).get("role", "")))
        acted = await self._office.acting.command(visitor, f"/staff role {member_id} {role}")
        return _to(f"team/{member_id}", acted)

    async def _remove(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The desk asks whether they are sure, with buttons."""
        member_id = request.match_info["id"]
        acted = await self._office.acting.command(visitor, f"/staff remove {member_id}")
        return _to(f"team/{member_id}", acted)

    async def _press(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        token = str((await request.post()).get("token", ""))
        acted = await self._office.acting.press(visitor, token)
        return _to(f"team/{request.match_info['id']}", acted)

    async def _sign_out(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """End all their sign-ins in the console: they lost a device."""
        member_id, now = int(request.match_info["id"]), self._office.clock.now()

        def end(session: Session) -> None:
            console_sessions.end_all_of(session, member_id, by=visitor.staff_id, now=now)

        await self._office.database.write(end)
        return _to(f"team/{member_id}", None)

    def _role_words(self) -> dict[str, str]:
        return {it: self._office.say(f"staff_role_{it}", {}).striptags() for it in Role}

    def _may_words(self) -> dict[str, str]:
        return {it: self._office.say(f"staff_may_{it}", {}).striptags() for it in Role}


def _role(given: str) -> Role:
    """Raises HTTPBadRequest for what is none."""
    try:
        return Role(given)
    except ValueError as error:
        raise web.HTTPBadRequest from error


def _to(place: str, acted: Acted | None) -> web.Response:
    """To that page, which shows what the desk answered."""
    said = ",".join(map(str, acted.answers)) if acted else ""
    address = f"{ROOT}/{place}?said={said}#said" if said else f"{ROOT}/{place}"
    return web.Response(status=303, headers={"Location": address})
