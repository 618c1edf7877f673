"""The console put together: each route of the access table with its page."""

from collections.abc import Mapping

from aiohttp import web

from actions.context import StartLink
from bot.console import (
    broadcasts,
    calls,
    content,
    insight,
    leads,
    people,
    reminders,
    settings,
    staff,
    ways_out,
)
from bot.console.access import ROUTES
from bot.console.acting import Acting
from bot.console.afterwards import Afterwards
from bot.console.assets import Assets
from bot.console.gate import Gate, Open, Page
from bot.console.hiding import Hiding
from bot.console.live import Live
from bot.console.office import Office
from bot.console.rendering import Rendering
from bot.console.safety import Seals
from bot.console.staff.entry import Entry
from bot.console.staff.first import FirstAdmin
from bot.console.ways_out.stopping import Stopping
from bot.core import Core
from bot.desk.desk import Desk
from bot.exploring.rehearsal_room import RehearsalRoom
from bot.links import ChatLinks
from bot.proxies import Proxies
from bot.ways_out.outside import Outside
from storage.crypto import cipher_of


class Console:
    """The staff's pages under `/staff`. What staff do in them is done by `desk`."""

    def __init__(
        self,
        core: Core,
        *,
        desk: Desk,
        start_link: StartLink,
        links: ChatLinks,
        rehearsals: RehearsalRoom,
    ) -> None:
        database, clock = core.database, core.clock
        cipher = cipher_of(database.engine.dialect)
        seals, hiding = Seals(cipher), Hiding(cipher)
        rendering = Rendering(core.programme, hiding)
        proxies = Proxies.of(core.settings.trusted_proxies)
        self._gate = Gate(
            database=database, clock=clock, seals=seals, rendering=rendering, proxies=proxies
        )
        self.afterwards = Afterwards(database)
        self.live = Live(database=database, clock=clock)
        office = Office(
            core=core,
            rendering=rendering,
            acting=Acting(
                database=database,
                clock=clock,
                desk=desk,
                signals=core.signals,
                wording=core.wording,
            ),
            afterwards=self.afterwards,
            start_link=start_link,
            links=links,
            rehearsals=rehearsals,
            outside=Outside.of(core.settings),
            proxies=proxies,
            hiding=hiding,
            closing=[rehearsals.close],
        )
        self._closing = office.closing
        entry = Entry(office, seals=seals)
        self._open: Mapping[str, Open] = {
            **entry.open,
            **FirstAdmin(office, seals=seals).open,
            "asset": Assets().serve,
            **Stopping(office).open,
        }
        self._pages: Mapping[str, Page] = {
            **entry.pages,
            **self.live.pages,
            **_rooms(office),
        }

    def add_to(self, app: web.Application) -> None:
        """Add the routes, each behind what its row says; HEAD comes with GET."""
        app.on_shutdown.append(self._close)
        app.on_cleanup.append(self._finish)
        for name, access in ROUTES.items():
            if access.role is None:
                handler = self._gate.open(self._open[name])
            else:
                handler = self._gate.behind(access, self._pages[name])
            add = app.router.add_get if access.method == "GET" else app.router.add_post
            add(access.path, handler)

    async def _close(self, _app: web.Application) -> None:
        await self.live.close()

    async def _finish(self, _app: web.Application) -> None:
        await self.afterwards.finish()
        for close in self._closing:
            await close()


def _rooms(office: Office) -> Mapping[str, Page]:
    return {
        **leads.pages(office),
        **calls.pages(office),
        **reminders.pages(office),
        **broadcasts.pages(office),
        **content.pages(office),
        **insight.pages(office),
        **people.pages(office),
        **staff.pages(office),
        **settings.pages(office),
        **ways_out.pages(office),
    }
