"""A scene: Telegram, a database, one process or two, and residents who write all the while."""

import asyncio
import contextlib
import itertools
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

from storage.crypto import new_secret
from tests.botapi import BotApi, Group
from tests.process.assistant import Assistant
from tests.process.postgres import PostgresServer, line_to
from tests.process.proxy import Proxy
from tests.soak.ledger import SLACK, Audit, Books, Event, calm_words
from tests.soak.residents import Resident, residents

LINES_SHOWN = 80  # of a log, when something went wrong
QUIET_WITHIN = 240.0  # seconds: staff get at most 20 cards a minute


@dataclass
class Scene:
    """Everything that a fault may be made in."""

    api: BotApi
    database_url: str  # the direct way, for the books
    assistants: list[Assistant]
    proxies: list[Proxy]
    desk: Group | None
    server: PostgresServer | None = None
    events: list[Event] = field(default_factory=list)
    people: list[Resident] = field(default_factory=list)
    calm: list[str] = field(default_factory=list)
    lethal: set[str] = field(default_factory=set)  # keys of updates that no process survives
    _phones: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def assistant(self) -> Assistant:
        """The only process, or the first."""
        return self.assistants[0]

    def note(self, kind: str, began: float) -> None:
        """A fault is over. Where a process takes long to start, it is as slow to write a result."""
        slack = max(SLACK, *(it.started_in for it in self.assistants))
        self.events.append(Event(kind, began, self.api.world.clock(), slack))

    @asynccontextmanager
    async def fault(self, kind: str) -> AsyncIterator[None]:
        """Note that something is wrong for as long as this lasts."""
        began = self.api.world.clock()
        try:
            yield
        finally:
            self.note(kind, began)

    async def kill(self, victim: Assistant) -> None:
        """End a process at once."""
        async with self.fault("killed"):
            await victim.kill()

    async def begin(self) -> None:
        """Start every process, and hear in quiet what a resident hears: a hello and one round."""
        for assistant in self.assistants:
            await assistant.start()
        first = Resident(self.api.person("R0"), 0, self._phones, 0.0)
        await first.person.start()
        await first.person.receives("free")
        await first.one_round()
        self.people.append(first)
        self.calm = calm_words(first)

    @asynccontextmanager
    async def traffic(self, count: int, *, pause: float) -> AsyncIterator[list[Resident]]:
        """Residents who write; in the end each is answered, whatever happened meanwhile."""
        people = residents(self.api, count, pause=pause, phones=self._phones)
        self.people += people
        stop = asyncio.Event()
        tasks = [asyncio.create_task(resident.live(stop)) for resident in people]
        try:
            yield people
            stop.set()
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def audit(self) -> Audit:
        """Wait until all is quiet, and balance the books."""
        await self._quiet()
        return self.balance(await self.export())

    async def export(self) -> str:
        """The leads, as staff get them."""
        code, exported, error = await self.assistant.command("leads", "export")
        assert code == 0, error
        return exported

    def balance(self, exported: str) -> Audit:
        """Balance the books as they are."""
        books = Books(
            api=self.api,
            database_url=self.database_url,
            people=self.people,
            events=self.events,
            calm=self.calm,
            desk=self.desk,
            lethal=self.lethal,
        )
        return books.audit(exported)

    async def _quiet(self) -> None:
        waiting = text(
            "select (select count(*) from outbox where state in ('waiting', 'leased'))"
            " + (select count(*) from inbox where state = 'waiting')"
        )
        engine = create_engine(self.database_url)
        with contextlib.suppress(TimeoutError):  # the books will tell what is left
            async with asyncio.timeout(QUIET_WITHIN):
                while True:
                    with engine.connect() as connection:
                        if not connection.execute(waiting).scalar_one():
                            break
                    await asyncio.sleep(0.2)
        engine.dispose()


@asynccontextmanager
async def on_sqlite(
    folder: Path, *, module: str = "bot", desk: bool = True
) -> AsyncIterator[Scene]:
    """One process on a file; not started yet."""
    _make(folder)
    url = f"sqlite:///{folder / 'assistant.db'}"
    async with BotApi() as api:
        staff = _desk(api) if desk else None
        assistant = Assistant(_settings(api, url, staff), folder=folder, module=module)
        try:
            yield Scene(api, url, [assistant], [], staff)
        except AssertionError:
            _show_logs([assistant])
            raise
        finally:
            await assistant.kill()


@asynccontextmanager
async def on_postgres(
    server: PostgresServer,
    folder: Path,
    *,
    processes: int = 1,
    module: str = "bot",
    desk: bool = True,
) -> AsyncIterator[Scene]:
    """Processes that share a database, each with a line of its own to it; not started yet."""
    database = await asyncio.to_thread(server.create_database)
    secret = new_secret()
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(BotApi())
        staff = _desk(api) if desk else None
        scene = Scene(api, server.url(database), [], [], staff, server)
        for number in range(processes):
            proxy, url = await stack.enter_async_context(line_to(server, database))
            home = folder / f"process{number}"
            _make(home)
            settings = _settings(api, url, staff) | {"SECRET_KEY": secret}
            assistant = Assistant(settings, folder=home, module=module)
            stack.push_async_callback(assistant.kill)
            scene.assistants.append(assistant)
            scene.proxies.append(proxy)
        try:
            yield scene
        except AssertionError:
            _show_logs(scene.assistants)
            raise


def _show_logs(assistants: list[Assistant]) -> None:
    for assistant in assistants:
        sys.stderr.write("".join(assistant.log.splitlines(keepends=True)[-LINES_SHOWN:]))


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


def _desk(api: BotApi) -> Group:
    return api.group("Staff desk", members=[api.person("Alex", last_name="Sample")])


def _settings(api: BotApi, url: str, desk: Group | None) -> dict[str, str]:
    settings = {
        "TELEGRAM_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "DATABASE_URL": url,
        "QUIET_HOURS": "off",
        "PREVIEW": "off",
    }
    return settings | ({"STAFF_CHAT_ID": str(desk.id)} if desk else {})
