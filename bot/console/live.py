"""What open pages are told while they are open: that something happened to leads, as server-sent
events. All pages of a process share one look at the database."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.console.gate import Page
from bot.console.numbers import number_in
from bot.console.safety import HEADERS
from bot.console.visitor import Visitor
from storage import console_sessions, lead_events, leads
from storage.database import Database

log = logging.getLogger(__name__)

POLL = 2.0  # seconds between looks
HEARTBEAT = 15.0
MOST_EACH = 8  # pages of one member; of more, the one that is open longest is told no more
MOST = 500  # pages of this process
OVERLAP = 100  # events looked at again: one that was begun earlier may be committed later
MOST_TOLD = 500  # events that a page may lie behind


@dataclass(slots=True, eq=False)
class Watch:
    """An open page: of one lead, or of all. What happened up to `floor` it knows, and what is among
    `told`."""

    visitor: Visitor
    lead_id: int | None
    floor: int
    told: set[int] = field(default_factory=set)
    waiting: list[int] = field(default_factory=list)
    is_over: bool = False
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, happened: Collection[tuple[int, int]], newest: int) -> None:
        """Take of what happened what is new to this page, and concerns it."""
        for event_id, lead_id in happened:
            if event_id <= self.floor or event_id in self.told:
                continue
            self.told.add(event_id)
            if self.lead_id in (None, lead_id):
                self.waiting.append(event_id)
        self.floor = max(self.floor, newest - OVERLAP)
        self.told = {it for it in self.told if it > self.floor}
        if self.waiting:
            self._stirred.set()

    def end(self) -> None:
        """It is told no more."""
        self.is_over = True
        self._stirred.set()

    async def wait(self, *, at_most: float) -> list[int]:
        """What happened; nothing if so many seconds pass, or it is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await self._stirred.wait()
        self._stirred.clear()
        taken, self.waiting = self.waiting, []
        return taken


class Live:
    """All open pages of this process."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._watches: list[Watch] = []
        self._looking: asyncio.Task[None] | None = None
        self._is_closed = False

    @property
    def pages(self) -> dict[str, Page]:
        """By the name of the route."""
        return {"live": self.follow}

    @property
    def open_pages(self) -> int:
        """How many there are."""
        return len(self._watches)

    async def follow(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Tell one page until it closes, its sign-in is over, or the server ends."""
        watch = await self._watch_of(request, visitor)
        if watch is None or self._is_closed or len(self._watches) >= MOST:
            return web.Response(status=204)  # browsers do not ask again
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        async with self._watched(watch):
            with suppress(ConnectionResetError):
                await response.prepare(request)
                await self._tell(request, response, watch)
        return response

    async def close(self) -> None:
        """End all of them, and the looking."""
        self._is_closed = True
        for watch in self._watches:
            watch.end()
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    async def _watch_of(self, request: web.Request, visitor: Visitor) -> Watch | None:
        """What the page asks for; None if there is no such lead."""
        named = request.query.get("lead", "")[:24]
        told = request.headers.get("Last-Event-ID") or request.query.get("since", "")

        def find(session: Session) -> Watch | None:
            lead = leads.find_by_reference(session, reference=named) if named else None
            newest = lead_events.newest_event_id(session)
            known = number_in(told)
            floor = newest if known is None else min(max(known, newest - MOST_TOLD), newest)
            is_unknown = bool(named) and lead is None
            return None if is_unknown else Watch(visitor, lead.id if lead else None, floor)

        return await self._database.read(find)

    @asynccontextmanager
    async def _watched(self, watch: Watch) -> AsyncIterator[None]:
        own = [it for it in self._watches if it.visitor.staff_id == watch.visitor.staff_id]
        for one in own[: max(0, len(own) + 1 - MOST_EACH)]:
            one.end()
        self._watches.append(watch)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._watches.remove(watch)

    async def _tell(self, request: web.Request, response: web.StreamResponse, watch: Watch) -> None:
        await response.write(b"retry: 3000\n\n")
        while request.transport is not None:
            happened = await watch.wait(at_most=HEARTBEAT)
            if happened:
                await response.write(_event("changes", {"count": len(happened)}, max(happened)))
            elif not watch.is_over:
                await response.write(b": still here\n\n")
            if watch.is_over:
                await response.write(_event("over", {}))
                return

    async def _look(self) -> None:
        """As long as a page is open."""
        while self._watches:
            try:
                await self._look_once()
            except DBAPIError:
                log.warning("open pages are told later: the database did not answer")
            await asyncio.sleep(POLL)

    async def _look_once(self) -> None:
        watches, now = list(self._watches), self._clock.now()
        floor = min(it.floor for it in watches)
        signed_in = {it.visitor.session_id for it in watches}

        def look(session: Session) -> tuple[list[tuple[int, int]], set[int]]:
            happened = lead_events.happened_after(session, floor, limit=MOST_TOLD)
            return happened, console_sessions.holding(session, signed_in, now=now)

        happened, holding = await self._database.read(look)
        newest = max((event_id for event_id, _lead in happened), default=0)
        for watch in watches:
            watch.hear(happened, newest)
            if watch.visitor.session_id not in holding:
                watch.end()


def _event(name: str, data: dict[str, int], id_: int | None = None) -> bytes:
    """One event as it goes over the line."""
    head = f"id: {id_}\n" if id_ is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n".encode()
