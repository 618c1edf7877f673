"""How updates reach the bot: long polling, or a webhook."""

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.botapi.errors import ApiError, bad_request, conflict
from tests.botapi.request import Request
from tests.botapi.updates import UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_PORTS = {80, 88, 443, 8443}
_OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)


def allowed_updates(request: Request) -> list[str] | None:
    kinds = request.json("allowed_updates", "allowed updates")
    if kinds is not None and not isinstance(kinds, list):
        raise bad_request("can't parse allowed updates: expected an Array of String")
    return kinds


@dataclass
class Webhook:
    """Posts updates in order to `url`, again and again until each is taken.

    `public` maps the start of a public address to where it leads in this world, as a reverse
    proxy would; nothing is ever posted beyond this machine.
    """

    updates: UpdateQueue
    public: dict[str, str]
    retry_every: float = 0.1  # seconds
    url: str = ""
    secret: str = ""
    errors: list[str] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None

    async def set(self, request: Request) -> None:
        """Start posting, or stop when the URL is empty. Raises when Telegram would not take it."""
        url, secret = request.text("url"), request.text("secret_token")
        if url:
            _check_url(url)
            self._address(url)
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        await self.stop()
        if request.flag("drop_pending_updates"):
            self.updates.drop()
        self.updates.allow(allowed_updates(request))
        self.url, self.secret = url, secret
        if url:
            self._task = asyncio.create_task(self._post_all())

    async def stop(self) -> None:
        self.url = ""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def info(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
            "allowed_updates": sorted(self.updates.kinds),
        }
        if self.errors:
            shown["last_error_message"] = self.errors[-1]
        return shown

    async def _post_all(self) -> None:
        async with ClientSession(timeout=ClientTimeout(total=30)) as session:
            while True:
                batch = self.updates.take(1)
                if not batch:
                    await self.updates.signal.wait(3600)
                elif await self._post(session, batch[0]):
                    self.updates.pending.pop(batch[0]["update_id"], None)
                    self.updates.signal.announce()
                else:
                    await asyncio.sleep(self.retry_every)

    async def _post(self, session: ClientSession, update: dict[str, Any]) -> bool:
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            async with session.post(
                self._address(self.url), json=update, headers=headers
            ) as answer:
                if answer.ok:
                    return True
                self.errors.append(f"Wrong response from the webhook: {answer.status}")
        except (ClientError, TimeoutError) as trouble:
            self.errors.append(str(trouble) or "Connection timed out")
        return False

    def _address(self, url: str) -> str:
        for start, inside in self.public.items():
            if url.startswith(start):
                return inside + url.removeprefix(start)
        if urlsplit(url).hostname not in _LOOPBACK:
            raise bad_request(
                "bad webhook: Failed to resolve host: Name or service not known "
                "(name where it leads in BotApi.public)"
            )
        return url


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if parts.hostname in _LOOPBACK:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


@dataclass
class Polling:
    """At most one getUpdates waits at a time: a newer one ends the older with 409."""

    updates: UpdateQueue
    webhook: Webhook
    _waiting: asyncio.Future[ApiError] | None = None

    async def poll(self, request: Request) -> list[dict[str, Any]]:
        if self.webhook.url:
            raise conflict(_WEBHOOK_ACTIVE)
        self.end(conflict(_OTHER_POLLER))
        self.updates.allow(allowed_updates(request))
        if request.integer("offset"):
            self.updates.confirm(request.integer("offset"))
        mine: asyncio.Future[ApiError] = asyncio.get_running_loop().create_future()
        self._waiting = mine
        try:
            return await self._wait(request, mine)
        finally:
            if self._waiting is mine:
                self._waiting = None

    def end(self, why: ApiError) -> None:
        """End the poll that waits, if any."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(why)
            self.updates.signal.announce()

    async def _wait(self, request: Request, mine: asyncio.Future[ApiError]) -> list[dict[str, Any]]:
        limit = min(max(request.integer("limit", 100), 1), 100)
        until = time.monotonic() + min(max(request.integer("timeout"), 0), 50)
        while True:
            if mine.done():
                raise mine.result()
            batch = self.updates.take(limit)
            left = until - time.monotonic()
            if batch or left <= 0:
                return batch
            await self.updates.signal.wait(left)
