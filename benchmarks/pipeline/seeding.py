"""A database that has been in use for long, filled by the million in plain SQL."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, create_engine, make_url, text

from storage.models import Base, Chat, Conversation, Message, Reminder, Subscription

FIRST_DUE = 5_000_000_000  # Telegram's numbers of those who are reminded during the benchmark
FIRST_OTHER = 7_000_000_000  # and of all others
SPACING = 100  # between the messages of one stored conversation and the next


def engine_for(url: str) -> Engine:
    """A way in that is only good for filling it."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
        return engine
    return create_engine(parsed.set(drivername="postgresql+psycopg"))


def fill(connection: Connection, table: Table, count: int, values: Mapping[str, str]) -> None:
    """`count` rows; each value is SQL in which `g` counts from 1. Columns it lacks are left out."""
    columns = [name for name in values if name in table.columns]
    places = ", ".join(f'"{name}"' for name in columns)
    cells = ", ".join(values[name] for name in columns)
    series, source = _series(connection, count)
    connection.execute(
        text(f"insert into {table.name} ({places}) {series} select {cells} from {source}")
    )


def _series(connection: Connection, count: int) -> tuple[str, str]:
    """What comes before a select, and what it selects from, to have `g` count from 1."""
    if connection.dialect.name == "sqlite":
        step = f"select g + 1 from s where g < {count}"
        return f"with recursive s(g) as (select 1 union all {step})", "s"
    return "", f"generate_series(1, {count}) as s(g)"


def settle(engine: Engine) -> None:
    """Let ids go on behind what was filled in, and leave the tables as they are after a while."""
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if engine.dialect.name == "sqlite" or list(table.primary_key.columns.keys()) != ["id"]:
                continue
            newest = f"coalesce((select max(id) from {table.name}), 0) + 1"
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            connection.execute(text(f"select setval({sequence}, {newest})"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":  # its own upkeep, which would begin in a minute
            connection.exec_driver_sql("vacuum analyze")
            connection.exec_driver_sql("checkpoint")
        else:
            connection.exec_driver_sql("analyze")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def moment(engine: Engine, at: datetime) -> str:
    """An instant as this database writes it."""
    if engine.dialect.name == "sqlite":
        return f"'{at:%Y-%m-%d %H:%M:%S}.{at.microsecond:06}'"
    return f"'{at.isoformat()}'"


def subscriptions(
    url: str, call: str, *, now: datetime, total: int, due: int, sent: int, known: int
) -> None:
    """Chats with a subscription to this call each: `due` of them due now, after `sent` that have
    been served already. The first `known` of those due have numbers that Telegram will know."""
    engine = engine_for(url)
    with engine.begin() as connection:
        row = connection.execute(
            text("select id, closes_at from calls where code = :code"), {"code": call}
        ).one()
        call_id, closes_at = row.id, _instant(row.closes_at)
        at = {
            "due": moment(engine, now - timedelta(minutes=1)),
            "later": moment(engine, closes_at - timedelta(hours=2)),
            "then": moment(engine, now - timedelta(hours=1)),
            "closes": moment(engine, closes_at),
        }
        no = "0" if engine.dialect.name == "sqlite" else "false"
        is_due = f"g > {sent} and g <= {sent + due}"
        is_known = f"g > {sent} and g <= {sent + known}"
        number = f"g + case when {is_known} then {FIRST_DUE - sent} else {FIRST_OTHER} end"
        due_at, later = _typed(engine, at["due"]), _typed(engine, at["later"])
        fill(
            connection,
            Chat.table(),
            total,
            {
                "id": "1000 + g",
                "channel": "'telegram'",
                "external_id": f"cast({number} as varchar(64))",
                "kind": "'private'",
                "created_at": at["then"],
                "expects_text": no,
                "missed_reply": no,
            },
        )
        fill(
            connection,
            Subscription.table(),
            total,
            {
                "id": "g",
                "chat_id": "1000 + g",
                "call_id": str(call_id),
                "closes_at": _typed(engine, at["closes"]),
                "created_at": _typed(engine, at["then"]),
                "next_due_at": f"case when {is_due} then {due_at} else {later} end",
                "next_offset": f"case when {is_due} then '1d' else '2h' end",
            },
        )
        if sent:
            _served(connection, engine, sent, at)
    settle(engine)
    engine.dispose()


def _served(connection: Connection, engine: Engine, sent: int, at: Mapping[str, str]) -> None:
    """What was left by those who got theirs."""
    fill(
        connection,
        Reminder.table(),
        sent,
        {
            "subscription_id": "g",
            "offset": "'1d'",
            "closes_at": _typed(engine, at["closes"]),
            "due_at": _typed(engine, at["due"]),
            "state": "'sent'",
            "updated_at": _typed(engine, at["due"]),
        },
    )
    fill(
        connection,
        Base.metadata.tables["outbox"],
        sent,
        {
            "chat_id": "1000 + g",
            "lane": "3",
            "kind": "'reminder'",
            "dedupe_key": "'seeded:' || g",
            "state": "'sent'",
            "due_at": _typed(engine, at["due"]),
            "attempts": "1",
            "created_at": _typed(engine, at["due"]),
            "finished_at": _typed(engine, at["due"]),
        },
    )


def conversations(url: str, template: int, count: int) -> list[int]:
    """As many copies of one chat with all that was said in it; Telegram's numbers of them."""
    engine = engine_for(url)
    with engine.begin() as connection:
        for table, own in (
            (
                Chat.table(),
                {"id": "1000 + g", "external_id": f"cast({FIRST_OTHER} + g as varchar)"},
            ),
            (Conversation.table(), {"chat_id": "1000 + g"}),
            (
                Message.table(),
                {
                    "id": f"g * {SPACING} + t.id",
                    "chat_id": "1000 + g",
                    "external_id": "coalesce(t.external_id, t.id)",
                },
            ),
        ):
            _copy(connection, table, own, template, count)
    settle(engine)
    engine.dispose()
    return [FIRST_OTHER + g for g in range(1, count + 1)]


def _copy(
    connection: Connection, table: Table, own: Mapping[str, str], template: int, count: int
) -> None:
    names = [column.name for column in table.columns]
    cells = ", ".join(own.get(name, f't."{name}"') for name in names)
    places = ", ".join(f'"{name}"' for name in names)
    chat = "id" if table.name == "chats" else "chat_id"
    series, source = _series(connection, count)
    connection.execute(
        text(
            f"insert into {table.name} ({places}) {series}"
            f" select {cells} from {source} cross join {table.name} t where t.{chat} = {template}"
        )
    )


def _typed(engine: Engine, literal: str) -> str:
    return literal if engine.dialect.name == "sqlite" else f"timestamptz {literal}"


def _instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def call_file(folder: Path, code: str, closes_at: datetime) -> Path:
    """A file with one call, for `calls import`."""
    file = folder / f"{code}.yml"
    file.write_text(
        f"""calls:
  - code: {code}
    title: A call that many wait for
    theme: ageing
    summary: Meals in company.
    opens_at: 2026-01-05 09:00
    closes_at: {closes_at:%Y-%m-%d %H:%M}
    reminders: [7d, 1d, 2h]
"""
    )
    return file
