"""Opening the line to Telegram, and what it is told at start."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager

from telegram import Bot, BotCommand, User
from telegram.error import InvalidToken, TelegramError

from bot.telegram.transport import AiohttpRequest

log = logging.getLogger(__name__)

ATTEMPTS = 5
CONNECTIONS = 64


class TokenRefusedError(Exception):
    """Telegram does not know this token."""


class NoTelegramError(Exception):
    """Telegram did not answer at start."""


@asynccontextmanager
async def open_bot(token: str, *, api_url: str) -> AsyncIterator[tuple[Bot, User]]:
    """A bot that has said who it is. Raises TokenRefusedError or NoTelegramError."""
    bot = Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=AiohttpRequest(connections=CONNECTIONS),
        get_updates_request=AiohttpRequest(connections=2),
    )
    try:
        yield bot, await _who_am_i(bot)
    finally:
        await bot.shutdown()


async def introduce(bot: Bot, *, commands: Sequence[tuple[str, str]], about: str) -> None:
    """Register the commands and the short description; a refusal is only a warning."""
    await asyncio.gather(
        _try("the commands", bot.set_my_commands([BotCommand(*pair) for pair in commands])),
        _try("the description", bot.set_my_short_description(about[:120])),
    )


async def _who_am_i(bot: Bot) -> User:
    for attempt in range(ATTEMPTS):
        try:
            await bot.initialize()
        except InvalidToken:
            raise TokenRefusedError from None  # the cause quotes the token
        except TelegramError as error:
            log.warning("Telegram does not answer (%s)", type(error).__name__)
            await asyncio.sleep(min(2**attempt, 5))
        else:
            return bot.bot
    raise NoTelegramError


async def _try(what: str, call: Awaitable[object]) -> None:
    try:
        await call
    except TelegramError as error:
        log.warning("Telegram did not take %s (%s)", what, type(error).__name__)
