"""Words of the staff for many residents at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedText
from storage.models.base import Base, BigId


class Broadcast(Base):
    """What is told to the subscribers of a theme, a borough or a call."""

    __tablename__ = "broadcasts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    words: Mapped[str] = mapped_column(EncryptedText)  # plain, as staff wrote them
    audience: Mapped[Any] = mapped_column(JSON)  # {"theme": …}, {"borough": …}, {"call_id": …}
    state: Mapped[str] = mapped_column(String(16))  # draft, sending, sent, cancelled
    version: Mapped[int] = mapped_column(default=1)  # raised with every change of a draft
    made_by: Mapped[int | None] = mapped_column(BigId)  # staff_members.id
    made_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # the last was handed to the outbox, or it was cancelled
    ended_by: Mapped[int | None] = mapped_column(BigId)  # staff_members.id: who cancelled it
    cursor: Mapped[int] = mapped_column(BigId, default=0)  # chats.id: up to it all are queued
    expected: Mapped[int | None]  # how many it was for, when it began
    __table_args__ = (Index("ix_broadcasts_state", "state"),)


class BroadcastRecipient(Base):
    """What became of a broadcast in one chat."""

    __tablename__ = "broadcast_recipients"
    broadcast_id: Mapped[int] = mapped_column(
        ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True
    )
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    state: Mapped[str] = mapped_column(String(16))  # queued, sent, failed, dropped, cancelled
    reason: Mapped[str | None]
    updated_at: Mapped[datetime]
    __table_args__ = (Index("ix_broadcast_recipients_state", "broadcast_id", "state", "chat_id"),)
