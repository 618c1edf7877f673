"""Listening for Telegram, browsers and probes."""

import asyncio
import errno
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.settings import SettingError, Settings
from storage.database import Database
from storage.loop_failures import Failing

WELL = {"status": "ok"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serve(
    settings: Settings, site: web.Application, *, stop: asyncio.Event
) -> AsyncIterator[str]:
    """Listen until `stop` is set; then answer what was begun. Yields the address.

    Raises SettingError when the port is taken.
    """
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        listener = web.TCPSite(runner, settings.host, settings.port)
        try:
            await listener.start()
        except OSError as error:
            raise SettingError(*_what_is_wrong(settings, error)) from error
        closing = asyncio.create_task(_close(listener, stop))
        yield f"http://{settings.host}:{runner.addresses[0][1]}/"
        closing.cancel()
    finally:
        await runner.cleanup()


async def _close(listener: web.TCPSite, stop: asyncio.Event) -> None:
    """Take no more connections once everything is to stop."""
    await stop.wait()
    await listener.stop()


def _what_is_wrong(settings: Settings, error: OSError) -> tuple[str, str]:
    reason = f"cannot be used: {error.strerror or error}"
    if error.errno in {errno.EADDRINUSE, errno.EACCES}:
        return "PORT", f"{settings.port} {reason}"
    return "HOST", f"{settings.host} {reason}"


def healthz(database: Database, failing: Callable[[], Sequence[Failing]]) -> Handler:
    """What a probe is answered; `failing` are the loops of this process that fail now."""

    async def answer(_request: web.Request) -> web.Response:
        """200 while the database answers, 503 otherwise. A loop that fails is begun again by
        itself: starting the whole process anew would help nobody."""
        try:
            await database.read(lambda session: session.execute(text("select 1")).scalar())
        except DBAPIError:
            return web.json_response({"status": "no database"}, status=503)
        found = [
            {"loop": it.loop, "since": it.since.isoformat(), "failures": it.failures}
            for it in failing()
        ]
        return web.json_response({"status": "failing", "loops": found} if found else WELL)

    return answer
