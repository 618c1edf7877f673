"""Calls, and who wants to be reminded of their deadlines."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, BigId


class Call(Base):
    """A time-limited invitation to apply."""

    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[str]
    theme: Mapped[str] = mapped_column(String(64))
    summary: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_early_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    reminders: Mapped[Any] = mapped_column(JSON)  # offsets such as "14d", or null: the programme's
    criteria: Mapped[Any] = mapped_column(JSON)
    illustrative: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]


class Subscription(Base):
    """A chat that wants to be reminded of a call's deadline."""

    __tablename__ = "subscriptions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)  # null: nothing more to come
    next_offset: Mapped[str | None] = mapped_column(String(24))
    stopped_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("chat_id", "call_id"),)


class Reminder(Base):
    """The log of one reminder: planned, then sent, skipped, dropped or failed, and why."""

    __tablename__ = "reminders"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"))
    offset: Mapped[str] = mapped_column(String(24))
    closes_at: Mapped[datetime]  # the deadline it was planned for
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))  # planned, sent, skipped, dropped, failed
    reason: Mapped[str | None]
    updated_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("subscription_id", "offset", "closes_at"),)
