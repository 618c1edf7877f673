"""The herald: news of calls become outbox rows, as many as the outbox has room for."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actions.news import tidings, topics_of
from actions.quiet_hours import allowed_from
from bot.clock import Clock
from bot.pipeline.signals import Signals
from dialogues.programme import Programme
from storage import calls, fanout, leases, news, waking
from storage.database import Database
from storage.fanout import Notice
from storage.models import CallNews
from storage.news import NewsKind
from storage.outbox import Lane

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
BATCH = 100  # chats in one transaction
MOST_WAITING = 1000  # news in the outbox; the rest waits behind the cursor
LEASE = timedelta(seconds=30)


class Herald:
    """Sees when calls open, and tops up the outbox with what people are to be told of calls; one
    process at a time, by a lease.

    The chats concerned are taken by index in small batches, behind a cursor that moves on in the
    same transaction, so that a crash loses nobody and doubles nothing.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        programme: Programme,
        signals: Signals,
        owner: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._programme = programme
        self._signals = signals
        self._owner = owner

    async def run(self) -> None:
        """Tell until told to stop, then let go of the lease."""
        while not self._signals.stopping.is_set():
            try:
                while await self.top_up() and not self._signals.stopping.is_set():
                    self._signals.outbox.set()
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
                await asyncio.sleep(POLL_SECONDS)
            await self._signals.wait(self._signals.news, at_most=POLL_SECONDS)
        with suppress(DBAPIError):  # else it runs out
            await self._database.write(
                lambda session: leases.let_go(session, name="herald", owner=self._owner)
            )

    async def top_up(self) -> bool:
        """Deal with a batch, if there is room; whether there may be more to do."""
        if not await self._database.read(self._is_time):
            return False
        return await self._database.write(self.tell)

    def tell(self, session: Session) -> bool:
        """See `top_up`; also when there is nothing to tell."""
        now = self._clock.now()
        if not leases.hold(session, name="herald", owner=self._owner, now=now, period=LEASE):
            return False
        news.note_openings(session, now=now)
        item = news.unfinished(session)
        room = fanout.room_in(session, Lane.BROADCASTS, most=MOST_WAITING)
        if item is None or room <= 0:
            return False
        self._tell_some(session, item, limit=min(BATCH, room))
        waking.wake(session, "outbox")
        return True

    def _is_time(self, session: Session) -> bool:
        """Whether there is something to tell. It only reads, so that idling costs little."""
        return news.is_waiting(session, now=self._clock.now())

    def _tell_some(self, session: Session, item: CallNews, *, limit: int) -> None:
        """Queue what the next chats are to be told, and move on."""
        now, call = self._clock.now(), calls.get_call(session, item.call_id)
        topics = [] if item.kind == NewsKind.RULES else topics_of(call, self._programme)
        chat_ids = news.concerned(session, item, topics, limit=limit)
        told = tidings(session, item, call, chat_ids, programme=self._programme, now=now)
        self._queue(session, item, [chat_id for chat_id in chat_ids if chat_id in told])
        if len(chat_ids) < limit:
            news.finish(session, item, now=now)
        else:
            news.move_on(session, item, up_to=chat_ids[-1])

    def _queue(self, session: Session, item: CallNews, chat_ids: Sequence[int]) -> None:
        now = self._clock.now()
        zone, quiet = self._programme.zone, self._programme.quiet_hours
        notices = [
            Notice(chat_id, {"news_id": item.id}, dedupe_key=news.key_of(item.id, chat_id))
            for chat_id in chat_ids
        ]
        due_at = allowed_from(now, zone=zone, quiet=quiet)
        fanout.queue_all(
            session, notices, kind="news", lane=Lane.BROADCASTS, due_at=due_at, now=now
        )
