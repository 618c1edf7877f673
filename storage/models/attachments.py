"""What was attached to the answers of ideas, and what became of a copy of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedText
from storage.models.base import Base, BigId


class Attachment(Base):
    """One thing that was attached to an idea, however many answers name it."""

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id", ondelete="CASCADE"))
    medium: Mapped[str] = mapped_column(String(16))  # photo, voice, video, audio, document
    handle: Mapped[str] = mapped_column(EncryptedText)  # the channel's own
    handle_index: Mapped[str] = mapped_column(String(32))  # its blind index
    size: Mapped[int | None]  # bytes, as the channel says
    state: Mapped[str] = mapped_column(
        String(16), default="wanted"
    )  # wanted; kept, refused, gone, failed
    reason: Mapped[str | None] = mapped_column(
        String(16)
    )  # why it was refused: too_big, kind, full
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("files.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("idea_id", "handle_index"),)
