"""The assistant in this process, with a clock that the test moves and senders that record."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.clock import ManualClock
from bot.core import Core, open_core, read_checked
from bot.loops import (
    Channels,
    build_broadcaster,
    build_delivery,
    build_herald,
    build_planner,
    build_turns,
    build_works,
)
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.parcel import Parcel, SendError
from bot.pipeline.presses import Presses
from bot.settings import Settings
from dialogues.exchange import Attachment, Medium
from storage import accepting, inbox, outbox, staff
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.crypto import new_secret
from storage.models import Call, Subscription
from tests.reading import read_once

ROOT = Path(__file__).parent.parent
CHANNEL = "preview"
STAFF = "staff"
GROUP = "group"  # so the names of groups begin
MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass
class RecordingSender:
    """Takes parcels and keeps them; raises what the test has arranged."""

    clock: ManualClock
    sent: list[tuple[datetime, Parcel]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    troubles: list[SendError] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1000))

    async def send(self, parcel: Parcel) -> int | None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.sent.append((self.clock.now(), parcel))
        return parcel.edits or next(self.numbers)

    async def answer_press(self, _callback_id: str, text: str | None) -> None:
        if text:
            self.notices.append(text)

    async def show_typing(self, external_chat_id: str) -> None:
        """Nobody is looking."""


JPEG = b"\xff\xd8\xff\xe0 a picture"


@dataclass
class Attached:
    """The channel's files, by their handles: a picture each, unless the test says otherwise."""

    files: dict[str, bytes | Exception] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    async def fetch(self, handle: str, _most: int) -> bytes:
        self.fetched.append(handle)
        found = self.files.get(handle, JPEG)
        if isinstance(found, Exception):
            raise found
        return found


class World:
    """One assistant with its residents and its staff chat."""

    def __init__(self, core: Core, clock: ManualClock, *, first: int = 1) -> None:
        self.core = core
        self.clock = clock
        self.sender = RecordingSender(clock)
        self._numbers = count(first)
        self.attached = Attached()
        channels = Channels(
            decoders={CHANNEL: Arrival.from_json},
            senders={CHANNEL: self.sender},
            answerers={CHANNEL: self.sender},
            fetchers={CHANNEL: self.attached.fetch},
        )
        self.works = build_works(core, channels)
        self.delivery = build_delivery(core, channels)
        presses = Presses(channels.answerers)
        self.turns = build_turns(core, channels, presses.answer, outlet=self.delivery)
        self.planner = build_planner(core)
        self.herald = build_herald(core)
        self.broadcaster = build_broadcaster(core)
        with core.database.transaction() as session:
            staff.seed_staff_chat(
                session, ChatKey(CHANNEL, STAFF, "group", "Staff"), now=clock.now()
            )

    async def says(
        self, who: str, text: str, *, reply_to: int | None = None, chat: str = ""
    ) -> int:
        """Somebody writes; the assistant does all it has to. The message's number."""
        number = next(self._numbers)
        arrival = Arrival(
            Happened.SAID,
            sender=Sender(who, who.capitalize()),
            text=text,
            message_id=number,
            reply_to=reply_to,
            sent_at=self.clock.now(),
        )
        await self.arrives(arrival, chat=chat or who)
        return number

    async def speaks(self, who: str) -> None:
        """Somebody sends a voice note."""
        voice = Attachment(Medium.VOICE, file_id="AwACAgQ", size=9000)
        arrival = Arrival(
            Happened.SAID,
            sender=Sender(who, who.capitalize()),
            message_id=next(self._numbers),
            attachments=(voice,),
            sent_at=self.clock.now(),
        )
        await self.arrives(arrival, chat=who)

    async def presses(self, who: str, label: str, *, chat: str = "") -> None:
        """Somebody presses a button on the newest message that has it."""
        place = chat or who
        for _at, parcel in reversed(self.sender.sent):
            for key in parcel.keys:
                if parcel.external_chat_id == place and key.button.label == label:
                    await self.presses_token(who, key.token, chat=place)
                    return
        raise AssertionError(f"no button {label!r} in\n" + "\n".join(self.heard(place)))

    async def presses_token(self, who: str, token: str | None, *, chat: str = "") -> None:
        """Somebody presses just this button, wherever it stands."""
        press = Arrival(
            Happened.PRESSED,
            sender=Sender(who, who.capitalize()),
            token=token,
            callback_id=f"{next(self._numbers)}",
        )
        await self.arrives(press, chat=chat or who)

    async def arrives(self, arrival: Arrival, *, chat: str, key: str | None = None) -> None:
        """An update is accepted and everything that follows from it is done."""
        group = chat.partition("/")[0]  # of a topic
        kind = "group" if group == STAFF or group.startswith(GROUP) else "private"
        accepted = Accepted(
            dedupe_key=key or f"{CHANNEL}:{next(self._numbers)}",
            chat=ChatKey(CHANNEL, chat, kind, chat.capitalize()),
            payload=arrival.to_json(),
        )
        with self.core.database.transaction() as session:
            accepting.accept(session, accepted, now=self.clock.now())
        await self.settle()

    async def settle(self) -> None:
        """Do all that can be done at this instant. What falls due and is not sent may leave a turn
        behind, so nothing done once is not the end."""
        while await self._go_round() or await self._go_round():
            pass

    async def _go_round(self) -> int:
        turns, works = await self.turns.run_waiting(), await self.works.run_waiting()
        return turns + works + await self.delivery.run_waiting()

    async def live_until(self, at: datetime) -> None:
        """Let time pass, stopping at each moment when something falls due."""
        while True:
            await self.planner.top_up()
            while await self.herald.top_up() or await self.broadcaster.top_up():
                pass
            await self.settle()
            if self.clock.now() >= at:
                return
            self.clock.move_to(min(at, self._next_moment() or at))

    def _next_moment(self) -> datetime | None:
        with self.core.database.reading() as session:
            due = select(func.min(Subscription.next_due_at)).where(
                Subscription.stopped_at.is_(None)
            )
            opens = select(func.min(Call.opens_at)).where(Call.opens_at > self.clock.now())
            moments = (
                session.execute(due).scalar_one(),
                session.execute(opens).scalar_one(),
                outbox.next_due_at(session),
                inbox.next_ready_at(session, channels=(CHANNEL,)),
            )
        ahead = [moment for moment in moments if moment and moment > self.clock.now()]
        return min(ahead, default=None)

    def heard(self, who: str) -> list[str]:
        """Everything that was said to this chat, in order."""
        return [parcel.text for _at, parcel in self.sender.sent if parcel.external_chat_id == who]

    def last(self, who: str) -> Parcel:
        """The newest message to this chat."""
        return [p for _at, p in self.sender.sent if p.external_chat_id == who][-1]


@contextmanager
def open_world(
    database_url: str,
    folder: Path,
    *,
    at: datetime = MONDAY,
    quiet_hours: str | None = None,
    dialogues: Path = ROOT / "dialogues",
    dev: bool = False,
    secret: str | None = None,
    first: int = 1,
    **more: Any,
) -> Iterator[World]:
    """A world on this database, at this instant, with `more` settings. With `dev`, edited dialogues
    count at once. Where there was a world before, its updates must be numbered from a higher
    `first` on."""
    clock = ManualClock(at)
    settings = Settings(
        database_url=database_url,
        data_dir=folder,
        dialogues=dialogues,
        secret_key=secret or new_secret(),
        quiet_hours=quiet_hours,
        _env_file=None,
        **more,
    )
    read = read_checked if dev else read_once
    with open_core(settings, clock=clock, read=read, dev=dev) as core:
        yield World(core, clock, first=first)
