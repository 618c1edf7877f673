"""Only one `run` on an SQLite file: a second one would send everything twice."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url


class DatabaseInUseError(Exception):
    """Another `run` holds this SQLite file."""


@contextmanager
def only_run(database_url: str) -> Iterator[None]:
    """Hold the file's lock; it goes with the process, however that ends. PostgreSQL needs none."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    path = Path(f"{url.database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DatabaseInUseError(f"{url.database} is in use by another run") from error
        yield
