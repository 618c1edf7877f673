"""Long polling: a batch is stored before it is confirmed, so that nothing is lost."""

import logging
import time
import uuid
import warnings
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, NetworkError, TelegramError
from telegram.warnings import PTBUserWarning

from bot.clock import Clock
from bot.pipeline.pulse import Pulse
from bot.pipeline.signals import Signals
from bot.telegram import gateway
from bot.telegram.intake import Intake, NotStoredError, Update
from storage import leases
from storage.database import Database

log = logging.getLogger(__name__)

# The library would rather parse updates. They are stored as they came and parsed in their turn,
# so that one that cannot be parsed is set aside alone.
warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)

POLL_SECONDS = 8  # how long Telegram keeps a request that has nothing to tell
READ_SECONDS = POLL_SECONDS + 5
BATCH = 100
GATHER = 0.11  # seconds from one batch to the next request, in which a crowd comes together
RENEW_AFTER = 5.0  # seconds
LEASE = timedelta(seconds=24)  # longer than a poll and what may pass before it
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
REFUSED = (InvalidToken, EndPointNotFound)  # the library takes a 401 for either


class Polling:
    """Fetches updates for ever; of several processes one at a time, by a lease."""

    def __init__(
        self, *, bot: Bot, database: Database, clock: Clock, signals: Signals, intake: Intake
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._signals = signals
        self._intake = intake
        self._pulse = Pulse(database=database, clock=clock, channel=gateway.CHANNEL)
        self._offset = 0
        self._owner = str(uuid.uuid4())
        self._renewed_at: float | None = None

    async def run(self) -> None:
        """Poll until told to stop; what was not confirmed by then comes again, and is known."""
        pause = FIRST_PAUSE
        may_begin = False
        while not self._signals.stopping.is_set():
            try:
                may_begin = may_begin or await self._end_webhook()
                await self._poll()
                pause = FIRST_PAUSE
            except (TelegramError, DBAPIError, NotStoredError) as error:
                log.error(_explain(error))
                pause = LONGEST_PAUSE if isinstance(error, REFUSED) else pause
                await self._signals.pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        await self._let_go()

    async def _end_webhook(self) -> bool:
        """A webhook from an earlier start would keep us out; Telegram keeps what waits.

        Only at the start: later, whoever sets one has other settings than we, and newer ones.
        """
        return await self._bot.delete_webhook(drop_pending_updates=False)

    async def _poll(self) -> None:
        if not await self._is_elected() or await self._intake.is_full():
            await self._signals.pause(FIRST_PAUSE)
            return
        updates = await self._signals.unless_stopped(self._fetch())
        if updates is not None:
            await self._pulse.beat()  # before they are stored: their turns may ask about an outage
        if updates:
            came_at = time.monotonic()
            await self._intake.take(updates)
            self._offset = updates[-1]["update_id"] + 1
            await self._signals.pause(came_at + GATHER - time.monotonic())

    async def _fetch(self) -> list[Update]:
        updates: list[Update] = await self._bot.do_api_request(
            "getUpdates",
            api_kwargs={
                "offset": self._offset,
                "limit": BATCH,
                "timeout": POLL_SECONDS,
                "allowed_updates": gateway.ALLOWED_UPDATES,
            },
            read_timeout=READ_SECONDS,
        )
        return updates

    async def _is_elected(self) -> bool:
        """Telegram takes one poller: among several processes the holder of the lease polls."""
        moment = time.monotonic()
        if self._renewed_at is not None and moment - self._renewed_at < RENEW_AFTER:
            return True
        held = await self._database.write(
            lambda session: leases.hold(
                session, name="poller", owner=self._owner, now=self._clock.now(), period=LEASE
            )
        )
        if held and self._renewed_at is None:
            log.info("this process polls Telegram")
        self._renewed_at = moment if held else None
        return held

    async def _let_go(self) -> None:
        """So that another process polls at once."""
        try:
            await self._database.write(
                lambda session: leases.let_go(session, name="poller", owner=self._owner)
            )
        except DBAPIError as error:
            log.warning("the poller's lease has to run out (%s)", type(error.orig).__name__)


def _explain(error: Exception) -> str:
    match error:
        case InvalidToken() | EndPointNotFound():
            return "Telegram refuses the token (401): check TELEGRAM_TOKEN"
        case Conflict() if "webhook" in error.message:
            return "a webhook is set for this token (409), so that polling gets nothing"
        case Conflict():
            return "somebody else polls with this token (409): stop the other one"
        case NetworkError():
            return f"Telegram cannot be reached ({type(error).__name__}); trying again"
        case NotStoredError():
            return f"updates could not be stored ({error}); trying again"
    return f"polling failed ({type(error).__name__}); trying again"
