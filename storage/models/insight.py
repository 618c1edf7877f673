"""What is counted, and what was not understood."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedText
from storage.models.base import Base, BigId


class DayFigure(Base):
    """How many there were of something on one day. It names nobody, and outlives what it counted.

    A figure that begins with "w:" is of the week that begins on the day.
    `part` says of which: "" of all, or "borough:sefton", "theme:food", "kind:incubator", ….
    """

    __tablename__ = "day_figures"
    day: Mapped[date] = mapped_column(primary_key=True)  # in the programme's zone
    figure: Mapped[str] = mapped_column(String(32), primary_key=True)  # people, w:people, …
    part: Mapped[str] = mapped_column(String(96), primary_key=True)
    count: Mapped[int]
    __table_args__ = (Index("ix_day_figures_figure", "figure", "part", "day"),)


class Misunderstood(Base):
    """A message that was not understood, kept for staff to learn from, and the intent they gave
    it."""

    __tablename__ = "misunderstood"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(EncryptedText)
    language: Mapped[str | None] = mapped_column(String(8))
    flow: Mapped[str | None] = mapped_column(String(64))  # the question that was open, if any
    step: Mapped[str | None] = mapped_column(String(128))
    intent: Mapped[str | None] = mapped_column(String(64))  # what staff say it is
    given_by: Mapped[int | None] = mapped_column(BigId)  # staff_members.id
    given_at: Mapped[datetime | None]
    left_out: Mapped[str | None] = mapped_column(
        String(16)
    )  # why nothing is learnt from it: personal, or ignored
