"""The console put together: each route of the access table with its page."""

from collections.abc import Mapping

from aiohttp import web

from actions.context import StartLink
from bot.console import content, leads, settings, staff
from bot.console.access import ROUTES
from bot.console.acting import Acting
from bot.console.afterwards import Afterwards
from bot.console.assets import Assets
from bot.console.gate import Gate, Open, Page
from bot.console.live import Live
from bot.console.office import Office
from bot.console.rendering import Rendering
from bot.console.safety import Seals
from bot.console.staff.entry import Entry
from bot.console.staff.first import FirstAdmin
from bot.core import Core
from bot.desk.desk import Desk
from storage.crypto import cipher_of


class Console:
    """The staff's pages under `/staff`. What staff do in them is done by `desk`."""

    def __init__(self, core: Core, *, desk: Desk, start_link: StartLink) -> None:
        seals = Seals(cipher_of(core.database.engine.dialect))
        rendering = Rendering(core.programme)
        self._gate = Gate(
            database=core.database, clock=core.clock, seals=seals, rendering=rendering
        )
        self.afterwards = Afterwards(core.database)
        self.live = Live(database=core.database, clock=core.clock)
        office = _office(core, rendering, self.afterwards, desk, start_link)
        self._closing = office.closing
        entry = Entry(office, seals=seals)
        self._open: Mapping[str, Open] = {
            **entry.open,
            **FirstAdmin(office, seals=seals).open,
            "asset": Assets().serve,
        }
        self._pages: Mapping[str, Page] = {
            **entry.pages,
            **self.live.pages,
            **leads.pages(office),
            **content.pages(office),
            **staff.pages(office),
            **settings.pages(office),
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


def _office(
    core: Core, rendering: Rendering, afterwards: Afterwards, desk: Desk, start_link: StartLink
) -> Office:
    return Office(
        core.database,
        core.clock,
        rendering,
        core.wording,
        core.programme,
        Acting(database=core.database, clock=core.clock, desk=desk, signals=core.signals),
        afterwards,
        core,
        start_link,
    )
