"""Delivery by itself: a database, an outbox to fill, and a channel that records what it is sent."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.clock import Clock, SystemClock
from bot.pipeline.composing import AfterSending, Composer, Writer
from bot.pipeline.delivery import Delivery
from bot.pipeline.pacing import Pacer
from bot.pipeline.parcel import Parcel
from bot.pipeline.signals import Signals
from storage import chats, messages, outbox
from storage.chats import ChatKey
from storage.database import Database
from storage.models import Message, OutboxRow
from storage.outbox import Lane

CHANNEL = "telegram"
Before = Callable[[Parcel], Awaitable[None]]


@dataclass
class Channel:
    """Takes parcels; `before` may raise, or wait, before one is taken."""

    sent: list[Parcel] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    before: Before | None = None
    numbers: Any = field(default_factory=lambda: count(1000))

    async def send(self, parcel: Parcel) -> int | None:
        if self.before is not None:
            await self.before(parcel)
        self.sent.append(parcel)
        self.at.append(time.monotonic())
        return parcel.edits or next(self.numbers)

    async def answer_press(self, callback_id: str, text: str | None) -> None:
        """Nobody presses anything here."""

    async def show_typing(self, external_chat_id: str) -> None:
        """Nobody is looking."""

    @property
    def words(self) -> list[str]:
        return [parcel.text for parcel in self.sent]


class Post:
    """One process that delivers."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        pacer: Pacer | None = None,
        channel: Channel | None = None,
        writers: dict[str, Writer] | None = None,
        after_sending: dict[str, AfterSending] | None = None,
    ) -> None:
        self.database = database
        self.clock = clock or SystemClock()
        self.channel = channel or Channel()
        self.signals = Signals()
        self.composer = Composer(
            clock=self.clock,
            writers=writers or {},
            after_sending=after_sending or {},
            after_ending={},
        )
        self.delivery = Delivery(
            database=database,
            clock=self.clock,
            senders={CHANNEL: self.channel},
            pacers={CHANNEL: pacer} if pacer else {},
            composer=self.composer,
            signals=self.signals,
            monotonic=monotonic,
        )

    def chat(self, who: str, *, kind: str = "private") -> int:
        with self.database.transaction() as session:
            return chats.chat_id_for(session, ChatKey(CHANNEL, who, kind), now=self.clock.now())

    def queue(
        self,
        words: str = "hello",
        *,
        to: str = "1",
        kind: str = "private",
        lane: Lane = Lane.REPLIES,
        row: str = "message",
    ) -> int:
        """Queue a message with these words; its id."""
        chat_id = self.chat(to, kind=kind)
        now = self.clock.now()
        with self.database.transaction() as session:
            message_id = None
            if row == "message":
                message_id = messages.add_message(
                    session, chat_id=chat_id, direction="out", now=now, text=words
                )
            outbox.queue(
                session, chat_id=chat_id, kind=row, lane=lane, now=now, message_id=message_id
            )
        self.signals.outbox.set()
        return message_id or 0

    def queue_edit(self, message_id: int, words: str, *, row: str = "message") -> None:
        """Write a message over, and queue the edit."""
        now = self.clock.now()
        with self.database.transaction() as session:
            message = session.get_one(Message, message_id)
            messages.rewrite(session, message_id, text=words, now=now)
            outbox.queue(
                session,
                chat_id=message.chat_id,
                kind=row,
                lane=Lane.REPLIES,
                now=now,
                message_id=message_id,
            )
        self.signals.outbox.set()

    def rows(self) -> list[OutboxRow]:
        with self.database.reading() as session:
            return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver while the block runs; then stop, as a process does."""
        task = asyncio.create_task(self.delivery.run())
        try:
            yield
        finally:
            self.signals.stop()
            async with asyncio.timeout(30):
                await task

    async def until(self, check: Callable[[], bool], within: float = 30.0) -> None:
        async with asyncio.timeout(within):
            while not check():  # noqa: ASYNC110  # it is the database that changes
                await asyncio.sleep(0.005)
