"""The HTTP side: `/bot{token}/{method}` and `/file/bot{token}/{path}` on 127.0.0.1."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from tests.botapi.calls import Call, Violation
from tests.botapi.delivery import Polling, Webhook
from tests.botapi.errors import ApiError, conflict, not_found, unauthorized
from tests.botapi.faults import Fault, Faults
from tests.botapi.methods import METHODS
from tests.botapi.request import Request, Upload
from tests.botapi.world import World

MAX_UPLOAD = 50 * 1024 * 1024


class Server:
    """Answers the bot's calls out of a `World`, records them, and makes the trouble arranged."""

    def __init__(self, world: World, token: str, public: dict[str, str]) -> None:
        self.world = world
        self.token = token
        self.calls: list[Call] = []
        self.violations: list[Violation] = []
        self.faults = Faults()
        self.webhook = Webhook(world.updates, public)
        self.polling = Polling(world.updates, self.webhook)
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self, port: int) -> str:
        """Listen on 127.0.0.1 (any free port when 0) and return the root URL."""
        app = web.Application(client_max_size=MAX_UPLOAD + 1024 * 1024)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def stop(self) -> None:
        self._closing.set()
        await self.webhook.stop()
        self.polling.end(ApiError(500, "Internal Server Error: restart"))
        if self._runner is not None:
            await self._runner.cleanup()

    async def _file(self, http: web.Request) -> web.Response:
        stored = self.world.files.at(http.match_info["path"])
        if http.match_info["token"] != self.token or stored is None:
            return _response(not_found().body(), 404)
        return web.Response(body=stored.data, content_type="application/octet-stream")

    async def _call(self, http: web.Request) -> web.Response:
        try:
            request = await read(http)
        except web.HTTPRequestEntityTooLarge:
            return _response(ApiError(413, "Request Entity Too Large").body(), 413)
        call = Call(request.method, request.decoded(), self.world.clock())
        self.calls.append(call)
        self.world.signal.announce()
        fault = self.faults.next_for(request.method)
        call.troubled = fault is not None
        await self._hang(fault, after=False)
        body = await self._answer(http, request, call, fault)
        await self._hang(fault, after=True)
        call.answered_at = self.world.clock()
        self.world.signal.announce()
        if fault is not None and fault.drop and http.transport is not None:
            http.transport.abort()
        return _response(body, call.status)

    async def _answer(
        self, http: web.Request, request: Request, call: Call, fault: Fault | None
    ) -> dict[str, Any]:
        try:
            if fault is not None and fault.error is not None:
                raise fault.error
            if http.match_info["token"] != self.token:
                raise unauthorized() if ":" in http.match_info["token"] else not_found()
            call.result = await self._do(request)
        except ApiError as refusal:
            call.status, call.description = refusal.code, refusal.description
            if refusal.fault and http.transport is not None:
                self._violated(call)
            return refusal.body()
        call.status = 200
        return {"ok": True, "result": call.result}

    def _violated(self, call: Call) -> None:
        words = call.description
        self.violations.append(Violation(call.method, call.status, words, call.params))

    async def _do(self, request: Request) -> Any:
        match request.method.lower():
            case "getupdates":
                return await self.polling.poll(request)
            case "setwebhook" | "deletewebhook":
                return await self._set_webhook(request)
            case "getwebhookinfo":
                return self.webhook.info()
            case name if name in METHODS:
                return METHODS[name](self.world, request)
            case _:
                raise not_found("method not found")

    async def _set_webhook(self, request: Request) -> bool:
        if request.method.lower() == "deletewebhook":
            request.values.pop("url", None)
        elif request.text("url"):
            self.polling.end(conflict("terminated by setWebhook request"))
        await self.webhook.set(request)
        return True

    async def _hang(self, fault: Fault | None, *, after: bool) -> None:
        if fault is not None and fault.hang and fault.after == after:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), fault.hang)


async def read(http: web.Request) -> Request:
    """A call from query string, form, multipart or JSON, as the Bot API takes them all."""
    method, values = http.match_info["method"], dict(http.query)
    if http.content_type == "application/json":
        body = json.loads(await http.text() or "{}")
        values |= {name: _as_text(value) for name, value in body.items() if value is not None}
        return Request(method, values)
    uploads: dict[str, Upload] = {}
    for name, value in (await http.post()).items():
        if isinstance(value, FileField):
            data = value.file.read()
            value.file.close()
            uploads[name] = Upload(value.filename, value.content_type, data)
        else:
            values[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return Request(method, values, uploads)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _response(body: dict[str, Any], status: int) -> web.Response:
    return web.json_response(body, status=status)
