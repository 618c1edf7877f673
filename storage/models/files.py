"""Files that belong to somebody: pages that were made for them, and copies of what they sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedBytes, EncryptedText
from storage.models.base import Base, BigId


class File(Base):
    """A file of one chat, sealed. One that belongs to an idea goes with it."""

    __tablename__ = "files"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), index=True)
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("ideas.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))  # page_picture, page_document, copy
    made_of: Mapped[str | None] = mapped_column(
        String(32)
    )  # keyed digest of what a page was made of
    name: Mapped[str] = mapped_column(EncryptedText)
    mime_type: Mapped[str] = mapped_column(String(96))  # by its first bytes, not by its name
    size: Mapped[int]  # bytes
    digest: Mapped[str] = mapped_column(String(32))  # keyed: a plain one would betray known files
    content: Mapped[bytes] = mapped_column(EncryptedBytes, deferred=True)
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_files_idea", "idea_id", "kind", "id"),)
