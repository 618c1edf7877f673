"""Giving back what deleted rows took up, so that SQLite's files do not grow for ever.

PostgreSQL sees to this by itself. What writes here belongs on a writer thread.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.database import Database

_PATIENCE = 50  # milliseconds; who writes meanwhile must not wait longer


def free_pages(session: Session) -> int:
    """How many pages of the file hold nothing."""
    return int(session.execute(text("pragma freelist_count")).scalar_one())


def give_back(database: Database, *, pages: int) -> None:
    """Shorten the file by so many free pages."""
    with _raw(database) as connection:
        # As a script, for only a script is carried to its end: each page is a row of no columns.
        connection.executescript(f"pragma incremental_vacuum({pages:d})")


def fold_log(database: Database) -> None:
    """Write the log back into the file and empty it, unless somebody is just reading it."""
    with _raw(database) as connection:
        (usual,) = connection.execute("pragma busy_timeout").fetchone()
        connection.execute("pragma wal_checkpoint(passive)")  # the long part, in nobody's way
        connection.execute(f"pragma busy_timeout={_PATIENCE:d}")
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.execute(f"pragma busy_timeout={usual:d}")


@contextmanager
def _raw(database: Database) -> Iterator[Any]:
    """The driver's own connection, outside of any transaction."""
    with database.engine.connect() as connection:
        connection.rollback()
        yield connection.connection.driver_connection
