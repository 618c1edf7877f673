"""Processes that share a PostgreSQL wake each other by NOTIFY; on SQLite there is only one.

The process whose transaction it was knows itself what it has left to do: it does not hear its own.
"""

import uuid
from collections.abc import AsyncIterator
from typing import Literal, get_args
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Engine, event, text
from sqlalchemy.orm import Session

from storage.database import POSTGRES_LINE

Kind = Literal["inbox", "outbox", "reminders", "news", "broadcasts", "works", "hooks", "mails"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_WOKEN = "woken"
_NOTIFY = text("select pg_notify(kind, :by) from unnest(cast(:kinds as text[])) kind")
_names: WeakKeyDictionary[Dialect, str] = WeakKeyDictionary()


class CutOffError(Exception):
    """The connection to the database is gone, or could not be made."""


def wake(session: Session, *kinds: Kind) -> None:
    """Once this transaction has committed, tell other processes that such work may be waiting."""
    session.info.setdefault(_WOKEN, set()).update(kinds)


def woken(session: Session) -> frozenset[Kind]:
    """What this transaction leaves to do, if it commits."""
    return frozenset(session.info.get(_WOKEN, ()))


@event.listens_for(Session, "before_commit")
def _notify(session: Session) -> None:
    """Once a transaction: what a savepoint says would go with it when that is rolled back."""
    if _WOKEN not in session.info or session.in_nested_transaction():
        return
    kinds, dialect = session.info.pop(_WOKEN), session.get_bind().dialect
    if dialect.name == "postgresql":
        session.execute(_NOTIFY, {"kinds": sorted(kinds), "by": _name_of(dialect)})


def _name_of(dialect: Dialect) -> str:
    """What those who share this engine go by."""
    return _names.setdefault(dialect, uuid.uuid4().hex)


async def listen(engine: Engine) -> AsyncIterator[Kind]:
    """What other processes wake this one for, over a connection of its own, to a PostgreSQL.

    First comes every kind: what was said before there was a connection went unheard.
    Raises CutOffError.
    """
    import psycopg  # noqa: PLC0415  # not needed on SQLite

    words, named = engine.dialect.create_connect_args(engine.url)
    try:
        async with await psycopg.AsyncConnection.connect(
            *words, autocommit=True, **{**POSTGRES_LINE, **named}
        ) as connection:
            for kind in KINDS:
                await connection.execute(f"listen {kind}")
            for kind in KINDS:
                yield kind
            async for heard in connection.notifies():
                if heard.payload != _name_of(engine.dialect):
                    yield heard.channel  # type: ignore[misc]  # we listen to these kinds only
    except (psycopg.Error, OSError) as error:
        raise CutOffError(type(error).__name__) from error
