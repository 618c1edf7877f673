"""The database: engines, transactions, and the threads they run in.

Access is synchronous SQLAlchemy in worker threads. SQLite gets one writer thread and a pool of
readers (WAL, so that reading never waits); PostgreSQL gets several writers.
"""

import asyncio
import threading
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import (
    CursorResult,
    Engine,
    Result,
    Table,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction

from storage.crypto import Cipher

T = TypeVar("T")


# A machine that dies or is cut off says no goodbye. Both ends notice within half a minute, so that
# what it had locked is free again, and a thread of ours does not wait for ever.
#
# No merges: what PostgreSQL knows of a queue is always out of date, and from where its rows ended
# then it concludes that a merge would soon be over, which goes through all chats there are.
POSTGRES_LINE: dict[str, str | int] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c enable_mergejoin=off -c idle_in_transaction_session_timeout=30s"
    " -c tcp_user_timeout=20s -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5"
    " -c tcp_keepalives_count=3",
}
_AT_HAND = "at hand"
_GATHERED = "gathered"
_INCREMENTAL = 2  # SQLite's auto_vacuum: pages are given back when we ask for it


class Database:
    """One database, its writers and readers. Made by `open_database`, ended by `close`."""

    def __init__(self, engine: Engine, *, writers: int, readers: int) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.writers = writers
        self.write_pool = ThreadPoolExecutor(writers, thread_name_prefix="writer")
        self._read_pool = ThreadPoolExecutor(readers, thread_name_prefix="reader")
        self._writing = threading.Lock() if self.is_sqlite else None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it raises."""
        with (
            self._one_writer(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading; what it changes is thrown away."""
        with Session(
            self.engine.execution_options(read_only=True), expire_on_commit=False
        ) as session:
            yield session

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction on a writer thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self.write_pool, self._in_transaction, work
        )

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on a reader thread; it never waits for a writer."""
        return await asyncio.get_running_loop().run_in_executor(
            self._read_pool, self._in_reading, work
        )

    @property
    def is_kept_waiting(self) -> bool:
        """Whether who writes now has to wait for another writer to end."""
        return self._writing is not None and self._writing.locked()

    def close(self) -> None:
        """Wait for what is running, then close every connection."""
        self.write_pool.shutdown()
        self._read_pool.shutdown()
        if self.is_sqlite:
            _fold_wal(self.engine)
        self.engine.dispose()

    def _in_transaction(self, work: Callable[[Session], T]) -> T:
        with self.transaction() as session:
            return work(session)

    def _in_reading(self, work: Callable[[Session], T]) -> T:
        with self.reading() as session:
            return work(session)

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if self._writing is None:
            yield
        else:
            with self._writing:
                yield


def open_database(url: str, *, secret: str) -> Database:
    """Open `sqlite:///…` or `postgresql://…`; nothing is created but SQLite's folder.

    Raises ValueError for another kind of URL or a malformed secret.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        engine = _sqlite_engine(url, parsed.database)
        database = Database(engine, writers=1, readers=4)
    elif backend == "postgresql":
        from storage.arrays import write_by_columns  # noqa: PLC0415  # not needed on SQLite

        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            connect_args={k: v for k, v in POSTGRES_LINE.items() if k not in parsed.query},
            pool_size=12,
            max_overflow=4,
            hide_parameters=True,
        )
        event.listen(engine, "connect", write_by_columns)
        database = Database(engine, writers=4, readers=4)
    else:
        raise ValueError("must start with sqlite:/// or postgresql://")
    engine.dialect.cipher = Cipher(secret)  # type: ignore[attr-defined]  # read by storage.crypto
    return database


def _sqlite_engine(url: str, path: str | None) -> Engine:
    if not path or path == ":memory:":
        raise ValueError("needs a file: sqlite:///path/to/file.db")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": 30, "check_same_thread": False},
        pool_size=8,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: see _begin_sqlite
    if connection.execute("PRAGMA auto_vacuum").fetchone() != (_INCREMENTAL,):
        # It only takes before the first table; and as it writes, it would wait for who is writing.
        connection.execute(f"PRAGMA auto_vacuum={_INCREMENTAL}")
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "busy_timeout=30000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _fold_wal(engine: Engine) -> None:
    """Fold the log into the file and empty it, so that what was deleted is not left lying in it."""
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        if raw is not None:
            connection.rollback()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def at_hand(session: Session) -> dict[str, Any]:
    """What is read once in a transaction and then kept at hand, by the name of what it is."""
    kept: dict[str, Any] = session.info.setdefault(_AT_HAND, {})
    return kept


class Gathers(Protocol):
    """A statement that many rows can share."""

    def run(self, session: Session, rows: dict[Any, Any]) -> None:
        """Give these rows, by id or by what else they are known by, their values."""
        ...


def gather(session: Session, statement: Gathers, row_id: Hashable, values: Any) -> None:
    """Have this row written with others at the end of the transaction or savepoint. What was
    gathered for it before is not written any more."""
    _gathered(session, statement)[row_id] = values


def gather_new(session: Session, statement: Gathers, values: Any) -> None:
    """Have this row added with others at the end of the transaction or savepoint, in the order in
    which they are gathered."""
    rows = _gathered(session, statement)
    rows[len(rows)] = values


def _gathered(session: Session, statement: Gathers) -> dict[Hashable, Any]:
    gathered: dict[Gathers, dict[Hashable, Any]] = at_hand(session).setdefault(_GATHERED, {})
    return gathered.setdefault(statement, {})


@event.listens_for(Session, "before_commit")
def write_gathered(session: Session) -> None:
    """Write it now."""
    for statement, rows in at_hand(session).pop(_GATHERED, {}).items():
        statement.run(session, rows)


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """What is done in the block is undone if it raises, and nothing else."""
    write_gathered(session)
    with session.begin_nested():
        yield


@event.listens_for(Session, "after_soft_rollback")
def _look_again(session: Session, _undone: SessionTransaction) -> None:
    """What was read may be undone, also by a savepoint."""
    if session.info.pop(_AT_HAND, None):
        session.expire_all()


def changed_rows(result: Result[Any]) -> int:
    """How many rows an UPDATE or DELETE met."""
    return cast("CursorResult[Any]", result).rowcount


def insert_into(session: Session, table: type[DeclarativeBase] | Table) -> postgresql.Insert:
    """An INSERT that can say `on_conflict_…`; SQLite's and PostgreSQL's share that interface."""
    if session.get_bind().dialect.name == "sqlite":
        return cast("postgresql.Insert", sqlite.insert(table))
    return postgresql.insert(table)


def is_alive(engine: Engine) -> bool:
    """Whether the database answers a trivial question."""
    with engine.connect() as connection:
        return connection.execute(text("select 1")).scalar() == 1
