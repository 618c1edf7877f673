"""The assistant inside this process, as far as a benchmark needs it: turns, without Telegram."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.core import Core, open_core
from bot.loops import Channels, build_turns
from bot.pipeline.speech import keys_of
from bot.pipeline.turn import Press
from bot.settings import Settings
from bot.telegram import gateway
from storage import accepting
from storage.crypto import new_secret
from storage.models import Chat, Message

BOT_NAME = "bench_bot"
CONTENT = Path(__file__).parents[2] / "dialogues"
BOT = {"id": 1, "is_bot": True, "first_name": "Assistant", "username": BOT_NAME}


def settings_for(url: str, folder: Path) -> Settings:
    """Settings that no environment has a say in."""
    return Settings(
        database_url=url,
        data_dir=folder,
        dialogues=CONTENT,
        secret_key=new_secret(),
        quiet_hours="off",
        _env_file=None,
    )


class Answered:
    """Stands where presses are answered, and counts them: each press is a turn that committed."""

    def __init__(self) -> None:
        self._left = 0
        self._done = asyncio.Event()

    def expect(self, count: int) -> asyncio.Event:
        """Set once so many more presses have had their turn."""
        self._left, self._done = count, asyncio.Event()
        return self._done

    def answer(self, _press: Press) -> None:
        """A turn with a press is over."""
        self._left -= 1
        if not self._left:
            self._done.set()


class Intake:
    """Accepts updates as they come from Telegram and waits until their turns have committed."""

    def __init__(self, core: Core, answered: Answered) -> None:
        self._core = core
        self._answered = answered
        self._numbers = iter(range(1, 1 << 40))

    async def take(self, updates: Sequence[str], *, presses: int) -> None:
        """One batch, as one getUpdates brings it: stored in one transaction, then turns."""
        done = self._answered.expect(presses)
        await self._core.database.write(lambda session: self._store(session, updates))
        self._core.signals.inbox.set()
        async with asyncio.timeout(120):
            await done.wait()

    def _store(self, session: Session, updates: Iterable[str]) -> None:
        accepted = [gateway.accepted(json.loads(update)) for update in updates]
        known = [each for each in accepted if each]
        accepting.accept_all(session, known, now=self._core.clock.now())

    def command(self, chat: int, words: str) -> str:
        """An update with a command."""
        entity = {"type": "bot_command", "offset": 0, "length": len(words)}
        message = {**_message(chat, 1, words), "from": _person(chat), "entities": [entity]}
        return self._update(message=message)

    def press(self, chat: int, button: tuple[int, str, str, str]) -> str:
        """An update with a press of a button: the message's number and words, label and token."""
        number, words, label, token = button
        keyboard = {"inline_keyboard": [[{"text": label, "callback_data": token}]]}
        query = {
            "id": f"{chat}{number}",
            "from": _person(chat),
            "chat_instance": "4711",
            "message": {**_message(chat, number, words), "from": BOT, "reply_markup": keyboard},
            "data": token,
        }
        return self._update(callback_query=query)

    def _update(self, **event: Any) -> str:
        return json.dumps({"update_id": next(self._numbers), **event})


def buttons(session: Session, chats: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By chat and label, what the newest message with such a button takes to be pressed."""
    rows = session.execute(
        select(Chat.external_id, Message)
        .join(Chat, Chat.id == Message.chat_id)
        .where(Chat.channel == gateway.CHANNEL, Message.direction == "out")
        .where(Chat.external_id.in_([str(chat) for chat in chats]))
        .order_by(Message.id)
    )
    found: dict[int, dict[str, Any]] = {chat: {} for chat in chats}
    for external_id, message in rows:
        for key in keys_of(message):
            label = key.button.label
            found[int(external_id)][label] = (message.id, message.text, label, key.token)
    return found


def pretend_sent(session: Session) -> None:
    """As if delivery had sent everything: what is asked about has a number in Telegram."""
    session.execute(text("update outbox set state = 'sent' where state = 'waiting'"))
    session.execute(
        text("update messages set external_id = id where external_id is null and direction = 'out'")
    )


@asynccontextmanager
async def taking_turns(core: Core) -> AsyncIterator[Intake]:
    """The turns' own loop, running."""
    channels = Channels()
    channels.decoders[gateway.CHANNEL] = partial(gateway.decode, bot_username=BOT_NAME)
    answered = Answered()
    turns = build_turns(core, channels, answered.answer)
    running = asyncio.create_task(turns.run())
    try:
        yield Intake(core, answered)
    finally:
        core.signals.stop()
        await running


def opened(url: str, folder: Path) -> Any:
    """The core on this database, with the sample calls."""
    return open_core(settings_for(url, folder), clock=SystemClock())


def _person(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "Ann", "language_code": "en"}


def _message(chat: int, number: int, words: str) -> dict[str, Any]:
    return {
        "message_id": number,
        "date": 1780315200,
        "chat": {"id": chat, "first_name": "Ann", "type": "private"},
        "text": words,
    }
