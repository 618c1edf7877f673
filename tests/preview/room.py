"""The preview behind a real HTTP server, on a real database, with an assistant that only echoes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import ManualClock
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.composing import Composer
from bot.pipeline.delivery import Delivery
from bot.pipeline.handover import Handover
from bot.pipeline.presses import Presses
from bot.pipeline.signals import Signals
from bot.pipeline.turn import Answer, Turn
from bot.pipeline.turns import Turns
from bot.preview.preview import Preview
from dialogues.exchange import Button, Reply
from dialogues.model import Content
from storage import messages
from storage.database import Database
from storage.models import Chat, InboxRow

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PAGE = {"X-Preview": "1", "Sec-Fetch-Site": "same-origin"}
Event = tuple[str, dict[str, Any]]


class Echo:
    """Keeps what was said and says it back, with two buttons; a press gets a notice."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.arrivals: list[Arrival] = []

    def take(self, session: Session, turn: Turn) -> Answer:
        self.arrivals += turn.arrivals
        chat, first = turn.chat, turn.arrivals[0]
        now = self._clock.now()
        if first.happened is Happened.PRESSED:
            return Answer(notice=f"noted by {first.sender.name if first.sender else '?'}")
        if first.happened is Happened.EDITED:
            self._edit(session, chat, first)
            return Answer()
        for arrival in turn.arrivals:
            messages.add_message(
                session,
                chat_id=chat.id,
                direction="in",
                now=now,
                text=arrival.text or None,
                external_id=arrival.message_id,
                media=[
                    {"medium": item.medium, "file_id": item.file_id, "file_name": item.file_name}
                    for item in arrival.attachments
                ]
                or None,
                author=arrival.sender.name if arrival.sender and chat.kind == "group" else None,
            )
        buttons = (Button("Yes", payload="/yes"), Button("No", payload="/no"))
        return Answer([Reply(f"<b>You said:</b> {len(first.text)} letters", buttons=buttons)])

    def apologise(self, session: Session, turn: Turn) -> Answer:
        raise AssertionError("nothing went wrong here")

    def _edit(self, session: Session, chat: Chat, edit: Arrival) -> None:
        known = messages.find_by_external_id(
            session, chat_id=chat.id, external_id=edit.message_id or 0
        )
        if known is not None:
            messages.rewrite(session, known.id, text=edit.text, now=self._clock.now())


@dataclass
class Room:
    """A client of the preview, and the hands to move what is behind it."""

    client: TestClient[web.Request, web.Application]
    server: TestServer
    preview: Preview
    database: Database
    clock: ManualClock
    echo: Echo
    turns: Turns
    delivery: Delivery
    files: Path

    async def post(
        self, name: str, body: dict[str, Any], *, as_: str = "sam", **query: str
    ) -> ClientResponse:
        """What the page does when something is sent."""
        return await self.client.post(
            f"/preview/{name}", params={"as": as_, **query}, json=body, headers=PAGE
        )

    async def say(self, text: str, *, as_: str = "sam") -> int:
        """Say something, and let the answer be delivered; the message's number."""
        answer = await self.post("say", {"text": text}, as_=as_)
        assert answer.status == 200, await answer.text()
        await self.settle()
        number: int = (await answer.json())["numbers"][0]
        return number

    async def settle(self) -> None:
        """Take every turn and deliver everything."""
        while await self.turns.run_waiting() + await self.delivery.run_waiting():
            pass

    async def page(self, **query: str) -> str:
        """The page's HTML."""
        answer = await self.client.get("/", params=query)
        assert answer.status == 200
        return await answer.text()

    def inbox(self) -> list[InboxRow]:
        """Everything that was accepted."""
        with self.database.reading() as session:
            return list(session.scalars(select(InboxRow).order_by(InboxRow.id)))

    @asynccontextmanager
    async def events(
        self, as_: str = "sam", *, headers: dict[str, str] | None = None, **query: str
    ) -> AsyncIterator["Events"]:
        """An open page's line to the server."""
        answer = await self.client.get(
            "/preview/events", params={"as": as_, **query}, headers=headers
        )
        assert answer.status == 200
        yield Events(answer)
        answer.close()


class Events:
    """Server-sent events as they come."""

    def __init__(self, answer: ClientResponse) -> None:
        self._answer = answer
        self.last_id: str | None = None

    async def next(self) -> Event:
        """The next event's name and data."""
        name = ""
        async with asyncio.timeout(5):
            while line := (await self._answer.content.readline()).decode():
                key, _, value = line.rstrip("\n").partition(": ")
                if key == "id":
                    self.last_id = value
                elif key == "event":
                    name = value
                elif key == "data":
                    return name, json.loads(value)
        raise EOFError

    async def until(self, name: str) -> dict[str, Any]:
        """The data of the next event with this name; others are passed over."""
        while True:
            event, data = await self.next()
            if event == name:
                return data


@asynccontextmanager
async def open_room(database: Database, content: Content, files: Path) -> AsyncIterator[Room]:
    """Serve a preview on this database."""
    clock, signals = ManualClock(NOON), Signals()
    preview = Preview(
        database=database,
        clock=clock,
        signals=signals,
        files=files,
        content=content,
        hosts=["preview.example"],
    )
    await preview.prepare()
    echo = Echo(clock)
    senders = {"preview": preview.sender}
    composer = Composer(clock=clock, writers={}, after_sending={}, after_ending={})
    turns = Turns(
        database=database,
        clock=clock,
        decoders={"preview": Arrival.from_json},
        handler=echo,
        signals=signals,
        on_press=Presses(senders).answer,
        handover=Handover(clock=clock, composer=composer),
        outlet=None,
        is_calm=lambda: True,
    )
    delivery = Delivery(
        database=database,
        clock=clock,
        senders=senders,
        pacers={},
        composer=composer,
        signals=signals,
    )
    app = web.Application()
    preview.add_to(app)
    server = TestServer(app)
    async with TestClient(server) as client:
        yield Room(client, server, preview, database, clock, echo, turns, delivery, files)
