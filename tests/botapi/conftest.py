"""A world, and the real client library talking to it."""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from telegram import Bot
from telegram.error import BadRequest, TelegramError
from telegram.request import HTTPXRequest

from tests.botapi import BotApi, Person


@pytest.fixture(autouse=True)
def durations_as_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns about its old plain seconds otherwise."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


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
        request=_transport(),
        get_updates_request=_transport(),
    )


def refused(
    words: str, kind: type[TelegramError] = BadRequest
) -> AbstractContextManager[pytest.ExceptionInfo[Any]]:
    """Expect Telegram's refusal; the client library changes capitals, so they do not matter."""
    return pytest.raises(kind, match=re.compile(re.escape(words), re.IGNORECASE))


def _transport() -> HTTPXRequest:
    """Plain HTTP needs no certificates, and loading them takes longer than most tests."""
    return HTTPXRequest(connection_pool_size=8, httpx_kwargs={"verify": False})
