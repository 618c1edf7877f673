"""The public pages behind a real HTTP server, on each kind of database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import ManualClock
from bot.core import Core, open_core
from bot.links import ChatLinks
from bot.loops import Channels
from bot.settings import Settings
from bot.web import build_site
from storage import calls
from storage.calls import CallDetails
from storage.crypto import new_secret
from storage.models import Call
from tests.reading import read_once
from tests.world import MONDAY, ROOT

GARDENS = CallDetails(
    code="gardens",
    title="Gardens & <b>greens</b>",
    theme="community_assets",
    summary="Open up a green space, together.",
    opens_at=MONDAY - timedelta(days=1),
    closes_at=MONDAY + timedelta(days=10, hours=4),
    reminders=["7d", "2h"],
    criteria=[
        {
            "fact": "adult",
            "is": True,
            "unmet": "not_yet",
            "met": "You're 18 or over.",
            "unmet_text": "Somebody aged 18 or over has to apply.",
            "fix": "Ask a grown-up you trust.",
        }
    ],
    offering="Up to £5,000, and a mentor",
    link="https://example.org/gardens",
    may_close_early="650 ideas",
    sign_off=True,
)


@dataclass
class Visit:
    """A visitor of the pages, and the hands to move what is behind them."""

    client: TestClient[web.Request, web.Application]
    core: Core
    clock: ManualClock

    def keep(self, details: CallDetails = GARDENS, **changes: object) -> Call:
        """A call as its author writes it."""
        with self.core.database.transaction() as session:
            wanted = replace(details, **changes)  # type: ignore[arg-type]
            return calls.save_call(session, wanted, now=self.clock.now()).call

    async def page(self, path: str) -> str:
        """What is read there."""
        answer = await self.client.get(path)
        assert answer.status == 200, path
        return await answer.text()


@asynccontextmanager
async def open_visit(
    database_url: str, folder: Path, *, dialogues: Path = ROOT / "dialogues"
) -> AsyncIterator[Visit]:
    """The pages of an assistant that talks on Telegram."""
    clock = ManualClock(MONDAY)
    settings = Settings(
        database_url=database_url,
        data_dir=folder,
        dialogues=dialogues,
        secret_key=new_secret(),
        _env_file=None,
    )
    with open_core(settings, clock=clock, read=read_once) as core:
        app = web.Application()
        build_site(core, Channels(links=ChatLinks.of_bot("demo_bot"))).add_to(app)
        async with TestClient(TestServer(app)) as client:
            yield Visit(client, core, clock)


@pytest.fixture
async def visit(database_url: str, tmp_path: Path) -> AsyncIterator[Visit]:
    """The pages with the content as it is shipped."""
    async with open_visit(database_url, tmp_path) as opened:
        yield opened
