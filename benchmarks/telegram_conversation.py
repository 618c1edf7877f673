"""The conversation with python-telegram-bot's ConversationHandler, as its examples are written."""

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update, User
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    ExtBot,
    MessageHandler,
    filters,
)

from benchmarks.script import Doing

Context = ContextTypes.DEFAULT_TYPE
HELLO, WHO, DAY, LUNCH, NAME, WHY, SURE = range(7)
WHO_CHOICES = {"me": "Me", "group": "Group", "school": "School"}
DAY_CHOICES = {"weekday": "Weekday", "saturday": "Saturday", "sunday": "Sunday"}
YES_NO = {"yes": "Yes, please", "no": "No thanks"}


def keyboard(choices: dict[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=value)] for value, label in choices.items()]
    )


async def start(update: Update, _context: Context) -> int:
    await update.message.reply_text("Hello.", reply_markup=keyboard({"visit": "Book a visit"}))
    return HELLO


async def visit(update: Update, _context: Context) -> int:
    query = update.callback_query
    await query.answer()
    await query.message.reply_html("<b>A visit</b>\nSix questions, and you are booked.")
    await query.message.reply_text("Who is coming?", reply_markup=keyboard(WHO_CHOICES))
    return WHO


async def who(update: Update, context: Context) -> int:
    query = update.callback_query
    await query.answer()
    context.user_data["who"] = WHO_CHOICES[query.data]
    await query.message.reply_text("Which day suits you?", reply_markup=keyboard(DAY_CHOICES))
    return DAY


async def day_typed(update: Update, context: Context) -> int:
    value = update.message.text.strip().lower()
    if value not in DAY_CHOICES:
        await update.message.reply_text("Which day?", reply_markup=keyboard(DAY_CHOICES))
        return DAY
    context.user_data["day"] = DAY_CHOICES[value]
    await update.message.reply_text("Would you like lunch?", reply_markup=keyboard(YES_NO))
    return LUNCH


async def day_pressed(update: Update, context: Context) -> int:
    query = update.callback_query
    await query.answer()
    context.user_data["day"] = DAY_CHOICES[query.data]
    await query.message.reply_text("Would you like lunch?", reply_markup=keyboard(YES_NO))
    return LUNCH


async def lunch(update: Update, context: Context) -> int:
    query = update.callback_query
    await query.answer()
    context.user_data["lunch"] = query.data == "yes"
    await query.message.reply_text("What name shall we put down?")
    return NAME


async def name(update: Update, context: Context) -> int:
    context.user_data["name"] = update.message.text
    await update.message.reply_text("What would you like to see?")
    return WHY


async def why(update: Update, context: Context) -> int:
    context.user_data["why"] = update.message.text
    await update.message.reply_text("Shall we book it?", reply_markup=keyboard(YES_NO))
    return SURE


async def sure(update: Update, context: Context) -> int:
    query = update.callback_query
    await query.answer()
    data = context.user_data
    if query.data == "yes":
        await query.message.reply_text(f"Booked for {data['name']}: {data['who']}, {data['day']}.")
    else:
        await query.message.reply_text("Not booked, then.")
    data.clear()
    return ConversationHandler.END


async def cancel(update: Update, _context: Context) -> int:
    await update.message.reply_text("Cancelled.")
    return ConversationHandler.END


def conversation() -> ConversationHandler[Context]:
    words = filters.TEXT & ~filters.COMMAND
    return ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={
            HELLO: [CallbackQueryHandler(visit, pattern="^visit$")],
            WHO: [CallbackQueryHandler(who)],
            DAY: [CallbackQueryHandler(day_pressed), MessageHandler(words, day_typed)],
            LUNCH: [CallbackQueryHandler(lunch)],
            NAME: [MessageHandler(words, name)],
            WHY: [MessageHandler(words, why)],
            SURE: [CallbackQueryHandler(sure)],
        },
        fallbacks=[CommandHandler("cancel", cancel)],
    )


class SilentBot(ExtBot[None]):
    """Takes what is said before anything is made of it, so that only the dialogue is measured."""

    said: list[tuple[str, InlineKeyboardMarkup | None]]

    def __init__(self) -> None:
        super().__init__("1:a")
        self._bot_user = User(1, "Guide", is_bot=True, username="guide_bot")
        with self._unfrozen():
            self.said = []

    async def send_message(self, chat_id: int, text: str, **more: Any) -> None:  # type: ignore[override]
        self.said.append((text, more.get("reply_markup")))

    async def answer_callback_query(self, *_args: Any, **_more: Any) -> bool:
        return True

    async def initialize(self) -> None:
        """There is nobody to ask."""


class TelegramConversation:
    """The contender."""

    name = "python-telegram-bot, ConversationHandler"

    def __init__(self) -> None:
        self._bot = SilentBot()
        self._application = Application.builder().bot(self._bot).updater(None).build()
        self._application.add_handler(conversation())
        self._number = 0

    async def begin(self) -> None:
        await self._application.initialize()
        self._bot.said.clear()

    async def prepare(self, doing: Doing) -> object:
        self._number += 1
        return Update.de_json(self._update(doing), self._bot)

    async def take(self, update: object) -> None:
        await self._application.process_update(update)

    def last_words(self) -> str:
        return self._bot.said[-1][0]

    def _update(self, doing: Doing) -> dict[str, Any]:
        sender = {"id": 7, "is_bot": False, "first_name": "Ann"}
        message = {
            "message_id": self._number,
            "date": 1780315200,
            "chat": {"id": 7, "type": "private"},
            "from": sender,
            "text": doing.words,
        }
        if doing.how == "types":
            if doing.words.startswith("/"):
                length = len(doing.words)
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
            return {"update_id": self._number, "message": message}
        query = {
            "id": str(self._number),
            "from": sender,
            "chat_instance": "1",
            "message": message,
            "data": self._data(doing.words),
        }
        return {"update_id": self._number, "callback_query": query}

    def _data(self, label: str) -> str:
        for _text, markup in reversed(self._bot.said):
            for row in markup.inline_keyboard if markup else ():
                if row[0].text == label:
                    return str(row[0].callback_data)
        raise LookupError(label)
