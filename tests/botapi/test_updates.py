"""Long polling as Telegram does it."""

import asyncio

from telegram import Bot
from telegram.error import Conflict

from tests.botapi import BotApi, Person
from tests.botapi.conftest import refused


async def test_updates_wait_until_an_offset_confirms_them(
    api: BotApi, bot: Bot, ann: Person
) -> None:
    hello = await ann.send("hello")

    start, first = await bot.get_updates()
    again = await bot.get_updates(offset=start.update_id + 1)
    nothing = await bot.get_updates(offset=first.update_id + 1, timeout=0)

    assert (first.update_id, first.effective_message.text) == (hello.update_id, "hello")
    assert [each.update_id for each in again] == [first.update_id]
    assert not nothing
    assert api.acknowledged(hello.update_id)
    assert not api.pending


async def test_limit_keeps_a_batch_small(bot: Bot, ann: Person) -> None:
    await ann.send("one")
    await ann.send("two")
    assert len(await bot.get_updates(limit=2)) == 2


async def test_a_negative_offset_forgets_all_but_the_last(bot: Bot, ann: Person) -> None:
    last = await ann.send("last")
    (update,) = await bot.get_updates(offset=-1)
    assert update.update_id == last.update_id
    assert len(await bot.get_updates()) == 1


async def test_long_poll_returns_as_soon_as_something_happens(bot: Bot, ann: Person) -> None:
    (start,) = await bot.get_updates()
    polling = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=20))
    await asyncio.sleep(0.05)

    await ann.send("there?")

    (update,) = await asyncio.wait_for(polling, 2)
    assert update.effective_message.text == "there?"


async def test_a_second_poller_ends_the_first(api: BotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await api.called("getUpdates")

    second = asyncio.create_task(bot.get_updates(timeout=0))

    with refused("terminated by other getUpdates request", Conflict):
        await first
    assert not await second
    assert [each.code for each in api.violations] == [409]


async def test_only_kinds_asked_for_are_queued(bot: Bot, ann: Person) -> None:
    (start,) = await bot.get_updates(allowed_updates=["callback_query"])
    await ann.send("unheard")
    assert not await bot.get_updates(offset=start.update_id + 1)


async def test_an_update_can_come_twice(api: BotApi, bot: Bot, ann: Person) -> None:
    (start,) = await bot.get_updates()
    assert not await bot.get_updates(offset=start.update_id + 1)

    api.redeliver(start.update_id)

    (again,) = await bot.get_updates(offset=start.update_id + 1)
    assert again == start
