"""The one place where everything is put together, opened in order and closed in reverse."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from aiohttp import web
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from telegram import Bot
from yarl import URL

from bot import memory
from bot.clock import Clock
from bot.core import Core, open_core, read_checked
from bot.desk.leads.cards import queue_missing_cards, queue_open_handoffs
from bot.links import ChatLinks
from bot.lock import only_run
from bot.loops import (
    PREVIEW,
    Channels,
    build_broadcaster,
    build_delivery,
    build_figures,
    build_herald,
    build_planner,
    build_retention,
    build_turns,
    build_works,
)
from bot.pipeline import lead_index
from bot.pipeline.arrival import Arrival
from bot.pipeline.clockwatch import ClockWatch
from bot.pipeline.listening import Listening
from bot.pipeline.pacing import open_pacer
from bot.pipeline.presses import Presses
from bot.pipeline.pulse import Pulse
from bot.pipeline.retention import Tidy
from bot.pipeline.storing import Store, Work, for_others
from bot.pipeline.vigil import Vigil
from bot.roles import Role, Roles
from bot.serving import healthz, serve
from bot.settings import Settings
from bot.staff_reports import has_admin, new_admin_link
from bot.stopping import Loop, run_until
from bot.supervisor import Supervisor
from bot.telegram import gateway
from bot.telegram.bot import introduce, open_bot
from bot.telegram.fetching import TelegramFetcher
from bot.telegram.intake import Intake
from bot.telegram.polling import Polling
from bot.telegram.sender import TelegramSender
from bot.telegram.webhook import Webhook
from bot.warming import Warming
from bot.ways_out.ways_out import WaysOut
from bot.web import build_console, build_site
from storage import chats, inbox, leases, outbox, staff, works
from storage.chats import ChatKey
from storage.crypto import cipher_of

log = logging.getLogger(__name__)

T = TypeVar("T")

TELEGRAM = gateway.CHANNEL
# Objects after which those that hold each other are looked for. One round of turns makes thousands
# that are still in use when the look comes: the usual 700 cost a twentieth of all CPU.
AT_ONCE = 20_000

# They call Telegram; the web asks it only for the bot's name, which its links hold.
SPEAKING: Roles = frozenset({Role.INTAKE, Role.TURNS, Role.DELIVERY, Role.WEB})


@dataclass(slots=True)
class Process:
    """This process while it is put together: what its roles open, and the loops they run."""

    core: Core
    roles: Roles
    site: web.Application = field(default_factory=web.Application)
    channels: Channels = field(default_factory=Channels)
    loops: dict[str, Loop] = field(default_factory=dict)  # by a word for what they do
    tidy: list[Tidy] = field(default_factory=list)  # what retention sees to beside the tables
    presses: Presses = field(init=False)
    vigil: Vigil = field(init=False)
    supervisor: Supervisor = field(init=False)
    inlet: Store = field(init=False)

    def __post_init__(self) -> None:
        core = self.core
        self.presses = Presses(self.channels.answerers, still_waiting=self._still_waiting)
        self.vigil = Vigil(database=core.database, clock=core.clock, signals=core.signals)
        self.supervisor = Supervisor(database=core.database, clock=core.clock, signals=core.signals)
        self.inlet = for_others(core.database)

    async def store(self, work: Work[T]) -> T:
        """See `Store`: if turns are taken here, together with them."""
        return await self.inlet(work)

    async def _still_waiting(self, updates: Collection[str]) -> Collection[str]:
        """Those whose turn has not come, in this process or in another."""
        try:
            return await self.core.database.read(
                lambda session: inbox.still_waiting(session, updates)
            )
        except DBAPIError:  # nobody can have taken them
            return updates


async def run(
    settings: Settings,
    *,
    clock: Clock,
    roles: Roles,
    samples: bool,
    stop: asyncio.Event,
    dev: bool = False,
) -> None:
    """Serve until `stop` is set, then finish what is under way."""
    memory.hold_little()
    async with AsyncExitStack() as stack:
        stack.enter_context(only_run(settings.database))
        core = stack.enter_context(open_core(settings, clock=clock, read=read_checked, dev=dev))
        process = Process(core, roles)
        if core.database.is_sqlite and await core.database.write(_take_over):
            process.vigil.mourn()
        if samples or settings.token is None:
            await core.database.write(core.load_samples)
        health = healthz(core.database, process.supervisor.failing)
        process.site.router.add_get("/healthz", health)
        await _open_roles(process, stack)
        gc.freeze()  # the content stays as long as the process: it need not be looked through
        gc.set_threshold(AT_ONCE)
        address = await stack.enter_async_context(serve(settings, process.site, stop=stop))
        print(f"ready {address}", flush=True)  # promised on stdout
        await _print_first_admin(process, address)
        loops = [process.supervisor.watched(*named) for named in process.loops.items()]
        stack.push_async_callback(process.supervisor.close)
        await run_until(stop, core.signals, loops)


async def _print_first_admin(process: Process, address: str) -> None:
    """While a channel has no admin, the link that makes one is printed where only whoever runs the
    assistant reads it, by those that take updates. Of several links the newest counts."""
    core, channels = process.core, process.channels
    if core.settings.token is not None:
        channel, role, links = TELEGRAM, Role.INTAKE, channels.links
    else:
        channel, role, links = PREVIEW, Role.WEB, ChatLinks.of_preview(address)
    if links is None or role not in process.roles or channel not in channels.decoders:
        return
    if await core.database.read(lambda session: has_admin(session, channel=channel)):
        return
    link, _until = await core.database.write(
        lambda session: new_admin_link(session, core, links, by="run")
    )
    print(f"first admin: {link}", flush=True)
    if Role.WEB in process.roles:
        served = (core.settings.public_url or address).rstrip("/")
        token = link.rpartition("staff-")[2]
        print(f"or in a browser: {served}/staff/first/{token}", flush=True)


async def _open_roles(process: Process, stack: AsyncExitStack) -> None:
    """Open what the roles need, and no more."""
    core, roles, channels = process.core, process.roles, process.channels
    watch = ClockWatch(database=core.database, clock=core.clock, signals=core.signals)
    loops = process.loops
    loops["clock"] = watch.run
    for it in core.published:
        loops[type(it).__name__.lower()] = partial(it.run, core.signals)
    if not core.database.is_sqlite:
        loops["listening"] = Listening(database=core.database, signals=core.signals).run
    if core.settings.preview_on:
        await _open_preview(process)
    if core.settings.token is not None and roles & SPEAKING:
        await stack.enter_async_context(_telegram(process, core.settings.token))
    if Role.WEB in roles:
        build_site(core, channels).add_to(process.site)
        build_console(core, channels).add_to(process.site)
    stack.push_async_callback(process.presses.finish)
    delivery = build_delivery(core, channels) if channels.senders else None
    if Role.TURNS in roles:
        await core.database.write(process.vigil.beat)
        turns = build_turns(
            core,
            channels,
            process.presses.answer,
            outlet=delivery,
            is_calm=process.vigil.is_calm,
        )
        process.inlet = turns.store
        loops |= {"vigil": process.vigil.run, "turns": turns.run, "warming": Warming(core).run}
    if delivery is not None:
        loops["delivery"] = delivery.run
    _open_background(process)


def _open_background(process: Process) -> None:
    """What goes on by itself: slow work, reminders, news, broadcasts, retention."""
    core, channels, loops = process.core, process.channels, process.loops
    is_delivering = Role.DELIVERY in process.roles
    if is_delivering or channels.fetchers:
        loops["works"] = build_works(core, channels, makes_pages=is_delivering).run
    if not is_delivering:
        return
    process.tidy.append(partial(lead_index.catch_up, core.database))
    loops["planner"] = build_planner(core).run
    loops["herald"] = build_herald(core).run
    loops["retention"] = build_retention(core, tidy=process.tidy).run
    loops["broadcaster"] = build_broadcaster(core).run
    loops["figures"] = build_figures(core).run
    loops |= WaysOut(core).loops


async def _open_preview(process: Process) -> None:
    """The preview's pages are open in the process that serves them, which delivers to them."""
    core, channels = process.core, process.channels
    channels.decoders[PREVIEW] = Arrival.from_json
    if Role.WEB not in process.roles:
        return
    from bot.preview.preview import Preview  # noqa: PLC0415  # behind Telegram nobody needs it

    preview = Preview(
        database=core.database,
        clock=core.clock,
        signals=core.signals,
        files=core.settings.data_dir / "preview",
        content=core.content,
        own_address=core.settings.own_address,
        hosts=_known_names(core.settings),
    )
    await preview.prepare()
    preview.add_to(process.site)
    channels.senders[PREVIEW] = channels.answerers[PREVIEW] = preview.sender
    channels.fetchers[PREVIEW] = preview.fetch
    process.tidy.append(preview.sweep)
    process.loops[f"pulse of {PREVIEW}"] = _pulse(core, PREVIEW)


