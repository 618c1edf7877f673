"""The one place where everything is put together, opened in order and closed in reverse."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session
from yarl import URL

from bot.clock import Clock
from bot.console.preview import Preview
from bot.core import Core, open_core, read_checked
from bot.desk.cards import Cards, queue_missing_cards
from bot.desk.desk import Desk
from bot.live_content import LiveRooms, live_writers
from bot.lock import only_run
from bot.pipeline.arrival import Arrival
from bot.pipeline.composing import Composer, Writer
from bot.pipeline.delivery import Delivery
from bot.pipeline.pacing import Pacer
from bot.pipeline.parcel import Sender
from bot.pipeline.performing import Performer
from bot.pipeline.presses import Presses
from bot.pipeline.reminders import Planner, ReminderWriter
from bot.pipeline.residents import Residents, Watch
from bot.pipeline.routing import Groups, Router
from bot.pipeline.signals import Signals
from bot.pipeline.turns import Decode, Turns
from bot.serving import healthz, serve
from bot.settings import Settings
from bot.telegram import gateway
from bot.telegram.bot import introduce, open_bot, stop_webhook
from bot.telegram.intake import Polling
from bot.telegram.sender import TelegramSender
from storage import chats, leases, outbox, staff
from storage.chats import ChatKey

log = logging.getLogger(__name__)

TELEGRAM = gateway.CHANNEL
PREVIEW = "preview"
Loop = Callable[[], Coroutine[Any, Any, None]]

STOP_WITHIN = 10.0  # seconds for what is under way when the process is told to stop


@dataclass(slots=True)
class Channels:
    """The channels that are open in this process, by name."""

    decoders: dict[str, Decode] = field(default_factory=dict)
    senders: dict[str, Sender] = field(default_factory=dict)
    pacers: dict[str, Pacer] = field(default_factory=dict)
    greeting_link: str | None = None  # where a group finds the private chat


def build_turns(
    core: Core, channels: Channels, presses: Presses, *, watch: Watch | None = None
) -> Turns:
    """The loop that takes updates, and hands them to the rooms. `watch` sees residents' turns."""
    return Turns(
        database=core.database,
        clock=core.clock,
        decoders=channels.decoders,
        handler=_rooms(core, channels, watch),
        signals=core.signals,
        on_press=presses.answer,
    )


def _rooms(core: Core, channels: Channels, watch: Watch | None) -> Router | LiveRooms:
    if core.live is not None:
        return LiveRooms(
            core.live,
            lambda content: _rooms(core.saying(content), channels, watch),
            clock=core.clock,
            tells_in=PREVIEW,
        )
    performer = Performer(
        content=core.content, wording=core.wording, programme=core.programme, clock=core.clock
    )
    return Router(
        residents=Residents(
            content=core.content, performer=performer, clock=core.clock, watch=watch
        ),
        desk=Desk(wording=core.wording, clock=core.clock),
        groups=Groups(
            introduction=core.wording.reply(
                "utter_group_introduction", {"bot_link": channels.greeting_link}
            ),
            clock=core.clock,
        ),
    )


def build_delivery(core: Core, channels: Channels) -> Delivery:
    """The loop that sends, with the writers of what is worded late."""
    cards, reminders = _cards(core), _reminders(core)
    composer = Composer(
        clock=core.clock,
        writers=_writers(core),
        after_sending={**cards.after_sending, "reminder": reminders.sent},
    )
    return Delivery(
        database=core.database,
        clock=core.clock,
        senders=channels.senders,
        pacers=channels.pacers,
        composer=composer,
        signals=core.signals,
    )


def _writers(core: Core) -> dict[str, Writer]:
    if core.live is not None:
        return live_writers(core.live, lambda content: _writers(core.saying(content)))
    return {**_cards(core).writers, "reminder": _reminders(core).write}


def _cards(core: Core) -> Cards:
    return Cards(wording=core.wording, programme=core.programme, clock=core.clock)


def _reminders(core: Core) -> ReminderWriter:
    return ReminderWriter(wording=core.wording, programme=core.programme, clock=core.clock)


def build_planner(core: Core) -> Planner:
    """The loop that finds due reminders."""
    return Planner(
        database=core.database,
        clock=core.clock,
        programme=core.programme,
        signals=core.signals,
        owner=str(uuid.uuid4()),
    )


