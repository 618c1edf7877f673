"""Ways out to other systems: addresses that hear what happens to leads."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedJSON, EncryptedText
from storage.models.base import Base, BigId


class WebHook(Base):
    """An address of another system, and what it wants to hear. `chat_id` is the chat, of the
    channel `hook`, through which the outbox sends to it."""

    __tablename__ = "web_hooks"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), unique=True)
    address: Mapped[str] = mapped_column(EncryptedText)
    secret: Mapped[str] = mapped_column(EncryptedText)  # what is signed with
    former_secret: Mapped[str | None] = mapped_column(EncryptedText)  # signed with as well, until
    former_until: Mapped[datetime | None]
    kinds: Mapped[Any] = mapped_column(JSON)  # list of events, as `lead.claimed`
    is_personal: Mapped[bool] = mapped_column(default=False)  # it gets names and contacts
    made_by: Mapped[int | None] = mapped_column(BigId)  # staff_members.id
    made_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    paused_why: Mapped[str | None] = mapped_column(String(16))  # staff, gone, failing
    failing_since: Mapped[datetime | None]  # nothing got through since
    ended_at: Mapped[datetime | None]  # taken away; its deliveries stay to be seen


class HookDelivery(Base):
    """One event for one address, and what became of it."""

    __tablename__ = "hook_deliveries"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("web_hooks.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(48))  # names what happened: a repeat is the same
    kind: Mapped[str] = mapped_column(String(32))
    lead_id: Mapped[int | None] = mapped_column(
        ForeignKey("leads.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[Any] = mapped_column(EncryptedJSON)
    state: Mapped[str] = mapped_column(String(16))  # waiting, delivered, failed, dropped
    attempts: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int | None]  # the HTTP status of the last answer
    error: Mapped[str | None]
    made_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("hook_id", "event"),
        Index("ix_hook_deliveries_hook", "hook_id", "id"),
    )
