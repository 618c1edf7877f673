"""The staff console behind a real HTTP server, on each kind of database."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Page, async_playwright

from bot.clock import ManualClock
from bot.console.console import Console
from bot.core import Core, open_core
from bot.loops import Channels
from bot.settings import Settings
from bot.web import build_console
from storage import sign_ins, staff
from storage.crypto import new_secret
from storage.models import StaffMember
from storage.staff import Role
from tests.preview.browser import browser_path, launch
from tests.reading import read_once
from tests.world import MONDAY, ROOT

FORM = re.compile(r'name="form_token" value="([^"]+)"')

Client = TestClient[web.Request, web.Application]


@dataclass
class Browser:
    """Somebody's browser; `form_token` is that of the page it showed last."""

    client: Client
    form_token: str = ""
    pages: list[str] = field(default_factory=list)

    async def get(self, path: str) -> ClientResponse:
        return await self._seen(await self.client.get(path, allow_redirects=False))

    async def post(self, path: str, **fields: str) -> ClientResponse:
        given = {"form_token": self.form_token, **fields}
        return await self._seen(await self.client.post(path, data=given, allow_redirects=False))

    async def _seen(self, response: ClientResponse) -> ClientResponse:
        if response.content_type == "text/event-stream":  # it would go on
            response.close()
            return response
        self.pages.append(await response.text())
        found = FORM.search(self.pages[-1])
        self.form_token = found[1] if found else self.form_token
        return response

    @property
    def page(self) -> str:
        return self.pages[-1]


class Office:
    """The console, and the staff who come to it."""

    def __init__(
        self, core: Core, clock: ManualClock, server: TestServer, console: Console
    ) -> None:
        self.core = core
        self.console = console
        self.clock = clock
        self._server = server
        self._clients: list[Client] = []

    @property
    def address(self) -> str:
        return str(self._server.make_url("")).rstrip("/")

    async def browser(self) -> Browser:
        client = TestClient(self._server, cookie_jar=CookieJar(unsafe=True))
        self._clients.append(client)
        return Browser(client)

    async def close(self) -> None:
        for client in self._clients:
            await client.session.close()

    def hire(self, name: str, role: Role | None) -> StaffMember:
        with self.core.database.transaction() as session:
            member = staff.staff_member(
                session, channel="telegram", external_id=name, name=name, now=self.clock.now()
            )
            member.role = role
        return member

    def link_for(self, member: StaffMember) -> str:
        with self.core.database.transaction() as session:
            token = sign_ins.make_sign_in(session, member, now=self.clock.now())
        return f"/staff/sign-in/{token}"

    async def signed_in(self, name: str, role: Role) -> Browser:
        browser, link = await self.browser(), self.link_for(self.hire(name, role))
        await browser.get(link)
        assert (await browser.post(link)).status == 303
        await browser.get("/staff/sign-ins")
        return browser

    async def settled(self) -> None:
        """All that is written down after a page was answered is."""
        await self.console.afterwards.finish()

    def wait(self, span: timedelta) -> None:
        self.clock.move_on(span)


@asynccontextmanager
async def open_office(
    database_url: str,
    folder: Path,
    *,
    secret: str | None = None,
    dialogues: Path = ROOT / "dialogues",
    dev: bool = False,
    **more: Any,
) -> AsyncIterator[Office]:
    clock = ManualClock(MONDAY)
    settings = Settings(
        database_url=database_url,
        data_dir=folder,
        dialogues=dialogues,
        secret_key=secret or new_secret(),
        **more,
    )
    with open_core(settings, clock=clock, read=read_once, dev=dev) as core:
        app = web.Application()
        console = build_console(core, Channels())
        console.add_to(app)
        server = TestServer(app)
        await server.start_server()
        office = Office(core, clock, server, console)
        try:
            yield office
        finally:
            await office.close()
            await server.close()


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """The console on each kind of database."""
    async with open_office(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def small_office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """The same on one kind, for what no database has a part in."""
    async with open_office(sqlite_url, tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture(params=["desk", "phone"])
async def page(request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A page of a real browser, at a desk and on a phone."""
    if browser_path() is None and not os.environ.get("BROWSER_REQUIRED"):
        pytest.skip("left out: there is no Chromium or Chrome on this machine")
    width, height = {"desk": (1200, 800), "phone": (360, 780)}[request.param]
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        opened = await browser.new_page(viewport={"width": width, "height": height})
        yield opened
        await browser.close()
