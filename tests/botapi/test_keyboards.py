"""What Telegram takes as a keyboard."""

from typing import Any

import pytest
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    WebAppInfo,
)

from tests.botapi import BotApi, Person
from tests.botapi.conftest import refused

HTTPS = WebAppInfo("https://example.org/app")


def inline(label: str, **action: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, **action)]])


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        (inline("x", callback_data="£" * 33), "BUTTON_DATA_INVALID"),
        (inline("x", callback_data=""), "Text buttons are unallowed"),
        (inline("x"), "Text buttons are unallowed"),
        (inline(" ", callback_data="a"), "text must be non-empty"),
        (inline("x", url="not a link"), "is invalid"),
        (inline("x", url="http://localhost:8000/"), "is invalid"),
        (inline("x", copy_text=CopyTextButton("a" * 257)), "BUTTON_COPY_TEXT_INVALID"),
        (inline("x", web_app=WebAppInfo("http://example.org")), "Only HTTPS links"),
        (inline("x", callback_data="a", style="purple"), "button style"),
        (
            InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="a")]] * 101),
            "reply markup is too long",
        ),
        (ReplyKeyboardMarkup([[KeyboardButton(" ")]]), "text must be non-empty"),
    ],
)
async def test_refused(api: BotApi, bot: Bot, ann: Person, markup: Any, complaint: str) -> None:
    with refused(complaint):
        await bot.send_message(ann.id, "x", reply_markup=markup)
    assert len(ann.transcript) == 1
    assert len(api.violations) == 1


@pytest.mark.parametrize(
    "markup",
    [
        inline("x", callback_data="a" * 64),
        inline("x", url="https://example.org"),
        inline("x", url="tg://user?id=1"),
        inline("x", copy_text=CopyTextButton("a" * 256)),
        inline("x", web_app=HTTPS),
        inline("x", callback_data="a", style="primary"),
    ],
)
async def test_accepted(bot: Bot, ann: Person, markup: InlineKeyboardMarkup) -> None:
    sent = await bot.send_message(ann.id, "x", reply_markup=markup)
    assert sent.reply_markup == markup


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        (inline("x", web_app=HTTPS), "BUTTON_TYPE_INVALID"),
        (ReplyKeyboardMarkup([[KeyboardButton("x", request_contact=True)]]), "private chats only"),
        (ReplyKeyboardMarkup([[KeyboardButton("x", web_app=HTTPS)]]), "private chats only"),
    ],
)
async def test_refused_in_groups(
    api: BotApi, bot: Bot, ann: Person, markup: Any, complaint: str
) -> None:
    group = api.group("Desk", members=[ann])
    with refused(complaint):
        await bot.send_message(group.id, "x", reply_markup=markup)


async def test_reply_keyboard_is_shown_until_removed(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.id, "x", reply_markup=ReplyKeyboardMarkup([["Yes", "No"]]))
    assert ann.keyboard == [["Yes", "No"]]

    await ann.press("No")
    assert ann.transcript[-1].text == "No"
    assert ann.keyboard == [["Yes", "No"]]

    await bot.send_message(ann.id, "y", reply_markup=ReplyKeyboardRemove())
    assert ann.keyboard == []


async def test_sharing_a_number(bot: Bot, ann: Person) -> None:
    with pytest.raises(AssertionError, match="no button asks for the number"):
        await ann.share_contact()
    keys = [[KeyboardButton("Share my number", request_contact=True)], ["Skip"]]
    markup = ReplyKeyboardMarkup(keys, one_time_keyboard=True)
    await bot.send_message(ann.id, "May we ring?", reply_markup=markup)

    await ann.share_contact("+447700900456")

    contact = (await bot.get_updates())[-1].effective_message.contact
    assert (contact.phone_number, contact.user_id) == ("+447700900456", ann.id)
    assert ann.keyboard == []
