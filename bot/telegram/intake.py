"""Long polling: a batch is stored before it is confirmed, so that nothing is lost."""

import asyncio
import logging
import uuid
import warnings
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.warnings import PTBUserWarning

from bot.clock import Clock
from bot.pipeline.parcel import Sender
from bot.pipeline.presses import Presses
from bot.pipeline.signals import Signals
from bot.telegram import gateway
from storage import inbox, leases
from storage.database import Database

log = logging.getLogger(__name__)

# The library would rather parse updates. They are stored as they came and parsed in their turn,
# so that one that cannot be parsed is set aside alone.
warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)

POLL_SECONDS = 12  # how long Telegram keeps a request that has nothing to tell
BATCH = 100
LEASE = timedelta(seconds=25)  # longer than a poll takes; how long a dead poller is waited for
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0


class Polling:
    """Fetches updates for ever and puts them into the inbox."""

    def __init__(
        self,
        *,
        bot: Bot,
        database: Database,
        clock: Clock,
        signals: Signals,
        presses: Presses,
        sender: Sender,
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._signals = signals
        self._presses = presses
        self._sender = sender
        self._offset = 0
        self._owner = str(uuid.uuid4())

    async def run(self) -> None:
        """Poll until told to stop; what was not confirmed by then comes again."""
        polling = asyncio.create_task(self._poll_on())
        stopping = asyncio.create_task(self._signals.stopping.wait())
        await asyncio.wait([polling, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (polling, stopping):
            task.cancel()
        (outcome, _stopped) = await asyncio.gather(polling, stopping, return_exceptions=True)
        await self._database.write(
            lambda session: leases.let_go(session, name="poller", owner=self._owner)
        )
        if isinstance(outcome, Exception):
            raise outcome

    async def _poll_on(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._poll()
                pause = FIRST_PAUSE
            except (TelegramError, DBAPIError) as error:
                log.error(_explain(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _poll(self) -> None:
        if not await self._database.write(self._may_poll):
            await asyncio.sleep(FIRST_PAUSE)
            return
        updates: list[dict[str, Any]] = await self._bot.do_api_request(
            "getUpdates",
            api_kwargs={
                "offset": self._offset,
                "limit": BATCH,
                "timeout": POLL_SECONDS,
                "allowed_updates": gateway.ALLOWED_UPDATES,
            },
            read_timeout=POLL_SECONDS + 8,
        )
        if not updates:
            return
        writing = await self._database.write(lambda session: self._store(session, updates))
        self._offset = updates[-1]["update_id"] + 1
        self._signals.inbox.set()
        for update in updates:
            if (callback_id := gateway.callback_id(update)) is not None:
                self._presses.arrived(gateway.CHANNEL, callback_id)
        await asyncio.gather(*(self._sender.show_typing(chat) for chat in writing))

    def _may_poll(self, session: Session) -> bool:
        """Telegram takes one poller: among several processes the holder of the lease polls."""
        now = self._clock.now()
        return leases.hold(session, name="poller", owner=self._owner, now=now, period=LEASE)

    def _store(self, session: Session, updates: list[dict[str, Any]]) -> set[str]:
        """Store a batch; the chats where more words may follow before they are answered."""
        now = self._clock.now()
        writing = set()
        for update in updates:
            accepted = gateway.accepted(update)
            if accepted is None:
                log.info("an update of no chat was passed over")
            elif inbox.accept(session, accepted, now=now) is inbox.Stored.JOINS:
                writing.add(accepted.chat.external_id)
        return writing


def _explain(error: Exception) -> str:
    match error:
        case InvalidToken():
            return "Telegram refuses the token (401): check TELEGRAM_TOKEN"
        case Conflict():
            return (
                "somebody else polls with this token, or a webhook is set (409): stop the other one"
            )
        case NetworkError():
            return f"Telegram cannot be reached ({type(error).__name__}); trying again"
    return f"updates could not be fetched or stored ({type(error).__name__}); trying again"
