"""Alembic's entry: one history for SQLite and PostgreSQL, on the connection it is handed."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from storage.models import Base

connection = context.config.attributes["connection"]


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write the database's own type: a revision must not change with our classes."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_type,
)
context.run_migrations()
