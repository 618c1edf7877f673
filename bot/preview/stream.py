"""What a page is told while it is open: server-sent events."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.preview import history
from bot.preview.guard import HEADERS
from bot.preview.history import Glance, News, Version
from bot.preview.live import Live, Watch
from bot.preview.pages import Pages, tabs
from bot.preview.posting import viewer_in
from bot.preview.viewer import Viewer
from storage.database import Database
from storage.models import Message

HEARTBEAT = 15.0  # seconds
BUSY_POLL = 0.25  # seconds between looks while an answer is being prepared
CALM_POLL = 1.0
OVERLAP = 60_000  # milliseconds told again after a break, so that nothing slips between two looks


class Story:
    """What one page knows, and the events that bring it up to date."""

    def __init__(self, viewer: Viewer, pages: Pages, *, since: int) -> None:
        self.told: dict[int, int] = {}
        self._viewer = viewer
        self._pages = pages
        self._since = since
        self._busy = False
        self._tabs: list[dict[str, Any]] = []
        self._numbers: list[int] | None = None

    def begin(self, versions: tuple[Version, ...]) -> None:
        """Take for known what changed well before the page's cursor."""
        settled = self._since - OVERLAP
        self.told = {item.number: item.changed for item in versions if item.changed <= settled}

    def events(self, news: News) -> Iterator[bytes]:
        """The events that tell this."""
        for message in news.messages:
            yield self._said(message, news)
        yield from self._present(news.glance)
        if news.glance.is_busy != self._busy:
            self._busy = news.glance.is_busy
            yield event("busy", {"on": self._busy})
        yield from self._chats(news.glance)

    def _said(self, message: Message, news: News) -> bytes:
        number, changed = message.external_id or 0, history.changed(message)
        self.told[number] = changed
        self._since = max(self._since, changed)
        html = self._pages.message(self._viewer, message, news)
        return event("said", {"number": number, "changed": changed, "html": html}, id_=self._since)

    def _present(self, glance: Glance) -> Iterator[bytes]:
        """Which messages there are, when some are gone that the page may show."""
        numbers = [item.number for item in glance.versions]
        if self._numbers is None or set(self._numbers) - set(numbers):
            yield event("present", {"numbers": numbers})
            self.told = {number: self.told[number] for number in numbers}
        self._numbers = numbers

    def _chats(self, glance: Glance) -> Iterator[bytes]:
        listed = [asdict(tab) for tab in tabs(self._viewer, glance.chats)]
        if listed != self._tabs:
            self._tabs = listed
            yield event("chats", {"chats": listed})


class Stream:
    """Serves the events to as many pages as are open."""

    def __init__(self, *, database: Database, clock: Clock, live: Live, pages: Pages) -> None:
        self._database = database
        self._clock = clock
        self._live = live
        self._pages = pages

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """Tell one page everything until it closes, or the server does."""
        viewer = viewer_in(request)
        response = web.StreamResponse(
            headers={**HEADERS, "Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        story = Story(viewer, self._pages, since=_cursor(request))
        first = await self._database.read(
            lambda session: history.glance(session, viewer.name, now=self._clock.now())
        )
        story.begin(first.versions)
        with self._live.watch(viewer) as watch, suppress(ConnectionResetError):  # it was closed
            await self._tell(request, response, story, watch)
        return response

    async def _tell(
        self, request: web.Request, response: web.StreamResponse, story: Story, watch: Watch
    ) -> None:
        await response.write(b"retry: 1000\n\n")
        spoken_at = time.monotonic()
        while not self._live.closed and request.transport is not None:
            news = await self._database.read(
                lambda session: history.look(
                    session, watch.viewer.name, told=story.told, now=self._clock.now()
                )
            )
            told = b"".join(story.events(news))
            told += b"".join(event("notice", {"text": text}) for text in watch.take_notices())
            if not told and time.monotonic() - spoken_at > HEARTBEAT:
                told = b": still here\n\n"
            if told:
                await response.write(told)
                spoken_at = time.monotonic()
            await watch.wait(at_most=BUSY_POLL if news.glance.is_busy else CALM_POLL)


def event(name: str, data: dict[str, Any], *, id_: int | None = None) -> bytes:
    """One event as it goes over the line."""
    head = f"id: {id_}\n" if id_ is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def _cursor(request: web.Request) -> int:
    """What the page has: the browser says it when it comes back, the page when it opens."""
    given = request.headers.get("Last-Event-ID") or request.query.get("since", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0
