"""The console put together: each route of the access table with its page."""

from collections.abc import Mapping

from aiohttp import web

from bot.clock import Clock
from bot.console import calls, leads, staff, ways_out
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
from bot.console.ways_out.stopping import Stopping
from bot.desk.desk import Desk
from bot.exploring.rehearsal_room import RehearsalRoom
from bot.links import ChatLinks
from bot.pipeline.signals import Signals
from bot.pipeline.wording import Wording
from bot.ways_out.outside import Outside
from dialogues.programme import Programme
from storage.crypto import cipher_of
from storage.database import Database


class Console:
    """The staff's pages under `/staff`. What staff do in them is done by `desk`."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        wording: Wording,
        programme: Programme,
        desk: Desk,
        signals: Signals,
        links: ChatLinks,
        rehearsals: RehearsalRoom,
        outside: Outside,
    ) -> None:
        seals = Seals(cipher_of(database.engine.dialect))
        rendering = Rendering(programme)
        self._gate = Gate(database=database, clock=clock, seals=seals, rendering=rendering)
        entry = Entry(database=database, clock=clock, seals=seals, rendering=rendering)
        acting = Acting(database=database, clock=clock, desk=desk, signals=signals)
        self.afterwards = Afterwards(database)
        self._rehearsals = rehearsals
        office = Office(
            database=database,
            clock=clock,
            rendering=rendering,
            wording=wording,
            programme=programme,
            acting=acting,
            afterwards=self.afterwards,
            links=links,
            rehearsals=rehearsals,
            outside=outside,
        )
        stopping = Stopping(office)
        self._open: Mapping[str, Open] = {
            "sign_in": entry.how,
            "sign_in_link": entry.ask,
            "use_sign_in_link": entry.use,
            "asset": Assets().serve,
            **stopping.open,
        }
        self.live = Live(database=database, clock=clock)
        self._pages: Mapping[str, Page] = {
            **entry.pages,
            **self.live.pages,
            **leads.pages(office),
            **calls.pages(office),
            **staff.pages(office),
            **ways_out.pages(office),
        }

    def add_to(self, app: web.Application) -> None:
        """Add the routes, each behind what its row says; HEAD comes with GET. What was opened is
        closed when the application is cleaned up."""
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
        await self._rehearsals.close()
