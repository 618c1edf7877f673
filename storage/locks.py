"""Where several processes would do the same thing at once, one does it and the others wait."""

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session


def queue_up(session: Session | Connection, name: str) -> None:
    """Wait until no other transaction is at what this names; it holds to this one's end.

    On SQLite every writing transaction waits for the one before it anyway.
    """
    connection = session.connection() if isinstance(session, Session) else session
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("select pg_advisory_xact_lock(hashtext('incubator'), hashtext(:name))"),
            {"name": name},
        )