async def run(
    settings: Settings, *, clock: Clock, samples: bool, stop: asyncio.Event, dev: bool = False
) -> None:
    """Serve until `stop` is set, then finish what is under way."""
    async with AsyncExitStack() as stack:
        stack.enter_context(only_run(settings.database))
        core = stack.enter_context(open_core(settings, clock=clock, read=read_checked, dev=dev))
        if core.database.is_sqlite:
            await core.database.write(_take_over)
        if samples or settings.token is None:
            await core.database.write(core.load_samples)
        channels = Channels()
        presses = Presses(channels.senders)
        site = web.Application()
        site.router.add_get("/healthz", healthz(core.database))
        await _local_preview(core, channels, site)
        loops: list[Loop] = []
        if settings.token is not None:
            loops += await stack.enter_async_context(_telegram(core, channels, presses))
        turns = build_turns(core, channels, presses)
        loops += [turns.run, build_delivery(core, channels).run, build_planner(core).run]
        address = await stack.enter_async_context(serve(settings, site))
        print(f"ready {address}", flush=True)  # promised on stdout
        await _run_until(stop, core.signals, loops)


async def _local_preview(core: Core, channels: Channels, site: web.Application) -> None:
    """Serve the preview, if the settings want it."""
    if not core.settings.preview_on:
        return
    preview = Preview(
        database=core.database,
        clock=core.clock,
        signals=core.signals,
        files=core.settings.data_dir / "preview",
        content=core.content,
        hosts=_known_names(core.settings),
    )
    await preview.prepare()
    preview.add_to(site)
    channels.decoders[PREVIEW] = Arrival.from_json
    channels.senders[PREVIEW] = preview.sender


def _known_names(settings: Settings) -> list[str]:
    """The names by which browsers may know this server."""
    public = URL(settings.public_url).host if settings.public_url else None
    return [name for name in (settings.host, public) if name]


@asynccontextmanager
async def _telegram(core: Core, channels: Channels, presses: Presses) -> AsyncIterator[list[Loop]]:
    """Open the line to Telegram and poll it."""
    settings = core.settings
    async with open_bot(settings.token or "", api_url=settings.telegram_api_url) as (bot, me):
        await introduce(bot, commands=commands_of(core), about=about(core))
        await stop_webhook(bot)
        await core.database.write(lambda session: _seed_staff_chat(session, core))
        channels.decoders[TELEGRAM] = partial(gateway.decode, bot_username=me.username)
        channels.senders[TELEGRAM] = TelegramSender(bot, pictures=settings.dialogues)
        channels.pacers[TELEGRAM] = Pacer(settings.telegram_rate, monotonic=time.monotonic)
        channels.greeting_link = f"https://t.me/{me.username}?start=group"
        polling = Polling(
            bot=bot,
            database=core.database,
            clock=core.clock,
            signals=core.signals,
            presses=presses,
            sender=channels.senders[TELEGRAM],
        )
        yield [polling.run]


def commands_of(core: Core) -> list[tuple[str, str]]:
    """The commands to register: word and description."""
    return [(item.command, item.description) for item in core.programme.commands]


def about(core: Core) -> str:
    """The short description in the bot's profile."""
    return core.wording.say("about_bot", {}).striptags()


def _take_over(session: Session) -> None:
    """Nobody else runs on this file: what a killed run held is free at once."""
    outbox.release_all(session)
    leases.end_all(session)


def _seed_staff_chat(session: Session, core: Core) -> None:
    """The settings name the staff chat once; from then on the table knows it."""
    staff_chat = core.settings.staff_chat_id
    if staff_chat is None:
        return
    key = ChatKey(TELEGRAM, str(staff_chat), "group", "Staff")
    if staff.seed_staff_chat(session, key, now=core.clock.now()):
        count = queue_missing_cards(session, channel=TELEGRAM, now=core.clock.now())
        log.info("leads go to the staff chat %s; %s that waited go there now", staff_chat, count)
        return
    connected = staff.staff_chat_id(session, channel=TELEGRAM)
    if connected != chats.find_chat_id(session, channel=TELEGRAM, external_id=str(staff_chat)):
        log.warning("STAFF_CHAT_ID is not the connected staff chat, which stays as it is")


async def _run_until(stop: asyncio.Event, signals: Signals, loops: list[Loop]) -> None:
    """Run the loops; when told to stop, give them time to finish. A loop that fails stops all."""
    tasks = [asyncio.create_task(loop()) for loop in loops]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    signals.stop()
    _done, late = await asyncio.wait(tasks, timeout=STOP_WITHIN)
    for task in late:
        task.cancel()
    failures = [task.exception() for task in tasks if task.done() and not task.cancelled()]
    for failure in failures:
        if failure is not None:
            raise failure
