"""A chat in which staff try the content: real turns and a real outbox on a scratch database, so
that nothing of it is kept and no message leaves."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.core import Core
from bot.loops import Channels, build_delivery, build_turns, build_works
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.parcel import Key, Parcel
from bot.pipeline.presses import Presses
from bot.pipeline.signals import Signals
from bot.settings import Settings
from dialogues.exchange import Attachment, Medium
from dialogues.model import Content
from storage import accepting, calls, staff
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.crypto import new_secret
from storage.database import Database, open_database
from storage.models import Call
from storage.schema import migrate

CHANNEL = "trying"
RESIDENT = ChatKey(CHANNEL, "you", "private", "Sam Example")
STAFF = ChatKey(CHANNEL, "staff", "group", "Staff chat")
YOU = Sender("you", "Sam Example")
PHONE = "+441514960000"  # of nobody: kept free for fiction
MOST_ROUNDS = 50
_FILE = "scratch.db"


@dataclass(slots=True)
class Line:
    """A message as it stands now. `files` are the names of what would come with it."""

    number: int
    is_mine: bool
    text: str
    keys: tuple[Key, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(slots=True)
class Record:
    """Takes parcels and keeps what they say: in the resident's chat, and in that of staff."""

    chats: dict[str, list[Line]] = field(default_factory=dict)
    notice: str | None = None
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def lines(self, chat: ChatKey) -> list[Line]:
        """What stands in this chat."""
        return self.chats.setdefault(chat.external_id, [])

    async def send(self, parcel: Parcel) -> int | None:
        """See `parcel.Sender`."""
        lines = self.chats.setdefault(parcel.external_chat_id, [])
        known = next((it for it in lines if it.number == parcel.edits), None)
        if parcel.deletes:
            lines[:] = [it for it in lines if it is not known]
            return parcel.edits
        if known is None:
            known = Line(next(self.numbers), is_mine=False, text="")
            lines.append(known)
        known.text = parcel.text
        known.keys = tuple(it for it in parcel.keys if it.button.label)
        known.files = _files(parcel)
        return known.number

    async def answer_press(self, _callback_id: str, text: str | None) -> None:
        """See `parcel.Sender`."""
        self.notice = text

    async def show_typing(self, external_chat_id: str) -> None:
        """Who tries waits for the page."""


class TryChat:
    """One conversation, from its first /start. Made by `Trying.open`, ended by `close`."""

    def __init__(self, core: Core, folder: Path) -> None:
        self._core = core
        self._folder = folder
        self._busy = asyncio.Lock()
        self._updates = itertools.count(1)
        self.record = Record()
        self.began_at: datetime = core.clock.now()
        channels = Channels(
            decoders={CHANNEL: Arrival.from_json},
            senders={CHANNEL: self.record},
            answerers={CHANNEL: self.record},
        )
        turns = build_turns(core, channels, Presses(channels.answerers).answer)
        self._loops = (turns, build_works(core, channels), build_delivery(core, channels))

    async def say(self, text: str) -> None:
        """Write something, and let everything come that follows from it."""
        number = next(self.record.numbers)
        self.record.lines(RESIDENT).append(Line(number, is_mine=True, text=text))
        said = {"text": text, "message_id": number, "sent_at": self._core.clock.now()}
        await self._take(Arrival(Happened.SAID, YOU, **said))

    async def press(self, token: str) -> None:
        """Press a button; one that asks for the number shares a made-up one."""
        key = next((it for it in self._keys() if it.token == token), None)
        if key is None:
            return
        number = next(self.record.numbers)
        self.record.lines(RESIDENT).append(Line(number, is_mine=True, text=key.button.label))
        if key.button.request_contact:
            contact = Attachment(Medium.CONTACT, phone=PHONE, own_contact=True)
            shared = Arrival(Happened.SAID, YOU, message_id=number, attachments=(contact,))
            await self._take(shared)
        else:
            await self._take(Arrival(Happened.PRESSED, YOU, token=token, callback_id=f"{number}"))

    async def close(self) -> None:
        """End it; nothing is left."""
        async with self._busy:
            await asyncio.to_thread(self._core.database.close)
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    def _keys(self) -> list[Key]:
        return [key for line in self.record.lines(RESIDENT) for key in line.keys]

    async def _take(self, arrival: Arrival) -> None:
        key = f"{CHANNEL}:{next(self._updates)}"
        accepted = Accepted(dedupe_key=key, chat=RESIDENT, payload=arrival.to_json())
        async with self._busy:
            await self._core.database.write(
                lambda session: accepting.accept(session, accepted, now=self._core.clock.now())
            )
            for _ in range(MOST_ROUNDS):
                if not sum([await loop.run_waiting() for loop in self._loops]):
                    break


class Trying:
    """Opens chats, each on a copy of one empty database that is made for the first."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._secret = new_secret()
        self._empty: Path | None = None
        self._making = asyncio.Lock()

    async def open(self, content: Content) -> TryChat:
        """A chat in which this content is spoken, about the calls that there are."""
        known = await self._core.database.read(_calls)
        async with self._making:
            if self._empty is None:
                self._empty = await asyncio.to_thread(self._make_empty)
        chat = await asyncio.to_thread(self._open, content, known)
        await chat.say("/start")
        return chat

    async def close(self) -> None:
        """Throw the empty database away."""
        if self._empty is not None:
            await asyncio.to_thread(shutil.rmtree, self._empty, ignore_errors=True)
            self._empty = None

    def _make_empty(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="try-"))
        database = self._database(folder)
        migrate(database.engine)
        database.close()
        return folder

    def _open(self, content: Content, known: Sequence[dict[str, Any]]) -> TryChat:
        folder = Path(tempfile.mkdtemp(prefix="try-"))
        shutil.copy(self._empty_folder / _FILE, folder / _FILE)
        core = replace(
            self._core.saying(content),
            settings=self._settings(folder),
            database=self._database(folder),
            signals=Signals(),
        )
        _furnish(core, known)
        return TryChat(core, folder)

    @property
    def _empty_folder(self) -> Path:
        if self._empty is None:
            raise RuntimeError("there is no empty database yet")
        return self._empty

    def _database(self, folder: Path) -> Database:
        return open_database(f"sqlite:///{folder / _FILE}", secret=self._secret)

    def _settings(self, folder: Path) -> Settings:
        own = {"secret_key": SecretStr(self._secret), "telegram_token": None}
        return self._core.settings.on_scratch(folder).model_copy(update=own)


def _furnish(core: Core, known: Sequence[dict[str, Any]]) -> None:
    with core.database.transaction() as session:
        if known:
            session.add_all(Call(**it) for it in known)
        elif (core.settings.dialogues / "samples.yml").exists():
            core.load_samples(session)
        staff.seed_staff_chat(session, STAFF, now=core.clock.now())


def _calls(session: Any) -> list[dict[str, Any]]:
    """All that calls say. There is nothing of people in it."""
    columns = Call.table().columns.keys()
    return [{name: getattr(it, name) for name in columns} for it in calls.all_calls(session)]


def _files(parcel: Parcel) -> tuple[str, ...]:
    places = (it.rsplit("/", 1)[-1] for it in (parcel.image, parcel.document) if it)
    return (*places, *(it.name for it in (parcel.picture, parcel.file) if it))
