"""What people want to hear of, what they were told about each call, and what there is to tell."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, BigId


class Interest(Base):
    """A chat that wants to be told of the calls of a theme, of an offer, for a borough, or of all.

    One call is followed by a subscription.
    """

    __tablename__ = "interests"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))  # theme, offer, borough, everything
    value: Mapped[str] = mapped_column(String(64))  # which one; "" for everything
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("chat_id", "kind", "value"),
        Index("ix_interests_topic", "kind", "value", "chat_id"),
    )


class ToldVerdict(Base):
    """The verdict that a chat was told last about a call."""

    __tablename__ = "told_verdicts"
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True
    )
    call_id: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16))  # eligible, not_yet, no, unknown
    told_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_told_verdicts_call", "call_id", "chat_id"),
        Index("ix_told_verdicts_told_at", "told_at"),
    )


class CallNews(Base):
    """Something about a call that people are to be told, and how far that has come.

    Chats are told in the order of their ids, `told_up_to` is the last that was dealt with.
    """

    __tablename__ = "call_news"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    about: Mapped[str] = mapped_column(String(32))  # "opening", or "change" with its id: told once
    kind: Mapped[str] = mapped_column(
        String(16)
    )  # opened, moved, closed_early, withdrawn, reopened, rules
    before: Mapped[Any] = mapped_column(JSON)  # dates and criteria as they were
    at: Mapped[datetime]
    told_up_to: Mapped[int] = mapped_column(BigId, default=0)
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("call_id", "about"),
        Index(
            "ix_call_news_unfinished",
            "id",
            sqlite_where=text("finished_at is null"),
            postgresql_where=text("finished_at is null"),
        ),
    )
