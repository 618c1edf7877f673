"""The ground of all tables. Names are the glossary's; every `_at` is an aware UTC instant."""

from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import BigInteger, DateTime, Integer, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys by itself


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, also where the database knows no zones. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables, with the column types that their annotations mean."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, str: Text}

    @classmethod
    def table(cls) -> Table:
        """The table itself, for statements of the hot path: made once, run without the mapper."""
        return cast("Table", cls.__table__)
