"""What came in and what goes out."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedJSON
from storage.models.base import Base, BigId

# For statements that ask for rows of this state: it must stand in them itself, for else a database
# that plans them once for all values makes no use of the partial indexes.
WAITING: ColumnElement[str] = literal_column("'waiting'")
LEASED: ColumnElement[str] = literal_column("'leased'")
TO_DO: ColumnElement[str] = literal_column("'to_do'")
DOING: ColumnElement[str] = literal_column("'doing'")


class InboxRow(Base):
    """An accepted update. Its payload goes with the turn; its key stays, to know a repeat."""

    __tablename__ = "inbox"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(96), unique=True)  # telegram:UPDATE_ID, …
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))  # update (the channel's own format), internal
    joins: Mapped[bool]  # waits a moment: with its neighbours it makes one answer
    payload: Mapped[Any | None] = mapped_column(EncryptedJSON)
    state: Mapped[str] = mapped_column(String(16), default="waiting")  # waiting, done, set_aside
    received_at: Mapped[datetime]
    ready_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    suspect: Mapped[bool] = mapped_column(default=False)  # waited while a process died: runs alone
    error: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_inbox_waiting",
            "chat_id",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_inbox_ready",
            "ready_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class OutboxRow(Base):
    """Something to be sent, or slow work to be done. What is sent is in `messages`, or is rendered
    when it is claimed."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    lane: Mapped[int]  # storage.outbox.Lane, lower goes first
    kind: Mapped[str] = mapped_column(String(24))  # message, edit, reminder, lead_card, …
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    payload: Mapped[Any | None] = mapped_column(JSON)  # ids only, nothing personal
    dedupe_key: Mapped[str | None] = mapped_column(String(96), unique=True)
    state: Mapped[str] = mapped_column(
        String(16), default="waiting"
    )  # waiting, leased, sent, dropped, set_aside; of work to_do, doing, done, held, …
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "lane",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_outbox_leased",
            "leased_until",
            sqlite_where=text("state = 'leased'"),
            postgresql_where=text("state = 'leased'"),
        ),
        Index(
            "ix_outbox_chat",
            "chat_id",
            "id",
            sqlite_where=text("state in ('waiting','leased')"),
            postgresql_where=text("state in ('waiting','leased')"),
        ),
        Index(
            "ix_outbox_work",
            "due_at",
            "id",
            sqlite_where=text("state in ('to_do','doing')"),
            postgresql_where=text("state in ('to_do','doing')"),
        ),
        Index(  # the head of what one chat waits for
            "ix_outbox_work_chat",
            "kind",
            "chat_id",
            "id",
            sqlite_where=text("state in ('to_do','doing')"),
            postgresql_where=text("state in ('to_do','doing')"),
        ),
        Index("ix_outbox_message", "message_id"),  # deleting a message looks for its rows
    )
