"""The tables. Names are the glossary's; every `_at` is an aware UTC instant."""

from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from storage.crypto import EncryptedJSON, EncryptedText

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


class Chat(Base):
    """A private chat, a group, a preview page. Its row is the lock that a turn holds."""

    __tablename__ = "chats"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))  # telegram, preview, terminal
    external_id: Mapped[str] = mapped_column(String(64))  # the channel's own id
    kind: Mapped[str] = mapped_column(String(16))  # private, group, channel
    name: Mapped[str | None] = mapped_column(EncryptedText)  # as the channel tells it
    created_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]  # the resident blocked the bot, or it was removed
    paused_until: Mapped[datetime | None]  # the channel told us to wait with this chat
    expects_text: Mapped[bool] = mapped_column(default=False)  # the open question takes free text
    missed_reply: Mapped[bool] = mapped_column(default=False)  # a reply to them was set aside
    __table_args__ = (UniqueConstraint("channel", "external_id"),)


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
    updated_at: Mapped[datetime]


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
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
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
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_messages_chat", "chat_id", "id"),
        Index("ix_messages_external", "chat_id", "external_id"),
        Index("ix_messages_lead", "lead_id"),
    )


class OutboxRow(Base):
    """Something to be sent. What it says is in `messages`, or is rendered when it is claimed."""

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
    )  # waiting, leased, sent, dropped, set_aside
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_outbox_open",
            "lane",
            "id",
            sqlite_where=text("state in ('waiting','leased')"),
            postgresql_where=text("state in ('waiting','leased')"),
        ),
        Index(
            "ix_outbox_chat",
            "chat_id",
            "id",
            sqlite_where=text("state in ('waiting','leased')"),
            postgresql_where=text("state in ('waiting','leased')"),
        ),
    )


class Applicant(Base):
    """Who applies: one person, or a group or organisation that a person speaks for."""

    __tablename__ = "applicants"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), unique=True)
    kind: Mapped[str | None] = mapped_column(String(16))  # individual, group
    name: Mapped[str | None] = mapped_column(EncryptedText)
    contact: Mapped[str | None] = mapped_column(
        EncryptedText
    )  # phone in E.164, e-mail, or "telegram"
    contact_index: Mapped[str | None] = mapped_column(String(32), index=True)
    facts: Mapped[Any] = mapped_column(JSON)  # declared facts, by slot name
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Idea(Base):
    """What an applicant wants to do. A draft until a lead carries it."""

    __tablename__ = "ideas"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    applicant_id: Mapped[int] = mapped_column(
        ForeignKey("applicants.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(
        String(16), default="draft"
    )  # draft, sent, archived; offer: words about an offer, with what was attached
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class IdeaAnswer(Base):
    """One version of one answer; the newest of a question counts, earlier ones are kept."""

    __tablename__ = "idea_answers"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(64))  # the slot's name
    text: Mapped[str | None]  # null: cleared or skipped
    media: Mapped[Any | None] = mapped_column(JSON)  # the channel's file handles
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_idea_answers", "idea_id", "question", "id"),)


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


class StaffChat(Base):
    """A group where leads arrive. At most one per channel is active."""

    __tablename__ = "staff_chats"
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True
    )
    connected_at: Mapped[datetime]


class StaffMember(Base):
    """Somebody who works leads, known by the channel's account."""

    __tablename__ = "staff_members"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("channel", "external_id"),)


class Lead(Base):
    """Qualified interest handed to staff, with a copy of what was sent: later edits leave it."""

    __tablename__ = "leads"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    dedupe_key: Mapped[str] = mapped_column(
        String(96), unique=True
    )  # the draft it came from: sent twice is one lead
    kind: Mapped[str] = mapped_column(String(24))  # an offer, or callback
    status: Mapped[str] = mapped_column(
        String(16), default="new"
    )  # new, claimed, in_contact, done, withdrawn
    chat_id: Mapped[int | None] = mapped_column(
        ForeignKey("chats.id", ondelete="SET NULL"), index=True
    )
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("ideas.id", ondelete="SET NULL"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"))
    applicant_kind: Mapped[str] = mapped_column(String(16))  # individual, group
    applicant_name: Mapped[str | None] = mapped_column(EncryptedText)
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    contact_index: Mapped[str | None] = mapped_column(String(32), index=True)
    on_behalf_of: Mapped[str | None] = mapped_column(EncryptedText)  # whom a helper helps
    helped: Mapped[bool] = mapped_column(default=False)  # sent by somebody who helps the applicant
    borough: Mapped[str | None] = mapped_column(String(64))
    theme: Mapped[str | None] = mapped_column(String(64))
    verdict: Mapped[str | None] = mapped_column(String(16))  # eligible, not_yet, no
    reasons: Mapped[Any] = mapped_column(JSON)  # list of sentences
    facts: Mapped[Any] = mapped_column(JSON)
    idea: Mapped[Any | None] = mapped_column(JSON)  # {"title": …, "answers": {question: text}}
    to_be_listened: Mapped[bool] = mapped_column(default=False)  # a voice note is part of it
    consent_at: Mapped[datetime]
    created_at: Mapped[datetime]
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_members.id", ondelete="SET NULL")
    )
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class LeadEvent(Base):
    """What happened to a lead, in order: sent, claimed, said, done."""

    __tablename__ = "lead_events"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(
        String(24)
    )  # sent, claimed, staff_said, resident_said, done, forgotten
    who: Mapped[str | None] = mapped_column(EncryptedText)
    words: Mapped[str | None] = mapped_column(EncryptedText)


class Handoff(Base):
    """A resident needs a person: asked for one, in distress, or stuck."""

    __tablename__ = "handoffs"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(16))  # asked, answer (to staff), crisis, stuck
    words: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


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


class Keystone(Base):
    """One sealed row that tells whether a key opens this database."""

    __tablename__ = "keystone"
    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[str] = mapped_column(EncryptedText)


class Lease(Base):
    """One process at a time does what the lease names: poll, plan, clean up."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]


# An id is never given twice, not even after its row was deleted: buttons and dedupe keys name ids.
for _table in Base.metadata.tables.values():
    _table.dialect_options["sqlite"]["autoincrement"] = list(_table.primary_key.columns.keys()) == [
        "id"
    ]
