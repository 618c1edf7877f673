"""Long polling as Telegram does it."""

import asyncio

import pytest
from telegram import Bot
from telegram.error import Conflict

from tests.botapi import BotApi, Person


async def test_updates_wait_until_an_offset_confirms_them(
    api: BotApi, bot: Bot, ann: Person
) -> None:
    hello = await ann.send("hello")

    start, first = await bot.get_updates()
    again = await bot.get_updates(offset=start.update_id + 1)
    nothing = await bot.get_updates(offset=first.update_id + 1, timeout=0)

    assert (first.update_id, first.message.text) == (hello.update_id, "hello")
    assert [each.update_id for each in again] == [first.update_id]
    assert not nothing
    assert api.acknowledged(hello.update_id)
    assert not api.pending


async def test_long_poll_returns_as_soon_as_something_happens(bot: Bot, ann: Person) -> None:
    (start,) = await bot.get_updates()
    polling = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=20))
    await asyncio.sleep(0.05)

    await ann.send("there?")

    (update,) = await asyncio.wait_for(polling, 2)
    assert update.message.text == "there?"


async def test_a_second_poller_ends_the_first(api: BotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await api.called("getUpdates")

    second = asyncio.create_task(bot.get_updates(timeout=0))

    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    assert not await second
