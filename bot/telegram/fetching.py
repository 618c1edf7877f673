"""Files from Telegram: their path by `getFile`, then their bytes, no more than are wanted."""

from typing import Any, cast

from telegram import Bot
from telegram.error import BadRequest, NetworkError

from bot.pipeline.copies import FileGoneError, FileTooBigError
from bot.telegram.transport import AiohttpRequest, plain

_TOO_BIG = "file is too big"
_LATER = "temporarily unavailable"


class TelegramFetcher:
    """Fetches over the connections of a bot that `open_bot` opened."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._request = cast("AiohttpRequest", bot.request)

    async def fetch(self, handle: str, most: int) -> bytes:
        """See `copies.Fetch`. Raises TelegramError when it may work later."""
        path = await self._path(handle, most)
        status, content = await self._request.download(
            f"{self._bot.base_file_url}/{path}", most=most
        )
        if status != 200:  # a path holds for an hour: the next attempt asks for another
            raise NetworkError(f"status {status}")
        if len(content) > most:
            raise FileTooBigError
        return content

    async def _path(self, handle: str, most: int) -> str:
        try:
            found: Any = await self._request.post(
                f"{self._bot.base_url}/getFile", plain({"file_id": handle})
            )
        except BadRequest as error:
            said = error.message.lower()
            if _TOO_BIG in said:
                raise FileTooBigError from error
            if _LATER in said:
                raise
            raise FileGoneError from error
        if (found.get("file_size") or 0) > most:
            raise FileTooBigError
        path: str | None = found.get("file_path")
        if not path:
            raise FileGoneError
        return path
