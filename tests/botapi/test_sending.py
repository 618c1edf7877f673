"""Where the bot may write, and what it may answer."""

import pytest
from telegram import Bot, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden

from tests.botapi import BotApi, Person
from tests.botapi.conftest import refused


async def test_a_person_reads_what_the_bot_says(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.id, "Hello Ann")
    message = await ann.receives("hello")
    assert message.text == "Hello Ann"
    assert str(ann.transcript) == "Ann Example: /start\nAssistant: Hello Ann"


async def test_nobody_is_there(bot: Bot) -> None:
    with refused("Chat not found"):
        await bot.send_message(42, "x")


async def test_who_never_pressed_start_cannot_be_written_to(api: BotApi, bot: Bot) -> None:
    bob = api.person("Bob")
    with refused("bot can't initiate conversation with a user", Forbidden):
        await bot.send_message(bob.id, "x")
    assert len(api.violations) == 1


async def test_who_blocked_the_bot_is_left_alone(api: BotApi, bot: Bot, ann: Person) -> None:
    await ann.block()
    with refused("bot was blocked by the user", Forbidden):
        await bot.send_message(ann.id, "x")
    change = (await bot.get_updates())[-1].my_chat_member
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("member", "kicked")

    await ann.unblock()
    await bot.send_message(ann.id, "x")
    assert (await bot.get_updates())[-1].my_chat_member.new_chat_member.status == "member"
    assert not api.violations


async def test_a_deleted_account(bot: Bot, ann: Person) -> None:
    ann.deactivate()
    with refused("user is deactivated", Forbidden):
        await bot.send_message(ann.id, "x")


async def test_replies_name_a_message_that_is_there(bot: Bot, ann: Person) -> None:
    question = await ann.send("why?")
    sent = await bot.send_message(ann.id, "because", reply_parameters=ReplyParameters(question.id))
    assert sent.reply_to_message.text == "why?"

    await bot.delete_message(ann.id, question.id)
    with refused("Message to be replied not found"):
        await bot.send_message(ann.id, "x", reply_parameters=ReplyParameters(question.id))
    lenient = ReplyParameters(question.id, allow_sending_without_reply=True)
    sent = await bot.send_message(ann.id, "x", reply_parameters=lenient)
    assert sent.reply_to_message is None


async def test_typing_is_seen(bot: Bot, ann: Person) -> None:
    await bot.send_chat_action(ann.id, ChatAction.TYPING)
    assert ann.typing == ["typing"]
    with refused("Wrong parameter action"):
        await bot.send_chat_action(ann.id, "yawning")


async def test_copy_and_forward(api: BotApi, bot: Bot, ann: Person) -> None:
    group = api.group("Desk", members=[ann])
    voice = await ann.voice("listen")

    copied = await bot.copy_message(group.id, ann.id, voice.id, caption="from a resident")
    forwarded = await bot.forward_message(group.id, ann.id, voice.id)

    assert group.transcript[-2].id == copied.message_id
    assert (group.transcript[-2].medium, group.transcript[-2].text) == (
        "voice",
        "from a resident",
    )
    assert forwarded.forward_origin.sender_user.id == ann.id
    with refused("Message to copy not found"):
        await bot.copy_message(group.id, ann.id, 999)
    with refused("Message to forward not found"):
        await bot.forward_message(group.id, ann.id, 999)


async def test_calls_are_recorded(api: BotApi, bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.id, "x")
    with pytest.raises(BadRequest):
        await bot.send_message(1, "y")

    good, bad = api.calls("sendMessage")

    assert (good.ok, good.params["text"], good.result["message_id"]) == (True, "x", 2)
    assert (bad.status, bad.description) == (400, "Bad Request: chat not found")
    assert api.calls("sendMessage", chat=ann) == [good]
