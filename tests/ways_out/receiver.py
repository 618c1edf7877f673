"""Another system, on loopback: it keeps what is posted to it, and answers as the test arranges."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks.webhooks import Webhook

Answer = int | web.Response | Callable[[], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Got:
    """One request, as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.body)
        return found

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def is_signed_with(self, secret: str) -> bool:
        """As the specification's own library signs it, at the time that it says."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        right = Webhook(secret).sign(self.id, at, self.body.decode())
        return right in self.headers["webhook-signature"].split()


@dataclass
class Receiver:
    """`answers` are used up one by one; then `always`."""

    got: list[Got] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    always: Answer = 200
    port: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def address(self, host: str = "127.0.0.1", path: str = "/hook") -> str:
        return f"http://{host}:{self.port}{path}"

    async def until(self, count: int, *, within: float = 30.0) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(within):
            while len(self.got) < count:  # noqa: ASYNC110  # they come over the line
                await asyncio.sleep(0.02)

    @property
    def kinds(self) -> list[str]:
        return [it.json["type"] for it in self.got]

    async def take(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.got.append(Got(request.method, request.path, headers, await request.read()))
        self.came.set()
        answer = self.answers.pop(0) if self.answers else self.always
        if isinstance(answer, int):
            return web.Response(status=answer)
        return answer if isinstance(answer, web.Response) else await answer()


@asynccontextmanager
async def open_receiver() -> AsyncIterator[Receiver]:
    """One that is listening."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.take)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(shutdown_timeout=0.1)
    receiver.port = server.port or 0
    try:
        yield receiver
    finally:
        await server.close()
