"""The schema's revisions: which one the database has, and how it gets the newest."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from storage.locks import queue_up

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


class NewerSchemaError(Exception):
    """The database was brought further by a newer version of this program."""


def migrate(engine: Engine, *, to: str = NEWEST) -> None:
    """Bring the schema to the newest revision, or up to one. Safe to call on every start.

    Several processes may start at once: one migrates and the others wait for it.
    Raises NewerSchemaError.
    """
    with engine.execution_options(read_only=True).connect() as connection:
        found = _revision(connection)
    if found is None or found < to:
        with engine.begin() as connection:
            queue_up(connection, "schema")
            _upgrade(connection, to)
    elif found > NEWEST:
        raise NewerSchemaError(f"its schema {found} is newer than this program's {NEWEST}")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("select version_num from alembic_version")
    ).scalar_one_or_none()
    return found


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415  # slow to import, and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
