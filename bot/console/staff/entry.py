"""The way in and out: a one-time link, which the bot sends, and a button behind it.

The link alone signs nobody in: chat programs open links to show a preview of them."""

from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.console.access import ROOT
from bot.console.gate import Open, Page
from bot.console.office import Office
from bot.console.safety import COOKIE, Seals, set_cookie
from bot.console.visitor import Visitor
from storage import audit, console_sessions, sign_ins
from storage.models import ConsoleSession, StaffMember

MOST_A_MINUTE = 20  # tries at links from one address
MOST_ADDRESSES = 1000  # that are remembered
MINUTE = 60.0


class Entry:
    """Signing in and out, and a look at where one is signed in."""

    def __init__(self, office: Office, *, seals: Seals) -> None:
        self._database = office.database
        self._clock = office.clock
        self._seals = seals
        self._rendering = office.rendering
        self._proxies = office.proxies
        self._tries = Tries(office.clock)

    @property
    def open(self) -> Mapping[str, Open]:
        """The way in, by the name of the route."""
        return {
            "sign_in": self.how,
            "sign_in_link": self.ask,
            "use_sign_in_link": self.use,
        }

    @property
    def pages(self) -> Mapping[str, Page]:
        """Those for who is signed in; the way in is open to everybody."""
        return {
            "sign_out": self.leave,
            "sign_ins": self.sign_ins,
            "end_sign_in": self.end,
            "end_sign_ins": self.end_all,
        }

    async def how(self, _request: web.Request) -> web.StreamResponse:
        """How to sign in."""
        return self._rendering.page("staff/sign_in.html", visitor=None)

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """The button behind the link."""
        token = request.match_info["token"]
        now = self._clock.now()

        def find(session: Session) -> str | None:
            member = sign_ins.whose(session, token, now=now)
            return member.name if member else None

        if not self._tries.may(self._proxies.client_of(request)):
            return self._rendering.page("staff/sign_in.html", visitor=None, status=429, why="often")
        name = await self._database.read(find)
        if name is None:
            return self._rendering.page("staff/sign_in.html", visitor=None, status=410, why="gone")
        return self._rendering.page("staff/sign_in_link.html", visitor=None, name=name)

    async def use(self, request: web.Request) -> web.StreamResponse:
        """Sign in whom the link is for; of two who press at once, one."""
        token, now = request.match_info["token"], self._clock.now()
        agent = request.headers.get("User-Agent", "")

        def use(session: Session) -> str | None:
            member = sign_ins.use(session, token, now=now)
            return sign_in(session, member, agent=agent, now=now) if member else None

        if not self._tries.may(self._proxies.client_of(request)):
            return self._rendering.page("staff/sign_in.html", visitor=None, status=429, why="often")
        opened = await self._database.write(use)
        if opened is None:
            return self._rendering.page("staff/sign_in.html", visitor=None, status=410, why="gone")
        response = web.Response(status=303, headers={"Location": f"{ROOT}/leads"})
        set_cookie(request, response, self._seals.cookie(opened))
        return response

    async def leave(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Sign out here."""
        return await self._signed_out(visitor, [visitor.session_id])

    async def sign_ins(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Where this visitor is signed in."""
        now = self._clock.now()

        def find(session: Session) -> list[ConsoleSession]:
            return console_sessions.sessions_of(session, visitor.staff_id, now=now)

        found = await self._database.read(find)
        return self._rendering.page(
            "staff/sign_ins.html", visitor=visitor, here="team", sessions=found
        )

    async def end(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """End one of the visitor's sign-ins."""
        return await self._signed_out(visitor, [int(request.match_info["id"])])

    async def end_all(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """End all of them, this one included."""
        return await self._signed_out(visitor, None)

    async def _signed_out(self, visitor: Visitor, ids: list[int] | None) -> web.StreamResponse:
        """End these sign-ins of the visitor's, or all; then to where they may still be."""
        now = self._clock.now()

        def end(session: Session) -> None:
            console_sessions.end_sessions(session, visitor.staff_id, ids, now=now)
            member = session.get(StaffMember, visitor.staff_id)
            audit.note(session, "sign_out", member=member, done=True, now=now)

        await self._database.write(end)
        is_still_in = ids is not None and visitor.session_id not in ids
        place = "sign-ins" if is_still_in else "sign-in"
        response = web.Response(status=303, headers={"Location": f"{ROOT}/{place}"})
        if not is_still_in:
            response.del_cookie(COOKIE, path=ROOT)
        return response


class Tries:
    """At most so many tries a minute from one address."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of: OrderedDict[str, deque[float]] = OrderedDict()

    def may(self, address: str) -> bool:
        """Count a try from there; whether it is not one too many."""
        tries = self._of.setdefault(address, deque(maxlen=MOST_A_MINUTE))
        self._of.move_to_end(address)
        if len(self._of) > MOST_ADDRESSES:
            self._of.popitem(last=False)
        now = self._clock.now().timestamp()
        if len(tries) == MOST_A_MINUTE and now - tries[0] < MINUTE:
            return False
        tries.append(now)
        return True


def sign_in(session: Session, member: StaffMember, *, agent: str, now: datetime) -> str:
    """Open a session for them, and write that down; its token."""
    audit.note(session, "sign_in", member=member, done=True, now=now)
    return console_sessions.open_session(session, member, agent=agent, now=now)
