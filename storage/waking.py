"""Processes that share a PostgreSQL wake each other by NOTIFY; on SQLite there is only one."""

from collections.abc import AsyncIterator
from typing import Literal, get_args

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from storage.database import POSTGRES_LINE

Kind = Literal["inbox", "outbox", "reminders", "news"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_WOKEN = "woken"
_NOTIFY = text("select pg_notify(kind, '') from unnest(cast(:kinds as text[])) kind")


class CutOffError(Exception):
    """The connection to the database is gone, or could not be made."""


def wake(session: Session, *kinds: Kind) -> None:
    """Once this transaction has committed, tell every process that such work may be waiting."""
    if session.get_bind().dialect.name == "postgresql":
        session.info.setdefault(_WOKEN, set()).update(kinds)


@event.listens_for(Session, "before_commit")
def _notify(session: Session) -> None:
    """Once a transaction: what a savepoint says would go with it when that is rolled back."""
    if _WOKEN in session.info and not session.in_nested_transaction():
        session.execute(_NOTIFY, {"kinds": sorted(session.info.pop(_WOKEN))})


async def listen(engine: Engine) -> AsyncIterator[Kind]:
    """What processes are woken for, over a connection of its own, to a PostgreSQL.

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
                yield heard.channel  # type: ignore[misc]  # we listen to these kinds only
    except (psycopg.Error, OSError) as error:
        raise CutOffError(type(error).__name__) from error
