"""What residents hand to staff, and the staff who work it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
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
    on_behalf_of: Mapped[str | None] = mapped_column(
        EncryptedText
    )  # whom a helper helps, or the group
    helped: Mapped[bool] = mapped_column(default=False)  # sent by somebody who helps the applicant
    borough: Mapped[str | None] = mapped_column(String(64))
    theme: Mapped[str | None] = mapped_column(String(64))
    verdict: Mapped[str | None] = mapped_column(String(16))  # eligible, not_yet, no
    reasons: Mapped[Any] = mapped_column(JSON)  # list of sentences
    facts: Mapped[Any] = mapped_column(JSON)
    idea: Mapped[Any | None] = mapped_column(JSON)  # {"title": …, "answers": {question: text}}
    source: Mapped[str | None] = mapped_column(String(40))  # where the link they came by stood
    to_be_listened: Mapped[bool] = mapped_column(default=False)  # a voice note is part of it
    group_id: Mapped[int | None] = mapped_column(BigId)  # whose it is; `chat_id` is its contact's
    members: Mapped[Any | None] = mapped_column(
        EncryptedJSON
    )  # of a group: [{"name": …, "role": …, "named_at": …}]
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


class Submission(Base):
    """One send of a lead, kept as it was sent. What is sent again is a version of its own."""

    __tablename__ = "submissions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"))
    idea_id: Mapped[int | None] = mapped_column(
        ForeignKey("ideas.id", ondelete="SET NULL"), index=True
    )
    version: Mapped[int]  # from 1
    idea: Mapped[Any | None] = mapped_column(JSON)  # {"title": …, "answers": {question: text}}
    attached: Mapped[Any | None] = mapped_column(EncryptedJSON)  # files, by question
    facts: Mapped[Any] = mapped_column(JSON)
    sent_at: Mapped[datetime]  # the instant that counts
    stored_at: Mapped[datetime]  # when we had it
    standing: Mapped[str] = mapped_column(
        String(16)
    )  # in_time, after_outage, by_leave, on_request, open (nothing has a deadline)
    down_from: Mapped[datetime | None]  # after an outage: from when …
    down_until: Mapped[datetime | None]  # … to when nothing could be taken in
    change_request_id: Mapped[int | None] = mapped_column(
        ForeignKey("change_requests.id", ondelete="SET NULL"), index=True
    )  # what staff had asked for
    __table_args__ = (UniqueConstraint("lead_id", "version"),)


class ChangeRequest(Base):
    """Staff ask a resident to change some answers of what was sent."""

    __tablename__ = "change_requests"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    who: Mapped[str | None] = mapped_column(EncryptedText)  # of the staff
    words: Mapped[str | None] = mapped_column(EncryptedText)
    questions: Mapped[Any] = mapped_column(JSON)  # list of slots, in the order of asking
    answered: Mapped[Any | None] = mapped_column(
        EncryptedJSON
    )  # by question: {"text": …, "media": …}, or null: kept as it was
    asked_at: Mapped[datetime]
    until: Mapped[datetime]  # answers count before then, also after the call's deadline
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(
        String(16)
    )  # answered, ended (the lead was closed or taken back), replaced (staff asked anew)
