"""The staff console in the browser: who is signed in."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedText
from storage.models.base import Base, BigId


class ConsoleSession(Base):
    """One sign-in of one staff member in one browser. Its token changes while it is used."""

    __tablename__ = "console_sessions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_members.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    former_hash: Mapped[str | None] = mapped_column(
        String(64), unique=True
    )  # the token before: good for a moment, for requests that were under way
    agent: Mapped[str | None] = mapped_column(EncryptedText)  # the browser, as it calls itself
    made_at: Mapped[datetime]
    rotated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
