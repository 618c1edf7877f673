"""The routes: /calls, /calls/CODE, /calls.ics, /calls/CODE.ics."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.links import ChatLinks
from bot.site.answering import answer
from bot.site.calendars import Calendars
from bot.site.listing import in_feed, last_change, over, public_call
from bot.site.pages import Pages
from storage import calls
from storage.database import Database
from storage.models import Call

_CODE = r"{code:[a-z0-9_]{1,24}}"
_HERE = Path(__file__).parent / "static"
_SHARED = Path(__file__).parents[1] / "preview" / "static"  # the look is the preview's


class Site:
    """The public pages. `links` lead into the chat; without them they lead to the local preview, at
    `public_url` or under the name by which the page was asked for. `pages` and `calendars` give
    what counts now, for content may change while this runs."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        pages: Callable[[], Pages],
        calendars: Callable[[], Calendars],
        links: ChatLinks | None,
        public_url: str | None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._pages = pages
        self._calendars = calendars
        self._links = links
        self._public_url = public_url
        self._style = "".join(
            path.read_text(encoding="utf-8") for path in (_SHARED / "base.css", _HERE / "page.css")
        )
        self._icon = (_SHARED / "icon.svg").read_bytes()

    def add_to(self, app: web.Application) -> None:
        """Add the routes; HEAD comes with GET."""
        app.router.add_get("/calls", self._list)
        app.router.add_get("/calls.ics", self._feed)
        app.router.add_get("/calls/page.css", self._style_sheet)
        app.router.add_get("/calls/icon.svg", self._picture)
        app.router.add_get(f"/calls/{_CODE}", self._poster)
        app.router.add_get(f"/calls/{_CODE}.ics", self._dates)

    async def _list(self, request: web.Request) -> web.Response:
        links, now = self._links_for(request), self._clock.now()

        def render(session: Session) -> str:
            current, past = calls.current_calls(session, now=now), over(session, now=now)
            return self._pages().calls(current, past, links=links, now=now)

        return answer(request, await self._database.read(render), "text/html")

    async def _poster(self, request: web.Request) -> web.Response:
        code, links, now = request.match_info["code"], self._links_for(request), self._clock.now()

        def render(session: Session) -> str | None:
            call = public_call(session, code)
            return self._pages().call(call, links=links, now=now) if call else None

        page = await self._database.read(render)
        return self._unknown(request) if page is None else answer(request, page, "text/html")

    async def _feed(self, request: web.Request) -> web.Response:
        now = self._clock.now()
        return await self._calendar(
            request, lambda session: in_feed(session, now=now), name="calls.ics"
        )

    async def _dates(self, request: web.Request) -> web.Response:
        code = request.match_info["code"]

        def find(session: Session) -> list[Call] | None:
            call = public_call(session, code)
            return [call] if call else None

        return await self._calendar(request, find, name=f"{code}.ics")

    async def _calendar(
        self, request: web.Request, find: Callable[[Session], list[Call] | None], *, name: str
    ) -> web.Response:
        links, now = self._links_for(request), self._clock.now()

        def write(session: Session) -> tuple[bytes, datetime | None] | None:
            found = find(session)
            if found is None:
                return None
            return self._calendars().write(found, links=links), last_change(found, now=now)

        written = await self._database.read(write)
        if written is None:
            return self._unknown(request)
        body, changed_at = written
        return answer(request, body, "text/calendar", changed_at=changed_at, file_name=name)

    def _unknown(self, request: web.Request) -> web.Response:
        return answer(request, self._pages().unknown(), "text/html", status=404)

    async def _style_sheet(self, request: web.Request) -> web.Response:
        return answer(request, self._style, "text/css")

    async def _picture(self, request: web.Request) -> web.Response:
        return answer(request, self._icon, "image/svg+xml")

    def _links_for(self, request: web.Request) -> ChatLinks:
        address = self._public_url or str(request.url.origin())
        return self._links or ChatLinks.of_preview(address)
