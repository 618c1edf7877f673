"""The conversation with aiogram-dialog: windows, widgets and its own message manager."""

from datetime import UTC, datetime
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery, Chat, InlineKeyboardMarkup, Message, Update, User
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.input import MessageInput, TextInput
from aiogram_dialog.widgets.kbd import Button, Column, Next, Select
from aiogram_dialog.widgets.text import Const, Format

from benchmarks.script import Doing

WHO = [("me", "Me"), ("group", "Group"), ("school", "School")]
DAY = [("weekday", "Weekday"), ("saturday", "Saturday"), ("sunday", "Sunday")]
YES_NO = [("yes", "Yes, please"), ("no", "No thanks")]
ANN = User(id=7, is_bot=False, first_name="Ann")
CHAT = Chat(id=7, type="private")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Visit(StatesGroup):
    hello, who, day, lunch, name, why, sure = (State() for _ in range(7))


async def to_visit(query: CallbackQuery, _button: Button, _manager: DialogManager) -> None:
    await query.message.answer("<b>A visit</b>\nSix questions, and you are booked.")


async def chosen(_query: CallbackQuery, widget: Any, manager: DialogManager, value: str) -> None:
    manager.dialog_data[widget.widget_id] = value
    await manager.next()


async def day_typed(message: Message, _widget: MessageInput, manager: DialogManager) -> None:
    value = (message.text or "").strip().lower()
    if value in dict(DAY):
        manager.dialog_data["day"] = value
        await manager.next()


async def typed(_message: Message, widget: Any, manager: DialogManager, value: str) -> None:
    manager.dialog_data[widget.widget.widget_id] = value
    await manager.next()


async def decided(query: CallbackQuery, _widget: Any, manager: DialogManager, value: str) -> None:
    data = manager.dialog_data
    booked = f"Booked for {data['name']}: {dict(WHO)[data['who']]}, {dict(DAY)[data['day']]}."
    await query.message.answer(booked if value == "yes" else "Not booked, then.")
    await manager.done()


def choices(name: str, items: list[tuple[str, str]], on_click: Any) -> Column:
    return Column(
        Select(
            Format("{item[1]}"),
            id=name,
            item_id_getter=lambda item: item[0],
            items=items,
            on_click=on_click,
        )
    )


def dialog() -> Dialog:
    return Dialog(
        Window(
            Const("Hello."),
            Next(Const("Book a visit"), on_click=to_visit),
            state=Visit.hello,
        ),
        Window(Const("Who is coming?"), choices("who", WHO, chosen), state=Visit.who),
        Window(
            Const("Which day suits you?"),
            choices("day", DAY, chosen),
            MessageInput(day_typed),
            state=Visit.day,
        ),
        Window(Const("Would you like lunch?"), choices("lunch", YES_NO, chosen), state=Visit.lunch),
        Window(
            Const("What name shall we put down?"),
            TextInput(id="name", on_success=typed),
            state=Visit.name,
        ),
        Window(
            Const("What would you like to see?"),
            TextInput(id="why", on_success=typed),
            state=Visit.why,
        ),
        Window(Const("Shall we book it?"), choices("sure", YES_NO, decided), state=Visit.sure),
    )


async def start(_message: Message, dialog_manager: DialogManager) -> None:
    await dialog_manager.start(Visit.hello, mode=StartMode.RESET_STACK)


class SilentBot(Bot):
    """Takes each call as it is made, and answers with a message as Telegram would."""

    def __init__(self) -> None:
        super().__init__("1:a")
        self.said: list[tuple[str, InlineKeyboardMarkup | None]] = []

    async def __call__(
        self, method: TelegramMethod[Any], request_timeout: int | None = None
    ) -> Any:
        text = getattr(method, "text", None)
        if type(method).__name__ == "AnswerCallbackQuery":
            return True
        if text is not None:
            self.said.append((text, getattr(method, "reply_markup", None)))
        return Message(message_id=len(self.said) + 1, date=NOON, chat=CHAT, text=text or "…").as_(
            self
        )


class AiogramVisit:
    """The contender."""

    name = "aiogram-dialog"

    def __init__(self) -> None:
        self._bot = SilentBot()
        self._dispatcher = Dispatcher(storage=MemoryStorage())
        self._dispatcher.include_router(dialog())
        self._dispatcher.message.register(start, CommandStart())
        setup_dialogs(self._dispatcher)
        self._number = 0

    async def begin(self) -> None:
        self._bot.said.clear()

    async def prepare(self, doing: Doing) -> object:
        self._number += 1
        message = Message(
            message_id=self._number, date=NOON, chat=CHAT, from_user=ANN, text=doing.words
        )
        if doing.how == "types":
            update = Update(update_id=self._number, message=message)
        else:
            query = CallbackQuery(
                id=str(self._number),
                from_user=ANN,
                chat_instance="1",
                message=message,
                data=self._data(doing.words),
            )
            update = Update(update_id=self._number, callback_query=query)
        return Update.model_validate(update.model_dump(), context={"bot": self._bot})

    async def take(self, update: object) -> None:
        assert isinstance(update, Update)
        await self._dispatcher.feed_update(self._bot, update)

    def last_words(self) -> str:
        return self._bot.said[-1][0]

    def _data(self, label: str) -> str:
        for _text, markup in reversed(self._bot.said):
            for row in markup.inline_keyboard if markup else ():
                for button in row:
                    if button.text == label:
                        return str(button.callback_data)
        raise LookupError(label)
