"""Changing, removing and pinning what was said."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from tests.botapi import BotApi, Person
from tests.botapi.conftest import refused
from tests.botapi.files import PIXEL

YES = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])


async def test_an_edit_is_seen_and_read(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "one", reply_markup=YES)
    await ann.receives("one")

    await bot.edit_message_text("two", ann.id, sent.message_id, reply_markup=YES)

    message = await ann.receives("two")
    assert (message.id, message.buttons) == (sent.message_id, ["Yes"])
    assert "Assistant: two (edited)\n   [ Yes ]" in ann.transcript


async def test_an_edit_without_markup_takes_the_buttons_away(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "one", reply_markup=YES)
    await bot.edit_message_text("two", ann.id, sent.message_id)
    assert ann.latest.buttons == []
    with pytest.raises(AssertionError, match="no button 'Yes'"):
        await ann.press("Yes")
    press = await ann.press("Yes", on_message=ann.latest)
    assert press.data == "yes"


async def test_an_edit_must_change_something(api: BotApi, bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "<b>one</b>", "HTML", reply_markup=YES)
    with refused("Message is not modified: specified new message content"):
        await bot.edit_message_text(
            "<b>one</b>", ann.id, sent.message_id, parse_mode="HTML", reply_markup=YES
        )
    await bot.edit_message_text("one", ann.id, sent.message_id, reply_markup=YES)
    assert not api.violations


async def test_buttons_alone_can_change(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "one", reply_markup=YES)
    await bot.edit_message_reply_markup(ann.id, sent.message_id)
    assert ann.latest.buttons == []
    with refused("not modified"):
        await bot.edit_message_reply_markup(ann.id, sent.message_id)


async def test_what_is_gone_cannot_be_edited_or_deleted(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "one")
    await bot.delete_message(ann.id, sent.message_id)
    assert "one" not in ann.transcript
    with refused("Message to edit not found"):
        await bot.edit_message_text("two", ann.id, sent.message_id)
    with refused("Message to delete not found"):
        await bot.delete_message(ann.id, sent.message_id)


async def test_only_own_messages_can_be_edited(bot: Bot, ann: Person) -> None:
    theirs = await ann.send("mine")
    with refused("Message can't be edited"):
        await bot.edit_message_text("two", ann.id, theirs.id)


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "one", reply_markup=ReplyKeyboardMarkup([["a"]]))
    with refused("Message can't be edited"):
        await bot.edit_message_text("two", ann.id, sent.message_id)


async def test_an_edit_takes_inline_buttons_only(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "one")
    markup = ReplyKeyboardMarkup([["a"]])
    with refused("Inline keyboard expected"):
        await bot.edit_message_text("two", ann.id, sent.message_id, reply_markup=markup)


async def test_captions_and_texts_are_edited_apart(bot: Bot, ann: Person) -> None:
    photo = await bot.send_photo(ann.id, PIXEL, caption="one")
    text = await bot.send_message(ann.id, "one")
    await bot.edit_message_caption(ann.id, photo.message_id, caption="two")
    await ann.receives("two")
    with refused("There is no text in the message to edit"):
        await bot.edit_message_text("x", ann.id, photo.message_id)
    with refused("There is no caption in the message to edit"):
        await bot.edit_message_caption(ann.id, text.message_id, caption="x")


async def test_old_messages_cannot_be_deleted(api: BotApi, bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "one")
    ann.latest.date -= 49 * 3600
    with refused("Message can't be deleted"):
        await bot.delete_message(ann.id, sent.message_id)


async def test_in_groups_only_an_admin_removes_and_pins(api: BotApi, bot: Bot, ann: Person) -> None:
    group = api.group("Desk", members=[ann])
    theirs = await group.send("hello", by=ann)
    with refused("Message can't be deleted"):
        await bot.delete_message(group.id, theirs.id)
    with refused("Not enough rights to manage pinned messages"):
        await bot.pin_chat_message(group.id, theirs.id)

    await group.promote_bot(by=ann)
    await bot.pin_chat_message(group.id, theirs.id)
    await bot.delete_message(group.id, theirs.id)
    assert group.chat.pinned == [theirs.id]


async def test_reactions_come_from_the_known_set(bot: Bot, ann: Person) -> None:
    hello = await ann.send("hello")
    await bot.set_message_reaction(ann.id, hello.id, "👍")
    assert hello.reactions == ["👍"]
    with refused("REACTIONS_TOO_MANY"):
        await bot.set_message_reaction(ann.id, hello.id, ["👍", "🎉"])
    with refused("REACTION_INVALID"):
        await bot.set_message_reaction(ann.id, hello.id, "🧀")
