"""Logging to stderr, without the token and without what people wrote."""

import logging
import re

from bot.settings import Settings

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,}")


class WithoutSecrets(logging.Formatter):
    """Masks anything that looks like a bot token, wherever in a line or traceback it stands."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, masked."""
        return _TOKEN.sub("[token]", super().format(record))


def set_up_logs(settings: Settings) -> None:
    """Everything to stderr; libraries that log addresses or contents only from warnings up."""
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutSecrets("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "telegram", "sqlalchemy", "alembic", "asyncio", "rasa_sdk"):
        logging.getLogger(name).setLevel(logging.WARNING)
