"""A world, and the real client library talking to it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.botapi import BotApi, Person


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    made = connect(api)
    async with made:
        yield made


@pytest.fixture
async def ann(api: BotApi) -> Person:
    """Ann Example, who has pressed Start."""
    ann = api.person("Ann", last_name="Example", username="ann_example")
    await ann.start()
    return ann


def connect(api: BotApi, token: str | None = None) -> Bot:
    """python-telegram-bot, pointed at the emulator."""
    return Bot(
        token or api.token,
        base_url=f"{api.url}/bot",
        base_file_url=f"{api.url}/file/bot",
        request=HTTPXRequest(connection_pool_size=8),
        get_updates_request=HTTPXRequest(connection_pool_size=8),
    )
