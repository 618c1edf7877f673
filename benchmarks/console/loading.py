"""Rows by the million into a database: one call of the driver a table, indexes afterwards."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, text
from sqlalchemy.types import Date

from storage.crypto import Cipher, EncryptedJSON, EncryptedText
from storage.models import Instant

Row = Sequence[Any]
Encode = Callable[[Any], Any]


class Loader:
    """Fills tables of one database. Values are given as the models have them, but JSON as text."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._seal = _once_each(lambda plain: cipher.seal(plain.encode()))

    def fill(self, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Put these rows in, whose values belong to these columns; what the table has no column for
        is left out. The keys of other tables are not looked at, and indexes are made when all rows
        are there."""
        if missing := [at for at, name in enumerate(columns) if name not in table.columns]:
            columns = _without(columns, missing)
            rows = (_without(row, missing) for row in rows)
        encoded = self._encoded([table.columns[name] for name in columns], rows)
        with self._engine.begin() as connection:
            for index in table.indexes:
                index.drop(connection)
            self.fill_plain(connection, table.name, columns, encoded)
            for index in sorted(table.indexes, key=lambda it: str(it.name)):
                index.create(connection)

    def fill_plain(
        self, connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Row]
    ) -> None:
        """The same with values as the driver takes them."""
        places = ", ".join(f'"{name}"' for name in columns)
        raw = connection.connection.driver_connection
        assert raw is not None
        if self._is_sqlite:
            marks = ", ".join("?" * len(columns))
            raw.executemany(f"insert into {table} ({places}) values ({marks})", rows)
            return
        connection.execute(text("set local session_replication_role = replica"))
        with raw.cursor() as cursor, cursor.copy(f"copy {table} ({places}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)

    def _encoded(self, columns: Sequence[Column[Any]], rows: Iterable[Row]) -> Iterator[Row]:
        changed = [(at, it) for at, column in enumerate(columns) if (it := self._encoder(column))]
        for row in rows:
            cells = list(row)
            for at, encode in changed:
                if cells[at] is not None:
                    cells[at] = encode(cells[at])
            yield cells

    def _encoder(self, column: Column[Any]) -> Encode | None:
        if isinstance(column.type, EncryptedText | EncryptedJSON):
            return self._seal
        if self._is_sqlite and isinstance(column.type, Instant):
            return _as_sqlite_has_it
        if self._is_sqlite and isinstance(column.type, Date):
            return date.isoformat
        return None


def _without(row: Row, places: Collection[int]) -> list[Any]:
    return [it for at, it in enumerate(row) if at not in places]


def _as_sqlite_has_it(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")


def _once_each(work: Encode) -> Encode:
    """Sealing takes longer than all else: a value that comes again is sealed once."""
    kept: dict[Any, Any] = {}

    def encode(value: Any) -> Any:
        found = kept.get(value)
        if found is None:
            found = kept[value] = work(value)
        return found

    return encode
