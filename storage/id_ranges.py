"""The ids of what was made in a stretch of time, without reading the table.

Ids rise with the time at which rows were made, so the place where a stretch begins is found by
halving. Rows that were made at nearly the same time may stand the other way round: ask for the
time as well.
"""

from datetime import datetime, timedelta

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

_ASIDE = timedelta(hours=1)  # how far off its place a row may stand


def ids_between(
    session: Session, table: Table, made_at: str, begin: datetime, end: datetime
) -> tuple[int, int]:
    """The first id that may have been made from `begin` on, and the first that was made well after
    `end`. `made_at` names the column."""
    newest = session.execute(select(func.max(table.c.id))).scalar_one() or 0
    first = _first_since(session, table, made_at, begin - _ASIDE, newest)
    return first, _first_since(session, table, made_at, end + _ASIDE, newest)


def _first_since(
    session: Session, table: Table, made_at: str, instant: datetime, newest: int
) -> int:
    low, high = 0, newest + 1
    while low < high:
        middle = (low + high) // 2
        statement = select(table.c.id, table.c[made_at]).where(table.c.id >= middle)
        found = session.execute(statement.order_by(table.c.id).limit(1)).first()
        if found is None or found[1] >= instant:
            high = middle
        else:
            low = found.id + 1
    return low