def _known_names(settings: Settings) -> list[str]:
    """The names by which browsers may know this server."""
    public = URL(settings.public_url).host if settings.public_url else None
    return [name for name in (settings.host, public) if name]


@asynccontextmanager
async def _telegram(process: Process, token: str) -> AsyncIterator[None]:
    """The line to Telegram, as far as the roles need it."""
    core, channels, settings = process.core, process.channels, process.core.settings
    async with open_bot(token, api_url=settings.telegram_api_url) as (bot, me):
        sender = TelegramSender(bot, pictures=settings.dialogues)
        channels.answerers[TELEGRAM] = sender
        channels.decoders[TELEGRAM] = partial(gateway.decode, bot_username=me.username)
        channels.links = ChatLinks.of_bot(me.username or "")
        if Role.DELIVERY in process.roles:
            channels.senders[TELEGRAM] = sender
            channels.fetchers[TELEGRAM] = TelegramFetcher(bot).fetch
            channels.pacers[TELEGRAM] = open_pacer(
                settings.telegram_rate, database=core.database, name=TELEGRAM
            )
        if Role.INTAKE in process.roles:
            await introduce(bot, commands=commands_of(core), about=about(core))
            await core.database.write(lambda session: _seed_staff_chat(session, core))
            process.loops["intake"] = _fetching(process, bot, sender).run
        yield


