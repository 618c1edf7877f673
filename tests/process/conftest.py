"""A world to test in: the emulated Bot API, and the assistant as a process of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.botapi import BotApi
from tests.process.assistant import Assistant


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Telegram, as far as a bot can tell."""
    async with BotApi() as served:
        yield served


@pytest.fixture
async def assistant(api: BotApi, database_url: str, tmp_path: Path) -> AsyncIterator[Assistant]:
    """The assistant, not started yet, connected to that Telegram; on each kind of database."""
    settings = {
        "TELEGRAM_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "DATABASE_URL": database_url,
        "QUIET_HOURS": "off",
        "PREVIEW": "off",
    }
    process = Assistant(settings, folder=tmp_path)
    yield process
    await process.kill()
