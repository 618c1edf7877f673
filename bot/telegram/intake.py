"""Intake: updates from Telegram are stored, however they came, and what follows is begun."""

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DataError, StatementError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.parcel import Sender
from bot.pipeline.presses import Presses
from bot.pipeline.storing import Store, for_others
from bot.telegram import gateway
from storage import accepting, inbox
from storage.accepting import Accepted, Stored
from storage.database import Database

log = logging.getLogger(__name__)

MOST_TOGETHER = 200  # updates in one commit
MOST_WAITING = 20_000  # in the inbox; Telegram keeps what comes on top
COUNTED_EVERY = 1.0  # seconds
MOST_TYPING = 20  # under way at once; when a crowd writes, nobody misses the dots

Update = dict[str, Any]


class NotStoredError(Exception):
    """The database did not take updates: they are to come again."""


@dataclass(slots=True)
class Batch:
    """Updates that were handed in together, and the word that they are stored."""

    updates: list[Update]
    stored: asyncio.Future[None]


class Intake:
    """Stores updates. While one commit is under way the next are gathered, to share one."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        presses: Presses,
        sender: Sender,
        store: Store | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._database = database
        self._clock = clock
        self._presses = presses
        self._sender = sender
        self._store_in = store or for_others(database)
        self._most_waiting = most_waiting
        self._gathered: list[Batch] = []
        self._storing: asyncio.Task[None] | None = None
        self._typing: set[asyncio.Task[None]] = set()
        self._full = False
        self._counted_at = -COUNTED_EVERY

    async def is_full(self) -> bool:
        """Whether so many updates wait that Telegram should keep the rest; a second old at most."""
        moment = time.monotonic()
        if moment - self._counted_at >= COUNTED_EVERY:
            self._counted_at = moment
            self._full = await self._database.read(
                lambda session: inbox.waits_at_least(session, self._most_waiting)
            )
        return self._full

    async def take(self, updates: list[Update]) -> None:
        """Store these; returns when they are committed. Raises NotStoredError."""
        batch = Batch(updates, asyncio.get_running_loop().create_future())
        self._gathered.append(batch)
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_gathered())
        await batch.stored

    async def _store_gathered(self) -> None:
        while self._gathered:
            together, count = [], 0
            while self._gathered and count < MOST_TOGETHER:
                together.append(self._gathered.pop(0))
                count += len(together[-1].updates)
            await self._store_together(together)
        self._storing = None

    async def _store_together(self, batches: list[Batch]) -> None:
        updates = [update for batch in batches for update in batch.updates]
        failure: NotStoredError | None = None
        try:
            await self._store(updates)
        except NotStoredError as error:
            failure = error
        for batch in batches:
            if batch.stored.done():  # nobody waits for it any more
                continue
            if failure is None:
                batch.stored.set_result(None)
            else:
                batch.stored.set_exception(failure)

    async def _store(self, updates: list[Update]) -> None:
        """Store them in one commit. One that cannot be stored must not keep out its neighbours."""
        try:
            stored = await self._store_in(lambda session: self._accept(session, updates))
        except Exception as error:
            if not _is_about_data(error):
                raise NotStoredError(type(error).__name__) from error
            if len(updates) == 1:
                log.error("an update cannot be stored (%s); passed over", type(error).__name__)
                return
            for update in updates:
                await self._store([update])
            return
        for accepted, what in stored:
            self._follow(accepted, what)

    def _accept(self, session: Session, updates: list[Update]) -> list[tuple[Accepted, Stored]]:
        readable = [found for update in updates if (found := _read(update)) is not None]
        stored = accepting.accept_all(session, readable, now=self._clock.now())
        return list(zip(readable, stored, strict=True))

    def _follow(self, accepted: Accepted, stored: Stored) -> None:
        """See that a press is answered in time, and show that more words are waited for."""
        callback_id = gateway.callback_id(accepted.payload)
        if callback_id is not None and stored is not Stored.KNOWN:
            self._presses.arrived(gateway.CHANNEL, callback_id, waits_as=accepted.dedupe_key)
        if stored is Stored.JOINS and len(self._typing) < MOST_TYPING:
            task = asyncio.create_task(self._sender.show_typing(accepted.chat.external_id))
            self._typing.add(task)
            task.add_done_callback(self._typing.discard)


def _is_about_data(error: Exception) -> bool:
    """Whether it is what the update holds that cannot be stored; anything else may pass."""
    cause = error.orig if isinstance(error, StatementError) else error
    return isinstance(error, DataError) or isinstance(cause, (ValueError, TypeError, OverflowError))


def _read(update: Update) -> Accepted | None:
    """The update as the inbox takes it; None, with a word in the log, if it takes none such."""
    try:
        accepted = gateway.accepted(update)
    except (KeyError, TypeError, AttributeError):
        log.warning("an update of a shape that we do not know was passed over")
        return None
    if accepted is None:
        log.info("an update of no chat was passed over")
    return accepted
