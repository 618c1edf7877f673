"""`python -m benchmarks.console.server`: the console alone, in a process that can be measured.

It is given settings by the environment as every start is, prints its address, and serves until its
input ends. Beside the console's pages there is one that tells how much CPU it has used so far.
"""

import asyncio
import gc
import sys
import time

from aiohttp import web

from benchmarks.console.scale import NOW
from bot.app import AT_ONCE
from bot.clock import ManualClock
from bot.core import open_core
from bot.loops import Channels
from bot.settings import Settings
from bot.web import build_console

CPU = "/cpu"


async def serve() -> None:
    """Serve until the input ends."""
    with open_core(Settings(), clock=ManualClock(NOW)) as core:
        app = web.Application()
        build_console(core, Channels()).add_to(app)
        app.router.add_get(CPU, _cpu)
        gc.freeze()  # as `bot.app` does
        gc.set_threshold(AT_ONCE)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()


async def _cpu(_request: web.Request) -> web.Response:
    return web.Response(text=repr(time.process_time()))


if __name__ == "__main__":
    asyncio.run(serve())
