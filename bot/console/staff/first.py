"""The first admin's way in from a browser: before there is an account no link can sign one in.

The page shows the one-time link that makes an admin, for a phone to scan. Whoever opens it there is
signed in here, once, if this very browser had the page open before.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.gate import Open
from bot.console.office import Office
from bot.console.safety import Seals, is_secure, set_cookie
from bot.console.staff.entry import Tries, sign_in
from bot.site.codes import qr_svg
from storage import first_admins
from storage.link_tokens import digest
from storage.staff_links import Standing

COOKIE = "first_admin"


class FirstAdmin:
    """The page and its button."""

    def __init__(self, office: Office, *, seals: Seals) -> None:
        self._database = office.database
        self._clock = office.clock
        self._seals = seals
        self._rendering = office.rendering
        self._proxies = office.proxies
        self._start_link = office.start_link
        self._channel = "preview" if office.core.settings.token is None else "telegram"
        self._tries = Tries(office.clock)

    @property
    def open(self) -> Mapping[str, Open]:
        """By the name of the route; for those who are not signed in."""
        return {"first_admin": self.show, "use_first_admin": self.use}

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The link to scan; once it is used, the button that signs in."""
        token, now = request.match_info["token"], self._clock.now()

        def find(session: Session) -> Standing:
            return first_admins.standing(session, token, now=now)

        if not self._tries.may(self._proxies.client_of(request)):
            return self._rendering.page("staff/sign_in.html", visitor=None, status=429, why="often")
        found, opened_at = await self._database.read(find), self._opened_at(request)
        is_theirs = found is Standing.USED and opened_at is not None
        if found is not Standing.GOOD and not is_theirs:
            return self._rendering.page("staff/sign_in.html", visitor=None, status=410, why="gone")
        link = self._start_link(self._channel, f"staff-{token}")
        response = self._rendering.page(
            "staff/first.html",
            visitor=None,
            link=link,
            code=qr_svg(link) if found is Standing.GOOD else None,
            is_used=is_theirs,
        )
        if opened_at is None:
            self._remember(request, response, token, now)
        return response

    async def use(self, request: web.Request) -> web.StreamResponse:
        """Sign in whoever used the link; where nobody has yet, the page says so again."""
        token, now, opened_at = (
            request.match_info["token"],
            self._clock.now(),
            self._opened_at(request),
        )
        agent = request.headers.get("User-Agent", "")

        def enter(session: Session) -> str | None:
            if opened_at is None:
                return None
            member = first_admins.admitted(session, token, opened_at=opened_at, now=now)
            return sign_in(session, member, agent=agent, now=now) if member else None

        opened = await self._database.write(enter)
        if opened is None:
            return await self.show(request)
        response = web.Response(status=303, headers={"Location": f"{ROOT}/leads"})
        set_cookie(request, response, self._seals.cookie(opened))
        response.del_cookie(COOKIE, path=f"{ROOT}/first")
        return response

    def _opened_at(self, request: web.Request) -> datetime | None:
        """When this browser first had this page open; None if it had not."""
        name, _, seconds = self._seals.marked(request.cookies.get(COOKIE, "")).partition(".")
        if name != digest(request.match_info["token"]):
            return None
        return datetime.fromtimestamp(int(seconds), UTC)

    def _remember(
        self, request: web.Request, response: web.StreamResponse, token: str, now: datetime
    ) -> None:
        response.set_cookie(
            COOKIE,
            self._seals.mark(f"{digest(token)}.{int(now.timestamp())}"),
            path=f"{ROOT}/first",
            httponly=True,
            samesite="Lax",
            secure=is_secure(request),
        )
