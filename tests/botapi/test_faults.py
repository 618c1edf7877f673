"""Trouble to order."""

import asyncio

import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from tests.botapi import BotApi, Person


async def test_failing(api: BotApi, bot: Bot, ann: Person) -> None:
    api.fail_next("sendMessage", status=500, times=2)
    for _ in range(2):
        with pytest.raises(TelegramError, match="Internal Server Error"):
            await bot.send_message(ann.id, "x")
    await bot.send_message(ann.id, "x")
    assert len(ann.transcript) == 2
    assert not api.violations


async def test_failing_with_a_bad_gateway_or_a_flood(api: BotApi, bot: Bot, ann: Person) -> None:
    api.fail_next(status=502)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.get_me()
    api.fail_next("sendMessage", status=429, retry_after=7)
    with pytest.raises(RetryAfter, match="Retry in 0:00:07"):
        await bot.send_message(ann.id, "x")


async def test_hanging_before_anything_happens(api: BotApi, bot: Bot, ann: Person) -> None:
    api.hang_next("sendMessage", 30)
    with pytest.raises(TimedOut):
        await bot.send_message(ann.id, "x", read_timeout=0.1)
    assert len(ann.transcript) == 1


async def test_hanging_after_delivering(api: BotApi, bot: Bot, ann: Person) -> None:
    api.hang_next("sendMessage", 30, after_delivering=True)
    sending = asyncio.create_task(bot.send_message(ann.id, "x", read_timeout=0.3))
    await ann.receives("x", timeout=2)
    with pytest.raises(TimedOut):
        await sending


async def test_the_line_breaks_after_delivering(api: BotApi, bot: Bot, ann: Person) -> None:
    api.drop_connection_after_delivering()
    with pytest.raises(NetworkError):
        await bot.send_message(ann.id, "x")
    await ann.receives("x")
    await bot.send_message(ann.id, "y")
