"""Alembic's entry: one history for SQLite and PostgreSQL, run on the engine that is handed in."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from storage.models import Base

engine = context.config.attributes["engine"]


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write the database's own type: a revision must not change with our classes."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
