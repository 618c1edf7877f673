"""A chat in the browser in which staff try what they write: drafts are in it, and nothing that is
said is kept."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.pipeline.speech import in_rows
from bot.rewordings import as_rewording
from bot.trying import RESIDENT, STAFF, TryChat, Trying
from dialogues.rewording import Rewording, with_rewordings
from storage import rewordings

LASTS = timedelta(hours=1)
MOST = 8  # chats of one process; for one more the oldest is ended
LONGEST = 2000  # characters that are said at once


class TryOut:
    """One chat for each visitor. It lives in this process, and ends with it."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._trying: Trying | None = None
        self._chats: dict[int, TryChat] = {}
        self._ends: dict[int, asyncio.TimerHandle] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._opening = asyncio.Lock()
        office.closing.append(self.close)

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"try": self._show, "try_say": self._say, "try_again": self._again}

    async def close(self) -> None:
        """End all of them."""
        for staff_id in list(self._chats):
            self._end(staff_id)
        await asyncio.gather(*self._closing)
        if self._trying is not None:
            await self._trying.close()

    async def _show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        chat = self._running(visitor)
        return self._office.rendering.page(
            "content/chat.html",
            visitor=visitor,
            here="content",
            longest=LONGEST,
            lines=chat.record.lines(RESIDENT) if chat else None,
            staff_lines=chat.record.lines(STAFF) if chat else [],
            notice=chat.record.notice if chat else None,
            until=chat.began_at + LASTS if chat else None,
            in_rows=in_rows,
        )

    async def _say(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Words, or a press of a button; where the chat has ended meanwhile, the page says so."""
        form, chat = await request.post(), self._running(visitor)
        text, token = str(form.get("text", "")).strip()[:LONGEST], str(form.get("token", ""))
        if chat is not None:
            chat.record.notice = None
            if token:
                await chat.press(token)
            elif text:
                await chat.say(text)
        return _back()

    async def _again(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Begin from the beginning, in the newest words."""
        async with self._opening:
            self._end(visitor.staff_id)
            while len(self._chats) >= MOST:
                self._end(next(iter(self._chats)))
            await self._open(visitor)
        return _back()

    async def _open(self, visitor: Visitor) -> None:
        drafts = await self._office.database.read(_drafts)
        content = self._office.content
        self._trying = self._trying or Trying(self._office.core)
        chat = await self._trying.open(with_rewordings(content, drafts)[0])
        self._chats[visitor.staff_id] = chat
        loop = asyncio.get_running_loop()
        self._ends[visitor.staff_id] = loop.call_later(
            LASTS.total_seconds(), self._end, visitor.staff_id
        )

    def _running(self, visitor: Visitor) -> TryChat | None:
        chat = self._chats.get(visitor.staff_id)
        if chat is not None and self._office.clock.now() - chat.began_at >= LASTS:
            self._end(visitor.staff_id)
            return None
        return chat

    def _end(self, staff_id: int) -> None:
        chat, timer = self._chats.pop(staff_id, None), self._ends.pop(staff_id, None)
        if timer is not None:
            timer.cancel()
        if chat is not None:
            task = asyncio.get_running_loop().create_task(chat.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


def _drafts(session: Session) -> list[Rewording]:
    return [as_rewording(it) for it in rewordings.drafts(session)]


def _back() -> web.Response:
    return web.Response(status=303, headers={"Location": f"{ROOT}/content/chat#newest"})
