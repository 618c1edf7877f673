"""How fast the bot may speak."""

from datetime import timedelta

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import RetryAfter

from tests.botapi import BotApi, Person

YES = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(api: BotApi) -> Clock:
    clock = api.world.pace.clock = Clock()
    return clock


async def refused(bot: Bot, chat_id: int) -> float:
    """Seconds Telegram wants the bot to wait."""
    with pytest.raises(RetryAfter) as refusal:
        await bot.send_message(chat_id, "x")
    return refusal.value.retry_after.total_seconds()


async def test_a_short_burst_passes_then_one_a_second(
    api: BotApi, bot: Bot, ann: Person, clock: Clock
) -> None:
    for _ in range(api.limits.private_burst):
        await bot.send_message(ann.id, "x")
    assert await refused(bot, ann.id) == 1

    clock.now += 1
    await bot.send_message(ann.id, "x")
    assert await refused(bot, ann.id) == 1

    assert [each.code for each in api.violations] == [429, 429]
    assert len(ann.transcript) == 1 + api.limits.private_burst + 1


async def test_edits_count_and_free_calls_do_not(
    api: BotApi, bot: Bot, ann: Person, clock: Clock
) -> None:
    sent = await bot.send_message(ann.id, "0", reply_markup=YES)
    for number in range(1, api.limits.private_burst):
        await bot.edit_message_text(f"{number}", ann.id, sent.message_id, reply_markup=YES)
    press = await ann.press("Yes")
    await bot.answer_callback_query(press.id)
    await bot.send_chat_action(ann.id, "typing")
    with pytest.raises(RetryAfter):
        await bot.edit_message_text("x", ann.id, sent.message_id)


async def test_twenty_a_minute_in_a_group(api: BotApi, bot: Bot, ann: Person, clock: Clock) -> None:
    group = api.group("Desk", members=[ann], forum=True)
    await bot.create_forum_topic(group.id, "one")
    for _ in range(19):
        clock.now += 1
        await bot.send_message(group.id, "x")
    assert await refused(bot, group.id) == 41
    clock.now += 41
    await bot.send_message(group.id, "x")


async def test_thirty_a_second_over_all(api: BotApi, bot: Bot, clock: Clock) -> None:
    people = [api.person(f"P{number}") for number in range(31)]
    for person in people:
        await person.start()
    for person in people[:-1]:
        await bot.send_message(person.id, "x")
    assert await refused(bot, people[-1].id) == 1
    clock.now += 1
    await bot.send_message(people[-1].id, "x")


async def test_limits_can_be_switched_off(api: BotApi, bot: Bot, ann: Person) -> None:
    api.limits.on = False
    for _ in range(40):
        await bot.send_message(ann.id, "x")
    assert not api.violations


async def test_a_flood_to_order_is_no_violation(
    api: BotApi, bot: Bot, ann: Person, clock: Clock
) -> None:
    bob = api.person("Bob")
    await bob.start()
    api.flood(ann, retry_after=3)
    assert await refused(bot, ann.id) == timedelta(seconds=3).total_seconds()
    await bot.send_message(bob.id, "x")
    clock.now += 3
    await bot.send_message(ann.id, "x")
    api.flood(retry_after=2)
    assert await refused(bot, bob.id) == 2
    assert not api.violations
