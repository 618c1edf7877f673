"""The staff console in the browser: who is signed in, what they keep for themselves, what they
have read, and what they have switched off."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
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
    seen_at: Mapped[datetime | None]  # the token came back: the browser has it; null: not yet
    ended_at: Mapped[datetime | None]


class SavedView(Base):
    """A search of leads that a staff member keeps by a name."""

    __tablename__ = "saved_views"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(EncryptedText)
    query: Mapped[str] = mapped_column(EncryptedText)  # as the address has it behind its "?"
    is_shared: Mapped[bool] = mapped_column(default=False)  # all staff see it
    made_at: Mapped[datetime]
    __table_args__ = (Index("ix_saved_views_staff", "staff_id"),)


class LeadRead(Base):
    """Who of the staff has opened a lead, when first and when last."""

    __tablename__ = "lead_reads"
    lead_id: Mapped[int] = mapped_column(
        ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_members.id", ondelete="CASCADE"), primary_key=True
    )
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class Switch(Base):
    """Something that staff have turned off for all, such as reminders. Without a row it is on."""

    __tablename__ = "switches"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)  # reminders
    off_since: Mapped[datetime | None]  # null: it is on again
    who: Mapped[str | None] = mapped_column(EncryptedText)
    why: Mapped[str | None] = mapped_column(EncryptedText)
