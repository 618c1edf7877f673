"""What residents hand to staff, and what becomes of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedJSON, EncryptedText
from storage.models.base import Base, BigId


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
    )  # new, claimed, in_contact, changes_asked, resubmitted, qualified; over: declined, duplicate,
    # withdrawn, done
    version: Mapped[int] = mapped_column(default=1)  # goes up with each thing that staff do to it
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
    consented: Mapped[bool] = mapped_column(
        default=True
    )  # False: staff entered it, and the person has not said yes yet
    created_at: Mapped[datetime]
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_members.id", ondelete="SET NULL")
    )
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    decided_at: Mapped[datetime | None]  # it was qualified or declined
    decline_reason: Mapped[str | None] = mapped_column(String(32))  # one of the programme's
    next_action: Mapped[str | None] = mapped_column(EncryptedText)
    next_action_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]  # stands in no list of what waits until then
    score: Mapped[int | None]  # 0 to 100, by the programme's rules
    score_reasons: Mapped[Any | None] = mapped_column(
        JSON
    )  # [{"rule": …, "case": …, "points": …, "of": …}], in the rules' order
    overruled: Mapped[Any | None] = mapped_column(
        EncryptedJSON
    )  # the score that staff gave instead: {"score": …, "note": …, "who": …, "at": …}
    duplicate_of: Mapped[int | None] = mapped_column(BigId)  # leads.id: the one it was merged into
    status_before: Mapped[str | None] = mapped_column(
        String(16)
    )  # of a duplicate: where it stood before
    entered_by: Mapped[int | None] = mapped_column(
        BigId
    )  # staff_members.id: for somebody who came or rang
    language: Mapped[str | None] = mapped_column(
        String(8)
    )  # they write in it, or have their app in it; if it is none of the programme's
    __table_args__ = (
        Index("ix_leads_status", "status", "id"),
        Index("ix_leads_assignee", "assignee_id", "status"),
        Index("ix_leads_next_action", "next_action_at"),
        Index("ix_leads_duplicate_of", "duplicate_of"),
        Index("ix_leads_group", "group_id"),
        Index(  # all that lists of leads go by, so that they read nothing else of them
            "ix_leads_list",
            *("id", "status", "kind", "borough", "theme"),
            *("call_id", "assignee_id", "next_action_at", "score"),
        ),
        Index("ix_leads_call", "call_id", "chat_id"),
    )


class LeadLabel(Base):
    """A word that staff put on a lead, to find it by."""

    __tablename__ = "lead_labels"
    lead_id: Mapped[int] = mapped_column(
        ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True
    )
    label: Mapped[str] = mapped_column(String(32), primary_key=True, index=True)  # lower case


class LeadMention(Base):
    """A post that names a lead among others, as a list does. It goes when its person does."""

    __tablename__ = "lead_mentions"
    lead_id: Mapped[int] = mapped_column(
        ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True
    )
    message_id: Mapped[int] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Decision(Base):
    """What staff are about to decide on a lead, with the words the resident will read: a preview
    until it is sent."""

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # qualified, declined, done, reopened
    reason: Mapped[str | None] = mapped_column(String(32))  # of a decline
    words: Mapped[str | None] = mapped_column(EncryptedText)  # staff's own; null: the content's
    version: Mapped[int]  # of the lead, when it was previewed: a later one refuses it
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_members.id", ondelete="CASCADE"), index=True
    )
    message_id: Mapped[int | None] = mapped_column(BigId, index=True)  # of the preview
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))  # sent, dropped, outdated


class LeadEvent(Base):
    """What happened to a lead, in order: sent, claimed, said, done."""

    __tablename__ = "lead_events"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(
        String(24)
    )  # sent, claimed, staff_said, resident_said, done, forgotten; see `storage.lead_statuses`
    who: Mapped[str | None] = mapped_column(EncryptedText)
    words: Mapped[str | None] = mapped_column(EncryptedText)


class Handoff(Base):
    """A resident needs a person: asked for one, in distress, or stuck. Once somebody of the staff
    answers it is live, and what the resident writes goes to them."""

    __tablename__ = "handoffs"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(16))  # asked, answer (to staff), crisis, stuck, left
    words: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    lead_id: Mapped[int | None] = mapped_column(BigId)  # leads.id: what it is about, if anything
    promised_at: Mapped[datetime | None]  # when the resident was told to expect an answer by
    alerts: Mapped[int] = mapped_column(default=0)  # past the promise: how many times somebody was
    # told: the next person, then the manager
    staff_id: Mapped[int | None] = mapped_column(
        BigId
    )  # staff_members.id: who is there, since `answered_at`
    last_at: Mapped[datetime | None]  # somebody of the two said something
    relayed_to: Mapped[int | None] = mapped_column(
        BigId
    )  # messages.id of the resident's: up to it staff have it
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(
        String(16)
    )  # resident, staff, silence, moved_on, blocked, left
    __table_args__ = (
        Index(
            "ix_handoffs_waiting",
            "created_at",
            sqlite_where=text("answered_at is null and ended_at is null"),
            postgresql_where=text("answered_at is null and ended_at is null"),
        ),
    )


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
