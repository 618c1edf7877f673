"""What staff say otherwise than the content's files do."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, BigId


class Rewording(Base):
    """Other words for a response. The one that is published and has not ended counts; a draft is
    seen by staff only; ended ones are kept, so that they can count again."""

    __tablename__ = "rewordings"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    response: Mapped[str] = mapped_column(String(96))
    language: Mapped[str] = mapped_column(String(8), default="en")
    words: Mapped[Any] = mapped_column(JSON)  # list of {text, buttons}, by the variations
    was: Mapped[Any] = mapped_column(JSON)  # the same of the files, when it was written
    made_by: Mapped[int | None] = mapped_column(BigId)  # staff_members.id
    made_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(BigId)
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_rewordings_response", "response", "id"),
        Index(
            "ix_rewordings_counting",
            "response",
            "language",
            unique=True,
            sqlite_where=text("published_at is not null and ended_at is null"),
            postgresql_where=text("published_at is not null and ended_at is null"),
        ),
    )
