"""What is learnt from staff: examples, and the trainings that took them up."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedText
from storage.models.base import Base, BigId


class TrainingExample(Base):
    """Words of a resident without what is personal in them, and what staff say that they mean. If
    they say otherwise later, it ends and another one is added."""

    __tablename__ = "training_examples"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE"), index=True
    )  # whose words they were, so that they go when those do
    misunderstood_id: Mapped[int | None] = mapped_column(BigId, index=True)  # misunderstood.id
    message_id: Mapped[int | None] = mapped_column(
        BigId, index=True
    )  # messages.id: it was taken for something else, such as danger
    intent: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(EncryptedText)
    given_by: Mapped[int | None] = mapped_column(BigId)  # staff_members.id
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - an id is never used again


class Training(Base):
    """The model was replaced by one that learnt these examples beside those of the content. The
    newest that has not ended is in force; without one, the content's examples alone."""

    __tablename__ = "trainings"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(EncryptedText)  # who they are at the command line
    examples: Mapped[list[int]] = mapped_column(JSON)  # training_examples.id
    count: Mapped[int]  # examples in all, the content's included
    report: Mapped[Any] = mapped_column(JSON)  # figures before and after; no words
    ended_at: Mapped[datetime | None]
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012
