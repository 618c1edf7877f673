"""The world behind the server: who is there, what was said, what the bot gets to see."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.chats import IN_CHAT, Chat, User, member_json
from tests.botapi.entities import commands
from tests.botapi.files import FileStore
from tests.botapi.limits import Limits, Pace
from tests.botapi.messages import Heard, Message
from tests.botapi.updates import Signal, UpdateQueue

# Beyond 32 bits, as new accounts are: who stores ids in an int column finds out here.
FIRST_PERSON = 5_000_000_001
FIRST_GROUP = -4_000_000_001
FIRST_SUPERGROUP = -1_002_000_000_001


@dataclass(eq=False)
class Press:
    """A press of an inline button; `answer` is the toast's words once the bot has answered."""

    id: str
    person: User
    message: Message
    data: str | None
    at: float
    url: str | None = None
    update_id: int | None = None
    answered: bool = False
    answer: str = ""
    alert: bool = False


@dataclass
class Account:
    """What the bot told Telegram about itself; commands by (scope, language)."""

    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class World:
    bot: User
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.time
    signal: Signal = field(default_factory=Signal)
    files: FileStore = field(default_factory=FileStore)
    account: Account = field(default_factory=Account)
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.updates = UpdateQueue(self.signal)
        self.pace = Pace(self.limits)
        self.users[self.bot.id] = self.bot
        # Who stands in for admins that hide, and for a channel whose posts come into its group.
        self.anonymous = User(1_087_968_824, "Group", username="GroupAnonymousBot", is_bot=True)
        self.forwarder = User(777_000, "Telegram")
        self._people = itertools.count(FIRST_PERSON)
        self._groups = itertools.count(FIRST_GROUP, -1)
        self._supergroups = itertools.count(FIRST_SUPERGROUP, -1)
        self._numbers = itertools.count(1)

    def now(self) -> int:
        return int(self.clock())

    def number(self) -> int:
        """A number never given before, for presses, albums and the like."""
        return next(self._numbers)

    def new_user(self, first_name: str, **details: Any) -> User:
        user = User(next(self._people), first_name, **details)
        self.users[user.id] = user
        return user

    def private_chat(self, user: User) -> Chat:
        if user.id not in self.chats:
            self.chats[user.id] = Chat(user.id, "private", person=user)
        return self.chats[user.id]

    def new_group(self, title: str, *, kind: str, **details: Any) -> Chat:
        numbers = self._groups if kind == "group" else self._supergroups
        chat = Chat(next(numbers), kind, title=title, **details)
        self.chats[chat.id] = chat
        return chat

    def post(
        self,
        chat: Chat,
        sender: User,
        content: dict[str, Any],
        *,
        reply_to: Message | None = None,
        thread_id: int | None = None,
        markup: dict[str, Any] | None = None,
        sender_chat: dict[str, Any] | None = None,
    ) -> Message:
        """Put a message into a chat, and the update about it into the queue if the bot sees it."""
        chat.last_id += 1
        message = Message(
            chat, chat.last_id, self.now(), sender, content, reply_to, thread_id, markup
        )
        message.sender_chat = sender_chat
        chat.messages[message.id] = message
        if sender is self.bot:
            self._bot_said(message)
        elif self.bot_sees(message):
            message.update_id = self.updates.put("message", message.to_json())
        self.signal.announce()
        return message

    def _bot_said(self, message: Message) -> None:
        chat = message.chat
        chat.last_bot = self.bot
        if not message.is_service:
            chat.heard.append(Heard(message, message.text, tuple(message.buttons), edited=False))
        if message.markup and "keyboard" in message.markup:
            chat.keyboard = message.markup
        elif message.markup and message.markup.get("remove_keyboard"):
            chat.keyboard = None

    def rewrite(self, message: Message, content: dict[str, Any]) -> None:
        """Someone edits a message of theirs."""
        message.content = content
        message.edit_date = self.now()
        if message.sender is self.bot:
            heard = Heard(message, message.text, tuple(message.buttons), edited=True)
            message.chat.heard.append(heard)
        elif self.bot_sees(message):
            message.update_id = self.updates.put("edited_message", message.to_json())
        self.signal.announce()

    def bot_sees(self, message: Message) -> bool:
        """Whether an update about this message reaches the bot; privacy mode, mostly."""
        chat = message.chat
        if chat.is_private:
            return not chat.blocked
        if chat.bot_status not in IN_CHAT:
            return False
        if chat.bot_status == "administrator" or not chat.privacy or message.is_service:
            return True
        if message.reply_to is not None and message.reply_to.sender is self.bot:
            return True
        return self._is_addressed(message)

    def _is_addressed(self, message: Message) -> bool:
        for command in commands(message.text, message.entities):
            _, _, addressee = command.partition("@")
            if addressee.lower() == (self.bot.username or "").lower():
                return True
            if not addressee and message.chat.last_bot is self.bot:
                return True
        return False

    def press(self, person: User, message: Message, data: str) -> Press:
        press = Press(str(10_000_000_000 + self.number()), person, message, data, self.clock())
        self.presses[press.id] = press
        query = {
            "id": press.id,
            "from": person.to_json(),
            "message": message.to_json(),
            "chat_instance": str(abs(message.chat.id) * 7),
            "data": data,
        }
        press.update_id = self.updates.put("callback_query", query)
        return press

    def set_bot_status(self, chat: Chat, status: str, by: User) -> None:
        """The bot is added, promoted, blocked, removed …: tell it."""
        before, chat.bot_status = chat.bot_status, status
        change = {
            "chat": chat.to_json(),
            "from": by.to_json(),
            "date": self.now(),
            "old_chat_member": member_json(self.bot, before),
            "new_chat_member": member_json(self.bot, status),
        }
        self.updates.put("my_chat_member", change)
