"""The staff, where they work, and what they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedJSON, EncryptedText
from storage.models.base import Base, BigId


class StaffChat(Base):
    """A group where leads arrive. At most one per channel is active."""

    __tablename__ = "staff_chats"
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True
    )
    connected_at: Mapped[datetime]
    is_forum: Mapped[bool] = mapped_column(default=False)  # each lead has a topic of its own
    open_role: Mapped[str | None] = mapped_column(
        String(16)
    )  # what whoever is in it may do there, if they are not on the list; null: nothing
    trouble: Mapped[str | None] = mapped_column(
        String(16)
    )  # gone, silenced, no_topics (the right to make them is missing)
    troubled_at: Mapped[datetime | None]  # since when; admins are told once of each


class StaffMember(Base):
    """Somebody who works leads, known by the channel's account."""

    __tablename__ = "staff_members"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(EncryptedText)
    role: Mapped[str | None] = mapped_column(
        String(16)
    )  # viewer, caseworker, manager, admin; null: only known from a chat that is open to all in it
    invited_by: Mapped[int | None] = mapped_column(BigId)  # staff_members.id
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]  # no staff any more: nothing is allowed anywhere
    digest_at: Mapped[str | None] = mapped_column(String(5))  # HH:MM in the programme's zone
    email: Mapped[str | None] = mapped_column(EncryptedText)
    email_token_hash: Mapped[str | None] = mapped_column(
        String(64), index=True, unique=True
    )  # of the link that proves that it is theirs
    email_confirmed_at: Mapped[datetime | None]  # before that nothing but that link goes there
    email_kinds: Mapped[Any | None] = mapped_column(JSON)  # list of what they want by e-mail
    __table_args__ = (UniqueConstraint("channel", "external_id"),)


class StaffLink(Base):
    """A one-time link: to become staff with this role, or (`connect`) to connect a group."""

    __tablename__ = "staff_links"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))  # invite, connect
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str | None] = mapped_column(String(16))
    made_by: Mapped[int | None] = mapped_column(BigId)  # staff_members.id; null: the command line
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(BigId)  # staff_members.id


class AuditEntry(Base):
    """Something that staff did, or were refused."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    staff_id: Mapped[int | None] = mapped_column(BigId, index=True)  # null: the command line
    who: Mapped[str | None] = mapped_column(EncryptedText)
    verb: Mapped[str] = mapped_column(String(32))  # as in the access table
    result: Mapped[str] = mapped_column(String(16))  # done, refused
    lead_id: Mapped[int | None] = mapped_column(
        ForeignKey("leads.id", ondelete="SET NULL"), index=True
    )
    chat_id: Mapped[int | None] = mapped_column(BigId)  # chats.id: the resident it is about
    detail: Mapped[Any | None] = mapped_column(EncryptedJSON)  # what was asked for, and of whom
    __table_args__ = (
        Index(
            "ix_audit_chat",
            "chat_id",
            "id",
            sqlite_where=text("chat_id is not null"),
            postgresql_where=text("chat_id is not null"),
        ),
    )


class Thread(Base):
    """A topic of a staff forum: that of a lead, or of a resident without one. It is a chat of its
    own, whose external id ends in `/new-…` until the channel has made it."""

    __tablename__ = "threads"
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True
    )
    desk_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE")
    )  # the group's chat
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"))
    peer_chat_id: Mapped[int | None] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE")
    )  # the resident's, of a thread without a lead
    title: Mapped[str | None] = mapped_column(EncryptedText)  # as it is called now
    opened_at: Mapped[datetime | None]  # null: not made yet
    gone_at: Mapped[datetime | None]  # it was deleted; what comes next has another
    __table_args__ = (
        Index("ix_threads_lead", "lead_id"),
        Index("ix_threads_peer", "peer_chat_id"),
        Index(
            "ix_threads_one_a_lead",
            "desk_id",
            "lead_id",
            unique=True,
            sqlite_where=text("gone_at is null and lead_id is not null"),
            postgresql_where=text("gone_at is null and lead_id is not null"),
        ),
        Index(
            "ix_threads_one_a_peer",
            "desk_id",
            "peer_chat_id",
            unique=True,
            sqlite_where=text("gone_at is null and peer_chat_id is not null"),
            postgresql_where=text("gone_at is null and peer_chat_id is not null"),
        ),
    )
