"""Updates by webhook."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import Conflict

from tests.botapi import BotApi, Person
from tests.botapi.conftest import refused


@dataclass
class Site:
    """Where updates are posted to; fails as often as told."""

    url: str = ""
    failures: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        if self.failures:
            self.failures -= 1
            return web.Response(status=503)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.taken.append(await request.json())
        return web.Response()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_post("/hook", site.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


async def test_updates_are_posted_with_the_secret_until_taken(
    api: BotApi, bot: Bot, ann: Person, site: Site
) -> None:
    site.failures = 2
    api.server.webhook.retry_every = 0.01
    await bot.set_webhook(f"{site.url}/hook", secret_token="s3cret")
    hello = await ann.send("hello")

    await api.all_confirmed()

    assert [each["message"]["text"] for each in site.taken] == ["/start", "hello"]
    assert site.secrets == ["s3cret", "s3cret"]
    assert api.acknowledged(hello.update_id)
    assert "503" in (await bot.get_webhook_info()).last_error_message


async def test_a_public_address_leads_inside(
    api: BotApi, bot: Bot, ann: Person, site: Site
) -> None:
    api.public["https://bot.example.org"] = site.url
    await bot.set_webhook("https://bot.example.org/hook")
    await api.all_confirmed()
    assert (await bot.get_webhook_info()).url == "https://bot.example.org/hook"


async def test_polling_and_a_webhook_exclude_each_other(api: BotApi, bot: Bot, site: Site) -> None:
    await bot.set_webhook(f"{site.url}/hook")
    with refused("webhook is active", Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    assert not await bot.get_updates()


async def test_pending_updates_can_be_dropped(api: BotApi, bot: Bot, ann: Person) -> None:
    await bot.delete_webhook(drop_pending_updates=True)
    assert not api.pending


@pytest.mark.parametrize(
    ("url", "secret", "complaint"),
    [
        ("http://bot.example.org/hook", None, "HTTPS URL must be provided"),
        ("https://bot.example.org:5000/hook", None, "only on ports 80, 88, 443 or 8443"),
        ("https://bot.example.org/hook", None, "Failed to resolve host"),
        ("http://127.0.0.1:9/hook", "not allowed!", "unallowed characters"),
    ],
)
async def test_refused(bot: Bot, url: str, secret: str | None, complaint: str) -> None:
    with refused(complaint):
        await bot.set_webhook(url, secret_token=secret)
