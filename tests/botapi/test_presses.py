"""Pressing buttons, and answering presses."""

from telegram import Bot, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from tests.botapi import BotApi, Person
from tests.botapi.conftest import refused


def buttons(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(each, callback_data=each.lower())] for each in labels]
    )


async def test_a_press_arrives_with_its_message(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.id, "Sure?", reply_markup=buttons("Yes", "No"))

    press = await ann.press("No")

    query = (await bot.get_updates())[-1].callback_query
    assert (query.id, query.data, query.from_user.id) == (press.id, "no", ann.id)
    assert query.message.text == "Sure?"
    assert query.message.reply_markup == buttons("Yes", "No")


async def test_the_newest_message_with_the_button_is_meant(bot: Bot, ann: Person) -> None:
    old = await bot.send_message(ann.id, "old", reply_markup=buttons("Yes"))
    await bot.send_message(ann.id, "new", reply_markup=buttons("Yes"))
    await bot.send_message(ann.id, "no buttons")
    assert (await ann.press("Yes")).message.text == "new"
    first = ann.transcript[1]
    assert first.id == old.message_id
    assert (await ann.press("Yes", on_message=first)).message is first


async def test_an_answer_is_a_toast(api: BotApi, bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.id, "Sure?", reply_markup=buttons("Yes"))
    press = await ann.press("Yes")
    assert ann.spinning == [press]

    await bot.answer_callback_query(press.id, "Noted", show_alert=True)

    assert ann.toasts == ["Noted"]
    assert press.alert
    assert ann.spinning == []


async def test_an_answer_in_vain(api: BotApi, bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.id, "Sure?", reply_markup=buttons("Yes"))
    press = await ann.press("Yes")
    with refused("MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(press.id, "x" * 201)
    press.at -= api.limits.callback_lifetime + 1
    for query in (press.id, "404"):
        with refused("Query is too old and response timeout expired"):
            await bot.answer_callback_query(query)


async def test_links_and_copies_stay_with_the_person(bot: Bot, ann: Person) -> None:
    markup = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("Copy", copy_text=CopyTextButton("LCR-7"))],
            [InlineKeyboardButton("Go on", url=f"https://t.me/{bot.username}?start=call-demo")],
        ]
    )
    await bot.send_message(ann.id, "x", reply_markup=markup)
    await ann.press("Copy")
    assert ann.clipboard == "LCR-7"

    await ann.press("Go on")

    assert (await bot.get_updates())[-1].effective_message.text == "/start call-demo"
