"""Statements for many rows at once, made once and the same however many rows they get.

PostgreSQL gets each column as one array. A statement that grew with its rows would be another one
each time: to be read by the driver, parsed and planned anew. SQLite reads so quickly that it gets
them as SQLAlchemy writes them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Self, cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Executable,
    Result,
    Table,
    TableValuedAlias,
    any_,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

Row = Mapping[str, Any]  # values by column
_PARAMETER = "all_{}"  # not the column's own name, which an UPDATE keeps for itself

Make = Callable[[postgresql.Insert], Executable]


class Among(FunctionElement[bool]):
    """Whether a column is one of many values; see `among`."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: OperatorType | None = None) -> Self:
        """As it stands: SQLite has no booleans, and would be given one to compare with 1."""
        return self


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether this column is one of the values in the list that is given as parameter `name`."""
    return Among(column, bindparam(name, expanding=True, type_=column.type))


@compiles(Among)
def _one_by_one(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = element.clauses
    return compiler.process(column.in_(values), **how)


@compiles(Among, "postgresql")
def _as_array(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = element.clauses
    given = bindparam(values.key, type_=ARRAY(column.type, dimensions=1))
    return compiler.process(column == any_(given), **how)


class Insertion:
    """An INSERT into `table`, of one row or of many. `make` says what else it says, such as
    `on_conflict_…` or RETURNING; SQLite's and PostgreSQL's share that interface."""

    def __init__(self, table: Table, make: Make = lambda add: add) -> None:
        self._table = table
        self._make = make
        self._alike = {
            "sqlite": make(cast("postgresql.Insert", sqlite.insert(table))),
            "postgresql": make(postgresql.insert(table)),
        }
        self._of_arrays = cache(self._from_arrays)

    def run(self, session: Session, values: Row | Sequence[Row]) -> Result[Any]:
        """Run it with these values, or with those of several rows, which name the same columns."""
        kind = session.get_bind().dialect.name
        if kind == "postgresql" and not isinstance(values, Mapping):
            return session.connection().execute(self._of_arrays(tuple(values[0])), _arrays(values))
        return session.connection().execute(self._alike[kind], values)

    def _from_arrays(self, names: tuple[str, ...]) -> Executable:
        given = _given(self._table, names)
        rows = select(*(given.c[name] for name in names))
        return self._make(postgresql.insert(self._table).from_select(names, rows))


class Adding:
    """An INSERT of many rows about which nothing is wanted back, so that it can be gathered.
    `make` as for `Insertion`."""

    def __init__(self, table: Table, make: Make = lambda add: add) -> None:
        self._insertion = Insertion(table, make)

    def run(self, session: Session, rows: Mapping[Any, Row]) -> None:
        """Add these rows, in this order."""
        self._insertion.run(session, list(rows.values()))


class Numbering:
    """An INSERT of many rows whose ids are wanted."""

    def __init__(self, table: Table) -> None:
        self._plain = Insertion(table)
        self._arrays = Insertion(table, lambda add: add.returning(table.c.id))

    def run(self, session: Session, rows: Sequence[Row]) -> list[int]:
        """The ids of these rows, in this order."""
        if not rows:
            return []
        if session.get_bind().dialect.name == "postgresql":
            return sorted(self._arrays.run(session, rows).scalars())  # they rise as rows are read
        # SQLite would have to be asked row by row. It has one writer, which counts on.
        self._plain.run(session, rows)
        last = session.connection().exec_driver_sql("select last_insert_rowid()").scalar_one()
        return list(range(last - len(rows) + 1, last + 1))


class Rewriting:
    """An UPDATE of many rows, each with values of its own for these columns."""

    def __init__(self, table: Table, *names: str) -> None:
        one = update(table).where(table.c.id == bindparam("row"))
        given = _given(table, ("id", *names))
        many = update(table).where(table.c.id == given.c.id)
        self._alike = one.values({name: bindparam(name) for name in names})
        self._of_arrays = many.values({name: given.c[name] for name in names})

    def run(self, session: Session, rows: Mapping[int, Row]) -> None:
        """Give these rows, by id, their values."""
        if not rows:
            return
        if session.get_bind().dialect.name == "postgresql":
            arrays = _arrays([{"id": number, **values} for number, values in rows.items()])
            session.connection().execute(self._of_arrays, arrays)
        else:
            alike = [{"row": number, **values} for number, values in rows.items()]
            session.connection().execute(self._alike, alike)


def _given(table: Table, names: Iterable[str]) -> TableValuedAlias:
    """What PostgreSQL gets for these columns, as rows."""
    arrays = (
        bindparam(_PARAMETER.format(name), type_=ARRAY(table.c[name].type, dimensions=1))
        for name in names
    )
    return func.unnest(*arrays).table_valued(*names, name="given").render_derived()


def _arrays(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """These rows, column by column."""
    return {_PARAMETER.format(name): [row[name] for row in rows] for name in rows[0]}
