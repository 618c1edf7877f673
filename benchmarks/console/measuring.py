"""Asks for each page again and again, one at a time, and takes the time and the CPU it costs."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientResponse, ClientSession, ClientTimeout, CookieJar

from benchmarks.console.databases import ROOT, Filled
from benchmarks.console.scale import NOW
from benchmarks.console.server import CPU
from benchmarks.console.visits import ADMIN, Visit
from benchmarks.pipeline.cpu import cpu_of_tree
from benchmarks.pipeline.figures import percentile
from bot.console.access import ROOT as STAFF
from bot.console.gate import FORM_TOKEN
from storage import sign_ins
from storage.database import Database
from storage.models import StaffMember

WARM_UPS = 3
MOST_CPU = 0.150  # seconds of CPU for a page, a database's own included
MOST_WALL = 0.300  # seconds from asking to the whole of it, at the 95th percentile
_STREAM = "text/event-stream"
_PATIENCE = ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one visit costs; seconds, means but for the percentiles."""

    visit: Visit
    status: int
    size: int  # bytes
    cpu: float  # of the console's process
    server_cpu: float  # of PostgreSQL's processes
    p50: float
    p95: float

    @property
    def is_shown(self) -> bool:
        """Whether it was answered by what it is asked for, or that there is none."""
        return self.status < 500 and self.status not in (401, 403)

    @property
    def is_met(self) -> bool:
        """Whether it is shown, and costs no more than it may."""
        if not self.is_shown:
            return False
        return self.cpu + self.server_cpu <= MOST_CPU and self.p95 <= MOST_WALL


class NotSignedInError(Exception):
    """The console did not let the browser in."""


class Browser:
    """One member's browser, signed in."""

    def __init__(self, session: ClientSession, postmaster: int | None) -> None:
        self._session = session
        self._postmaster = postmaster

    async def measure(self, visit: Visit, times: int) -> Measured:
        """Ask for it so often."""
        for _ in range(WARM_UPS):
            status, size = await self._seen(visit)
        cpu, server_cpu, walls = await self._cpu(), self._server_cpu(), []
        idle = await self._cpu() - cpu  # what asking for the figure itself costs
        for _ in range(times):
            began = time.perf_counter()
            await self._seen(visit)
            walls.append(time.perf_counter() - began)
        spent = await self._cpu() - cpu - 2 * idle
        return Measured(
            visit,
            status,
            size,
            max(spent, 0) / times,
            (self._server_cpu() - server_cpu) / times,
            percentile(walls, 0.5),
            percentile(walls, 0.95),
        )

    async def _seen(self, visit: Visit) -> tuple[int, int]:
        async with self._session.get(visit.path, allow_redirects=False) as response:
            size = await _read(response)
            return response.status, size

    async def _cpu(self) -> float:
        async with self._session.get(CPU) as response:
            return float(await response.text())

    def _server_cpu(self) -> float:
        return cpu_of_tree(self._postmaster) if self._postmaster else 0.0


async def _read(response: ClientResponse) -> int:
    """The whole page; of what goes on for ever the first piece."""
    if response.content_type == _STREAM:
        return len(await response.content.readany())
    return len(await response.read())


@asynccontextmanager
async def signed_in(database: Database, filled: Filled) -> AsyncIterator[Browser]:
    """The console in a process of its own, and an admin's browser, who came by a link."""
    with database.transaction() as session:
        link = sign_ins.make_sign_in(session, session.get_one(StaffMember, ADMIN), now=NOW)
    async with _serving(filled) as address:
        jar = CookieJar(unsafe=True)
        async with ClientSession(address, cookie_jar=jar, timeout=_PATIENCE) as session:
            async with session.post(f"{STAFF}/sign-in/{link}", allow_redirects=False) as response:
                if response.status != 303:
                    raise NotSignedInError(f"signing in answered {response.status}")
            async with session.get(f"{STAFF}/sign-ins", allow_redirects=False) as response:
                if response.status != 200 or FORM_TOKEN not in await response.text():
                    raise NotSignedInError("the session does not hold")
            yield Browser(session, filled.postmaster)


@asynccontextmanager
async def _serving(filled: Filled) -> AsyncIterator[str]:
    environment = {**os.environ, "DATABASE_URL": filled.url, "SECRET_KEY": filled.secret}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.console.server"),
        cwd=ROOT,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        async with asyncio.timeout(60):
            address = (await process.stdout.readline()).decode().strip()
        yield address
        process.stdin.close()
        async with asyncio.timeout(30):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
