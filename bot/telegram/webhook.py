"""The webhook: Telegram posts updates here, and hears 200 only when they are stored.

When the process stops the webhook is left in place. Telegram keeps what it cannot hand over for a
day and posts it again, so the next start gets everything; taking the webhook away would cut off
other processes behind the same address, and gain nothing: a start without PUBLIC_URL takes it
away itself before it polls, and nothing that waits is dropped on either way.
"""

import hmac
import json
import logging

from aiohttp import web
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.pipeline.signals import Signals
from bot.telegram import gateway
from bot.telegram.intake import Intake, NotStoredError, Update

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
LONGEST_BODY = 1024 * 1024  # bytes; Telegram's updates are far shorter
CONNECTIONS = 40  # Telegram opens no more at once
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
RETRY_AFTER = "2"  # seconds


class Webhook:
    """Takes what Telegram posts. `address` is our root as the outside sees it."""

    def __init__(
        self, *, bot: Bot, signals: Signals, intake: Intake, address: str, secret: str
    ) -> None:
        self._bot = bot
        self._signals = signals
        self._intake = intake
        self._url = address + PATH
        self._secret = secret

    def add_to(self, site: web.Application) -> None:
        """Add the route."""
        site.router.add_post(PATH, self.arrive)

    async def run(self) -> None:
        """Tell Telegram where we are, again and again until it takes it."""
        pause = FIRST_PAUSE
        while not self._signals.stopping.is_set():
            try:
                await self._bot.set_webhook(
                    self._url,
                    secret_token=self._secret,
                    allowed_updates=gateway.ALLOWED_UPDATES,
                    max_connections=CONNECTIONS,
                    drop_pending_updates=False,
                )
            except TelegramError as error:
                log.error("the webhook could not be set: %s; trying again", _explain(error))
                await self._signals.pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                log.info("Telegram posts updates to %s", self._url)
                return

    async def arrive(self, request: web.Request) -> web.Response:
        """One update. What is not stored is answered so that Telegram posts it again."""
        if not self._is_from_telegram(request):
            return web.Response(status=403)
        if self._signals.stopping.is_set() or await self._intake.is_full():
            return _later()
        update = _update_in(await _body_of(request))
        if update is None:
            return web.Response(status=400)
        try:
            await self._intake.take([update])
        except NotStoredError as error:
            log.error("an update could not be stored (%s); it comes again", error)
            return _later()
        return web.Response()

    def _is_from_telegram(self, request: web.Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._secret.encode())


async def _body_of(request: web.Request) -> bytes:
    """The body. Raises HTTPRequestEntityTooLarge (413) before more than the limit is read."""
    if (request.content_length or 0) > LONGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LONGEST_BODY, request.content_length or 0)
    return await request.clone(client_max_size=LONGEST_BODY).read()


def _update_in(body: bytes) -> Update | None:
    """The update, or None if the body is none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and type(update.get("update_id")) is int else None


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})


def _explain(error: TelegramError) -> str:
    if isinstance(error, InvalidToken):
        return "Telegram refuses the token (401), check TELEGRAM_TOKEN"
    return f"{type(error).__name__}: {error.message}"
