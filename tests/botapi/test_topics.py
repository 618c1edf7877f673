"""Forum topics."""

import pytest
from telegram import Bot

from tests.botapi import BotApi, Group, Person
from tests.botapi.conftest import refused


@pytest.fixture
def desk(api: BotApi, ann: Person) -> Group:
    return api.group("Desk", members=[ann], forum=True)


async def test_a_topic_of_its_own(bot: Bot, desk: Group, ann: Person) -> None:
    topic = await bot.create_forum_topic(desk.id, "LCR-1 Ann")
    thread = topic.message_thread_id
    sent = await bot.send_message(desk.id, "card", message_thread_id=thread)
    await desk.send("I will ring", by=ann, topic=thread)
    await desk.reply(desk.latest, "or you", by=ann)

    first, second = (await bot.get_updates())[-2:]

    assert sent.message_thread_id == thread
    assert first.effective_message.is_topic_message
    assert first.effective_message.reply_to_message.forum_topic_created.name == "LCR-1 Ann"
    assert second.effective_message.message_thread_id == thread
    assert second.effective_message.reply_to_message.text == "card"
    assert [m.text for m in desk.said_in(thread)] == ["", "card", "I will ring", "or you"]


async def test_a_reply_stays_in_the_topic_of_what_it_answers(
    bot: Bot, desk: Group, ann: Person
) -> None:
    thread = await desk.open_topic("Mine", by=ann)
    asked = await desk.send("who?", by=ann, topic=thread)
    sent = await bot.send_message(desk.id, "me", reply_to_message_id=asked.id)
    assert sent.message_thread_id == thread


async def test_a_deleted_topic(bot: Bot, desk: Group, ann: Person) -> None:
    thread = await desk.open_topic("Mine", by=ann)
    await desk.delete_topic(thread)
    with refused("Message thread not found"):
        await bot.send_message(desk.id, "x", message_thread_id=thread)


async def test_no_topics_in_a_plain_group(api: BotApi, bot: Bot, ann: Person) -> None:
    group = api.group("Plain", members=[ann], supergroup=True)
    with refused("The chat is not a forum"):
        await bot.create_forum_topic(group.id, "x")
    with refused("Message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=7)


async def test_topics_need_an_admin(api: BotApi, bot: Bot, ann: Person) -> None:
    group = api.group("Desk", members=[ann], forum=True, admin=False)
    with refused("Not enough rights to create a topic"):
        await bot.create_forum_topic(group.id, "x")


async def test_closing_and_renaming(bot: Bot, desk: Group, ann: Person) -> None:
    thread = (await bot.create_forum_topic(desk.id, "one")).message_thread_id
    await bot.edit_forum_topic(desk.id, thread, name="two")
    await bot.close_forum_topic(desk.id, thread)
    assert (desk.topics[thread].name, desk.topics[thread].closed) == ("two", True)
    with refused("TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(desk.id, thread)
    await bot.reopen_forum_topic(desk.id, thread)
    await bot.close_forum_topic(desk.id, thread)

    await desk.demote_bot(by=ann)
    with refused("TOPIC_CLOSED"):
        await bot.send_message(desk.id, "x", message_thread_id=thread)


@pytest.mark.parametrize("name", [" ", "x" * 129])
async def test_topic_names(bot: Bot, desk: Group, name: str) -> None:
    with refused("TOPIC_TITLE"):
        await bot.create_forum_topic(desk.id, name)


async def test_what_people_do_with_a_topic_is_told(bot: Bot, desk: Group, ann: Person) -> None:
    thread = await desk.open_topic("Mine", by=ann)
    await desk.rename_topic(thread, "Ours", by=ann)
    await desk.close_topic(thread, by=ann)
    renamed, closed = (it.message for it in (await bot.get_updates())[-2:])
    assert renamed.forum_topic_edited.name == "Ours"
    assert closed.forum_topic_closed is not None
    assert renamed.message_thread_id == closed.message_thread_id == thread
