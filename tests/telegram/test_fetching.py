"""Files from the emulated Bot API: as many bytes as are wanted, and its refusals in our words."""

from collections.abc import AsyncIterator

import pytest
from telegram.error import NetworkError, TelegramError

from bot.pipeline.copies import FileGoneError, FileTooBigError
from bot.telegram.bot import open_bot
from bot.telegram.fetching import TelegramFetcher
from tests.botapi import BotApi

MOST = 100


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as served:
        yield served


@pytest.fixture
async def fetcher(api: BotApi) -> AsyncIterator[TelegramFetcher]:
    async with open_bot(api.token, api_url=api.url) as (bot, _me):
        yield TelegramFetcher(bot)


async def test_a_file_comes_as_it_is(api: BotApi, fetcher: TelegramFetcher) -> None:
    stored = api.world.files.keep("voice", b"OggS a voice", suffix=".oga")
    assert await fetcher.fetch(stored.id, MOST) == b"OggS a voice"


@pytest.mark.parametrize("said", [MOST + 1, 21 * 1024 * 1024])
async def test_a_big_file_is_not_downloaded(
    api: BotApi, fetcher: TelegramFetcher, said: int
) -> None:
    stored = api.world.files.keep("video", b"\0", size=said)
    with pytest.raises(FileTooBigError):
        await fetcher.fetch(stored.id, MOST)


async def test_a_file_that_is_bigger_than_it_was_said_to_be_is_broken_off(
    api: BotApi, fetcher: TelegramFetcher
) -> None:
    stored = api.world.files.keep("video", bytes(1024 * 1024), size=10)
    with pytest.raises(FileTooBigError):
        await fetcher.fetch(stored.id, MOST)


async def test_a_file_that_telegram_does_not_know_is_gone(fetcher: TelegramFetcher) -> None:
    with pytest.raises(FileGoneError):
        await fetcher.fetch("nobody's", MOST)


async def test_what_may_work_later_is_told_apart(api: BotApi, fetcher: TelegramFetcher) -> None:
    stored = api.world.files.keep("voice", b"OggS")
    busy = "Bad Request: wrong file_id or the file is temporarily unavailable"
    api.fail_next("getFile", status=429, retry_after=3)
    api.fail_next("getFile", status=400, description=busy)
    api.fail_next("getFile", status=502)
    for _trouble in range(3):
        with pytest.raises(TelegramError):
            await fetcher.fetch(stored.id, MOST)
    assert await fetcher.fetch(stored.id, MOST) == b"OggS"


async def test_a_path_that_holds_no_more_is_asked_for_again(
    api: BotApi, fetcher: TelegramFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = api.world.files.keep("voice", b"OggS")
    with monkeypatch.context() as moved:
        moved.setattr(api.world.files, "at", lambda _path: None)
        with pytest.raises(NetworkError) as error:
            await fetcher.fetch(stored.id, MOST)
    assert api.token not in str(error.value)
    assert await fetcher.fetch(stored.id, MOST) == b"OggS"
