"""The local preview: a chat page that goes through the same inbox, turn and outbox as Telegram.

There is no sign-in. It is meant for the machine it runs on; `guard` holds it to that.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from pathlib import Path

from aiohttp import web
from yarl import URL

from bot.clock import Clock
from bot.pipeline.copies import FileGoneError
from bot.pipeline.signals import Signals
from bot.preview import history
from bot.preview.files import Files
from bot.preview.guard import HEADERS, Guard, Handler
from bot.preview.live import Live
from bot.preview.numbers import Numbers
from bot.preview.pages import Pages
from bot.preview.posting import Posting, viewer_in
from bot.preview.sender import PreviewSender
from bot.preview.stream import Stream
from bot.preview.viewer import FIRST_GROUP, STAFF_CHAT, NameRefusedError, Viewer
from dialogues.model import Content
from storage import staff
from storage.database import Database

_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
UNCLAIMED_FOR = timedelta(days=1)  # a file may come before the turn that keeps it
STATIC = Path(__file__).parent / "static"


class Preview:
    """Everything of the preview in one process; `sender` is its side of the channel.

    `files` is the folder for what people attach, `own_address` where this is served. `hosts` are
    the names, beside localhost and plain IP addresses, that browsers may know this server by.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        signals: Signals,
        files: Path,
        content: Content,
        own_address: str = "",
        hosts: Collection[str] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._numbers = Numbers(clock)
        self._live = Live()
        self._files = Files(files)
        self._pages = Pages(content, own_address=own_address)
        self._guard = Guard(hosts)
        self._stream = Stream(database=database, clock=clock, live=self._live, pages=self._pages)
        self._posting = Posting(
            database=database,
            clock=clock,
            signals=signals,
            numbers=self._numbers,
            files=self._files,
            live=self._live,
        )
        self.sender = PreviewSender(live=self._live, numbers=self._numbers)

    async def prepare(self) -> None:
        """Connect the staff chat, learn which numbers are taken, delete files of the forgotten."""
        now = self._clock.now()
        await self._database.write(
            lambda session: staff.seed_staff_chat(session, STAFF_CHAT, now=now)
        )
        self._numbers.pass_over(await self._database.read(history.newest_number))
        await self.sweep()

    async def sweep(self) -> None:
        """Delete the files that belong to nothing that is kept."""
        held = await self._database.read(history.attached)
        self._files.sweep(held, before=(self._clock.now() - UNCLAIMED_FOR).timestamp())

    async def fetch(self, handle: str, most: int) -> bytes:
        """See `copies.Fetch`."""
        content = await asyncio.to_thread(self._files.read, handle, most)
        if content is None:
            raise FileGoneError
        return content

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and end the open pages when the server stops."""
        reading, writing = self._guard.reading, self._guard.writing
        app.router.add_get("/", reading(_named(self._page, self._pages)))
        app.router.add_get("/preview/events", reading(_named(self._stream.follow, self._pages)))
        app.router.add_get("/preview/files/{handle}", reading(self._file))
        app.router.add_get("/files/{id:[0-9]{1,18}}/{name}", reading(self._kept))
        app.router.add_get("/preview/static/{name}", reading(_static))
        for name in ("say", "edit", "press", "share", "attach"):
            handler = getattr(self._posting, name)
            app.router.add_post(f"/preview/{name}", writing(_named(handler, self._pages)))
        app.on_shutdown.append(self._close)

    async def _close(self, _app: web.Application) -> None:
        self._live.close()

    async def _page(self, request: web.Request) -> web.Response:
        viewer = viewer_in(request)
        if "startgroup" in request.query:
            raise web.HTTPFound(_first_group(request.query["startgroup"], viewer))
        news = await self._database.read(
            lambda session: history.look(session, viewer.name, told={}, now=self._clock.now())
        )
        html = self._pages.chat(viewer, news, link=_link_in(request))
        return web.Response(
            text=html, content_type="text/html", headers={"Cache-Control": "no-store"}
        )

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = self._files.find(request.match_info["handle"])
        if stored is None:
            raise web.HTTPNotFound
        response = web.FileResponse(stored.path)
        response.content_type = stored.mime_type
        if not stored.is_shown:
            response.headers["Content-Disposition"] = "attachment"
        return response

    async def _kept(self, request: web.Request) -> web.Response:
        """A file that is kept for somebody of the preview; of nobody else."""
        number = int(request.match_info["id"])
        kept = await self._database.read(lambda session: history.kept_file(session, number))
        if kept is None:
            raise web.HTTPNotFound
        response = web.Response(body=kept.content, content_type=kept.mime_type)
        if kept.mime_type != "image/png":
            response.headers["Content-Disposition"] = "attachment"
        return response


def _link_in(request: web.Request) -> str | None:
    """What Telegram would send with Start; None if there is nothing, or it would not take it."""
    parameter = request.query.get("start", "")
    return parameter if _PARAMETER.fullmatch(parameter) else None


def _first_group(parameter: str, viewer: Viewer) -> URL:
    """Where Telegram would ask which group to bring the assistant into, there is one at hand."""
    return URL("/").with_query({"as": viewer.person, "in": FIRST_GROUP, "start": parameter})


def _named(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]], pages: Pages
) -> Handler:
    """Explain kindly which names there are, when another is asked for."""

    async def named(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except NameRefusedError as error:
            return web.Response(
                text=pages.refused(str(error)),
                status=400,
                content_type="text/html",
                headers=HEADERS,
            )

    return named


async def _static(request: web.Request) -> web.StreamResponse:
    """A script, a style sheet, the icon: those that came with the code and nothing else."""
    path = STATIC / request.match_info["name"]
    if path.parent != STATIC or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
