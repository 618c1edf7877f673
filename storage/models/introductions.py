"""Which leads resemble one another, as staff were told, and whom they want to bring together."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedText
from storage.models.base import Base, BigId


class AlikeLead(Base):
    """A lead's card names another one as alike."""

    __tablename__ = "alike_leads"
    lead_id: Mapped[int] = mapped_column(
        ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Introduction(Base):
    """Two residents whom staff want to bring together. Each is asked alone; neither learns of whom
    it is about before both have said yes. The one of the lower chat id is the first."""

    __tablename__ = "introductions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    first_lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id", ondelete="SET NULL"))
    second_lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id", ondelete="SET NULL"))
    first_chat_id: Mapped[int | None] = mapped_column(
        ForeignKey("chats.id", ondelete="SET NULL"), index=True
    )
    second_chat_id: Mapped[int | None] = mapped_column(
        ForeignKey("chats.id", ondelete="SET NULL"), index=True
    )
    first_agreed_at: Mapped[datetime | None]
    second_agreed_at: Mapped[datetime | None]
    first_contact: Mapped[str | None] = mapped_column(EncryptedText)  # what they said may be passed
    second_contact: Mapped[str | None] = mapped_column(EncryptedText)  # on, once both agreed
    state: Mapped[str] = mapped_column(String(16), default="asked")  # made; declined; expired;
    # withdrawn: by who had said yes, or by who agrees to no more matching; forgotten
    note: Mapped[str | None] = mapped_column(EncryptedText)  # from staff, shown once both agreed
    proposed_by: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_introductions_asked",
            "first_chat_id",
            "second_chat_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )
