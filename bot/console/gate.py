"""What every request passes: who is it, may they, did a page of ours send it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.console.access import ROOT, Access
from bot.console.rendering import Rendering
from bot.console.safety import COOKIE, HEADERS, Seals, is_from_here, set_cookie
from bot.console.visitor import Visitor
from bot.proxies import Proxies
from storage import console_sessions, switches
from storage.console_sessions import SignedIn
from storage.database import Database
from storage.staff import Role
from storage.switches import Off

Page = Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]
Open = Callable[[web.Request], Awaitable[web.StreamResponse]]  # for those not signed in
FORM_TOKEN = "form_token"  # noqa: S105  # the field's name


@dataclass(frozen=True, slots=True)
class Gate:
    """Wraps handlers with what the access table says of them."""

    database: Database
    clock: Clock
    seals: Seals
    rendering: Rendering
    proxies: Proxies

    def open(self, handler: Open) -> Open:
        """For everybody; only the headers are ours."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if request.method == "POST" and not is_from_here(request, self.proxies):
                return _with_headers(self._refused(None, "elsewhere", 403))
            return _with_headers(await handler(request))

        return guarded

    def behind(self, access: Access, page: Page) -> Open:
        """For those whom the row lets in."""
        needed = access.role or Role.VIEWER

        async def guarded(request: web.Request) -> web.StreamResponse:
            token = self.seals.token(request)
            found, off = await self._find(token) if token else (None, None)
            if token is None or found is None:
                return _with_headers(self._sign_in_first(request))
            if found.is_stolen:
                return _with_headers(await self._end(found))
            visitor = self._visitor(found, off)
            response = await self._answer(request, visitor, needed, page)
            if self._is_moment(request, response):
                await self._keep_token(request, response, token, found)
            return _with_headers(response)

        return guarded

    async def _answer(
        self, request: web.Request, visitor: Visitor, needed: Role, page: Page
    ) -> web.StreamResponse:
        if not visitor.role.includes(needed):
            return self._refused(visitor, "not_allowed", 403)
        if request.method == "POST" and not await self._is_from_our_page(request, visitor):
            return self._refused(visitor, "elsewhere", 403)
        return await page(request, visitor)

    async def _is_from_our_page(self, request: web.Request, visitor: Visitor) -> bool:
        form = await request.post()
        given = str(form.get(FORM_TOKEN, ""))
        is_ours = is_from_here(request, self.proxies)
        return is_ours and self.seals.is_form_token(given, visitor.session_id)

    async def _find(self, token: str) -> tuple[SignedIn | None, Off | None]:
        """Who it is, and what all pages say is off."""
        now = self.clock.now()

        def find(session: Session) -> tuple[SignedIn | None, Off | None]:
            found = console_sessions.find_session(session, token, now=now)
            return found, switches.find_off(session, switches.REMINDERS) if found else None

        return await self.database.read(find)

    def _visitor(self, found: SignedIn, off: Off | None) -> Visitor:
        return Visitor(
            staff_id=found.member.id,
            name=found.member.name,
            role=Role(found.member.role or Role.VIEWER),
            session_id=found.row.id,
            form_token=self.seals.form_token(found.row.id),
            reminders_off=off,
        )

    def _is_moment(self, request: web.Request, response: web.StreamResponse) -> bool:
        """Whether the token can be changed now: the browser would not hear of it once the answer
        has begun, and who reads does not wait for who writes. The next request is soon enough."""
        waits = request.method != "POST" and self.database.is_kept_waiting
        return not response.prepared and not waits

    async def _keep_token(
        self, request: web.Request, response: web.StreamResponse, token: str, found: SignedIn
    ) -> None:
        """Change it where that is due, and note when the browser has it."""
        now = self.clock.now()

        def keep(session: Session) -> str | None:
            if found.is_due:
                return console_sessions.rotate(session, token, now=now)
            console_sessions.note_seen(session, token, now=now)
            return None

        fresh = await self.database.write(keep) if found.is_due or found.is_news else None
        if fresh is not None:
            set_cookie(request, response, self.seals.cookie(fresh))

    async def _end(self, found: SignedIn) -> web.StreamResponse:
        """Somebody has a copy of an earlier cookie: neither they nor the owner goes on with it."""
        row, now = found.row, self.clock.now()

        def end(session: Session) -> None:
            console_sessions.end_sessions(session, row.staff_id, [row.id], now=now)

        await self.database.write(end)
        return self._refused(None, "ended", 401)

    def _sign_in_first(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.Response(status=303, headers={"Location": f"{ROOT}/sign-in"})
        return self._refused(None, "signed_out", 401)

    def _refused(self, visitor: Visitor | None, why: str, status: int) -> web.StreamResponse:
        response = self.rendering.page("refused.html", visitor=visitor, status=status, why=why)
        if status == 401:
            response.del_cookie(COOKIE, path=ROOT)
        return response


def _with_headers(response: web.StreamResponse) -> web.StreamResponse:
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response
