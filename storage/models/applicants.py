"""Who applies, and what they want to do."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedText
from storage.models.base import Base, BigId


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
    facts_at: Mapped[Any] = mapped_column(JSON)  # when each was said or confirmed, ISO 8601, UTC
    matching_at: Mapped[datetime | None]  # they agreed then that their ideas are matched
    watching_since: Mapped[datetime | None]  # and want to hear when there is somebody like them
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Index(
            "ix_applicants_matching",
            "id",
            sqlite_where=text("matching_at is not null"),
            postgresql_where=text("matching_at is not null"),
        ),
    )


class Idea(Base):
    """What an applicant wants to do. Of several, the one that was taken up last is at hand.
    `call_code` names the call that it is meant for, if any."""

    __tablename__ = "ideas"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    applicant_id: Mapped[int] = mapped_column(
        ForeignKey("applicants.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(
        String(16), default="draft"
    )  # draft, sent (once at least), archived; offer: words about an offer, and what was attached
    call_code: Mapped[str | None] = mapped_column(String(24), index=True)
    words: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))  # {sound: stems} if matched
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    taken_up: Mapped[int]  # the higher, the later: no clock tells which idea is at hand
    sent_at: Mapped[datetime | None]  # when it was sent last


class IdeaWord(Base):
    """Which ideas have words of a sound: the other way round than `ideas.words`. Only ideas of
    those who agreed to be matched are in here. Misspellings leave a word's sound as it is."""

    __tablename__ = "idea_words"
    sound: Mapped[str] = mapped_column(String(40), primary_key=True)
    idea_id: Mapped[int] = mapped_column(
        ForeignKey("ideas.id", ondelete="CASCADE"), primary_key=True
    )
    __table_args__ = (
        Index("ix_idea_words_idea", "idea_id"),
        {"sqlite_with_rowid": False},
    )


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
