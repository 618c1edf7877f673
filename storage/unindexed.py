"""A column that SQLite is to compare row by row, and not to look up in an index.

SQLite knows nothing of how often a value comes: it takes an index of one column, and reads each row
it finds there in full, where it had better go through another index that has all it needs.
PostgreSQL counts values, and chooses for itself.
"""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Unindexed(FunctionElement[Any]):
    inherit_cache = True


@compiles(_Unindexed)
def _plain(element: _Unindexed, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(element.clauses, **more)


@compiles(_Unindexed, "sqlite")
def _with_a_plus(element: _Unindexed, compiler: SQLCompiler, **more: Any) -> str:
    return f"+{compiler.process(element.clauses, **more)}"


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same column, for a comparison."""
    element = _Unindexed(column)
    element.type = column.type
    return element
