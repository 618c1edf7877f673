"""Chats, what was said in them, and where the dialogue stands."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedJSON, EncryptedText
from storage.models.base import Base, BigId


class Chat(Base):
    """A private chat, a group, a preview page. Its row is the lock that a turn holds."""

    __tablename__ = "chats"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))  # telegram, preview, terminal
    external_id: Mapped[str] = mapped_column(
        String(64)
    )  # the channel's own id; of a topic its group's with its own behind it, GROUP/TOPIC
    topic_of: Mapped[str | None] = mapped_column(String(64))  # of a topic: its group's external id
    kind: Mapped[str] = mapped_column(String(16))  # private, group, channel
    name: Mapped[str | None] = mapped_column(EncryptedText)  # as the channel tells it
    created_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]  # the resident blocked the bot, or it was removed
    paused_until: Mapped[datetime | None]  # the channel told us to wait with this chat
    expects_text: Mapped[bool] = mapped_column(default=False)  # the open question takes free text
    missed_reply: Mapped[bool] = mapped_column(default=False)  # a reply to them was set aside
    source: Mapped[str | None] = mapped_column(
        String(40)
    )  # where the first link they came by stood
    flooded_at: Mapped[datetime | None]  # more came in than is answered at once; they were told
    speaks_for: Mapped[int | None] = mapped_column(
        BigId
    )  # groups.id: what is told here is told for that group; it counts only for its members
    side_after: Mapped[int | None] = mapped_column(
        BigId
    )  # messages.id: up to it they spoke for somebody else, or for themselves
    handoff_id: Mapped[int | None] = mapped_column(
        BigId
    )  # handoffs.id: somebody of the staff is there, and what is written here goes to them
    unlearnt_at: Mapped[datetime | None]  # they said that nothing is to be learnt from their words
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index(
            "ix_chats_topic_of",
            "topic_of",
            sqlite_where=sql("topic_of is not null"),
            postgresql_where=sql("topic_of is not null"),
        ),
    )


class ChatAlias(Base):
    """An older id of a chat: a group that became a supergroup keeps its conversation."""

    __tablename__ = "chat_aliases"
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))


class Conversation(Base):
    """Where the dialogue with a chat stands."""

    __tablename__ = "conversations"
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True
    )
    topic_id: Mapped[int] = mapped_column(BigId, primary_key=True, default=0)  # 0: the chat itself
    state: Mapped[Any] = mapped_column(EncryptedJSON)
    at_flow: Mapped[str | None] = mapped_column(String(64))  # the question that is open, if any:
    at_step: Mapped[str | None] = mapped_column(String(128))  # where they left, once it is quiet
    updated_at: Mapped[datetime]
    __table_args__ = (
        Index(
            "ix_conversations_open",
            "at_flow",
            "at_step",
            "updated_at",
            sqlite_where=sql("at_flow is not null"),
            postgresql_where=sql("at_flow is not null"),
        ),
    )


class Message(Base):
    """One message of a chat's history, in or out. Everything a person typed is sealed."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    direction: Mapped[str] = mapped_column(String(3))  # in, out
    external_id: Mapped[int | None] = mapped_column(BigId)  # the channel's message id, once known
    flow: Mapped[str | None] = mapped_column(
        String(64)
    )  # the question it asks (out) or answers (in)
    step: Mapped[str | None] = mapped_column(String(128))
    text: Mapped[str | None] = mapped_column(EncryptedText)  # out: Telegram HTML; in: plain
    buttons: Mapped[Any | None] = mapped_column(
        EncryptedJSON
    )  # out: list of buttons, with payloads
    media: Mapped[Any | None] = mapped_column(
        EncryptedJSON
    )  # attachments in, image or document out
    author: Mapped[str | None] = mapped_column(EncryptedText)  # who wrote it, where it matters
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id", ondelete="SET NULL"))
    peer_chat_id: Mapped[int | None] = mapped_column(
        ForeignKey("chats.id", ondelete="SET NULL")
    )  # where a reply to it goes
    reply_to_id: Mapped[int | None] = mapped_column(BigId)  # messages.id in the same chat
    copy_of: Mapped[int | None] = mapped_column(
        BigId
    )  # messages.id in another chat, whose words it passes on: an edit there is one here
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_messages_copy_of",
            "copy_of",
            sqlite_where=sql("copy_of is not null"),
            postgresql_where=sql("copy_of is not null"),
        ),
        Index("ix_messages_chat", "chat_id", "id"),
        Index("ix_messages_external", "chat_id", "external_id"),
        Index("ix_messages_lead", "lead_id"),
    )