def _fetching(process: Process, bot: Bot, sender: TelegramSender) -> Polling | Webhook:
    """How updates get here: posted to us where the outside can reach us, else by polling."""
    core, public_url = process.core, process.core.settings.public_url
    intake = Intake(
        database=core.database,
        clock=core.clock,
        presses=process.presses,
        sender=sender,
        store=process.store,
    )
    if public_url is None:
        return Polling(
            bot=bot,
            database=core.database,
            clock=core.clock,
            signals=core.signals,
            intake=intake,
        )
    cipher = cipher_of(core.database.engine.dialect)
    webhook = Webhook(
        bot=bot,
        signals=core.signals,
        intake=intake,
        address=public_url,
        secret=cipher.password(f"webhook of {core.settings.token}"),
    )
    webhook.add_to(process.site)
    process.loops[f"pulse of {TELEGRAM}"] = _pulse(core, TELEGRAM)
    return webhook


def _pulse(core: Core, channel: str) -> Loop:
    """What says that updates of this channel can be posted to us."""
    pulse = Pulse(database=core.database, clock=core.clock, channel=channel)
    return partial(pulse.run, core.signals)


def commands_of(core: Core) -> list[tuple[str, str]]:
    """The commands to register: word and description."""
    return [(item.command, item.description) for item in core.programme.commands]


def about(core: Core) -> str:
    """The short description in the bot's profile."""
    return core.wording.say("about_bot", {}).striptags()


def _take_over(session: Session) -> bool:
    """Nobody else runs on this file: what a killed run held is free at once. Whether there was
    one."""
    outbox.release_all(session)
    works.release_all(session)
    was_killed = leases.end_all(session)
    if was_killed:
        inbox.suspect_all(session)
    return was_killed


def _seed_staff_chat(session: Session, core: Core) -> None:
    """The settings name the staff chat once; from then on the table knows it."""
    staff_chat = core.settings.staff_chat_id
    if staff_chat is None:
        return
    key = ChatKey(TELEGRAM, str(staff_chat), "group", "Staff")
    if staff.seed_staff_chat(session, key, now=core.clock.now()):
        now, desk_id = core.clock.now(), chats.chat_id_for(session, key, now=core.clock.now())
        count = queue_missing_cards(session, channel=TELEGRAM, now=now)
        queue_open_handoffs(session, chat_id=desk_id, now=now)
        log.info("leads go to the staff chat %s; %s that waited go there now", staff_chat, count)
        return
    connected = staff.staff_chat_id(session, channel=TELEGRAM)
    if connected != chats.find_chat_id(session, channel=TELEGRAM, external_id=str(staff_chat)):
        log.warning("STAFF_CHAT_ID is not the connected staff chat, which stays as it is")
