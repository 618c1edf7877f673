"""The console put together: each route of the access table with its page."""

from collections.abc import Mapping

from aiohttp import web

from bot.clock import Clock
from bot.console import broadcasts, leads, reminders, staff
from bot.console.access import ROUTES
from bot.console.acting import Acting
from bot.console.assets import Assets
from bot.console.gate import Gate, Open, Page
from bot.console.office import Office
from bot.console.rendering import Rendering
from bot.console.safety import Seals
from bot.console.staff.entry import Entry
from bot.desk.desk import Desk
from bot.pipeline.wording import Wording
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
        rate: float,
    ) -> None:
        seals = Seals(cipher_of(database.engine.dialect))
        rendering = Rendering(programme)
        self._gate = Gate(database=database, clock=clock, seals=seals, rendering=rendering)
        entry = Entry(database=database, clock=clock, seals=seals, rendering=rendering)
        acting = Acting(database=database, clock=clock, desk=desk)
        office = Office(database, clock, rendering, wording, programme, acting, rate)
        self._open: Mapping[str, Open] = {
            "sign_in": entry.how,
            "sign_in_link": entry.ask,
            "use_sign_in_link": entry.use,
            "asset": Assets().serve,
        }
        self._pages: Mapping[str, Page] = {
            **entry.pages,
            **broadcasts.pages(office),
            **leads.pages(office),
            **reminders.pages(office),
            **staff.pages(office),
        }

    def add_to(self, app: web.Application) -> None:
        """Add the routes, each behind what its row says; HEAD comes with GET."""
        for name, access in ROUTES.items():
            if access.role is None:
                handler = self._gate.open(self._open[name])
            else:
                handler = self._gate.behind(access, self._pages[name])
            add = app.router.add_get if access.method == "GET" else app.router.add_post
            add(access.path, handler)
