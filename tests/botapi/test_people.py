"""The people a test drives."""

import pytest
from telegram import Bot

from tests.botapi import BotApi, Person


async def test_long_texts_leave_as_several_messages(bot: Bot, ann: Person) -> None:
    story = "word " * 1000
    await ann.send(story)
    parts = [u.effective_message.text for u in (await bot.get_updates())[1:]]
    assert len(parts) == 2
    assert all(len(part) <= 4096 for part in parts)
    assert " ".join(parts) == story.strip()


async def test_ids_are_large_and_messages_count_in_each_chat(api: BotApi, bot: Bot) -> None:
    ann, bob = api.person("Ann"), api.person("Bob")
    first, other = await ann.start(), await bob.start()
    assert (first.id, other.id) == (1, 1)
    assert min(ann.id, bob.id) > 2**32
    assert other.update_id == first.update_id + 1


async def test_start_with_a_deep_link(bot: Bot, api: BotApi) -> None:
    ann = api.person("Ann", last_name="Example", username="ann", language="en-GB")
    await ann.start("call-demo_1")
    message = (await bot.get_updates())[0].effective_message
    assert message.text == "/start call-demo_1"
    assert message.entities[0].type == "bot_command"
    assert (message.from_user.full_name, message.chat.type) == ("Ann Example", "private")
    with pytest.raises(AssertionError, match="no deep link"):
        await ann.start("two words")


async def test_editing_and_replying(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.id, "Where?")
    answer = await ann.reply(ann.latest, "Bootel")
    await ann.edit(answer, "Bootle")
    replied, edited = (await bot.get_updates())[-2:]
    assert replied.message.reply_to_message.text == "Where?"
    assert (edited.edited_message.text, edited.edited_message.message_id) == ("Bootle", answer.id)
    assert edited.edited_message.edit_date


async def test_waiting_reads_on_from_what_was_read(bot: Bot, ann: Person) -> None:
    for text in ("one", "two", "one"):
        await bot.send_message(ann.id, text)
    await ann.receives("two")
    await ann.receives("one")
    await ann.hears_nothing(within=0.05)
    with pytest.raises(AssertionError, match=r"(?s)no .'one'. within 0.05 s.*Assistant: two"):
        await ann.receives("one", timeout=0.05)
    await bot.send_message(ann.id, "three")
    with pytest.raises(AssertionError, match=r"the bot said: .'three'."):
        await ann.hears_nothing(within=0.05)


async def test_who_blocked_the_bot_presses_start_again(bot: Bot, ann: Person) -> None:
    await ann.block()
    with pytest.raises(AssertionError, match="has blocked the bot"):
        await ann.send("x")
    await ann.start()
    await bot.send_message(ann.id, "welcome back")
