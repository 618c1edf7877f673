"""Calls, and who wants to be reminded of their deadlines."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedText
from storage.models.base import Base, BigId


def _where_something_comes(name: str, *columns: str) -> Index:
    """An index of those subscriptions that have a next reminder."""
    running = text("next_due_at is not null")
    return Index(name, *columns, sqlite_where=running, postgresql_where=running)


class Call(Base):
    """A time-limited invitation to apply."""

    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[str]
    theme: Mapped[str] = mapped_column(String(64))
    summary: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_early_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    reminders: Mapped[Any] = mapped_column(JSON)  # offsets such as "14d", or null: the programme's
    criteria: Mapped[Any] = mapped_column(JSON)
    illustrative: Mapped[bool] = mapped_column(default=False)
    offering: Mapped[str | None]  # what it offers: money, time, help
    link: Mapped[str | None]  # https, where more is said of it
    may_close_early: Mapped[str | None]  # what would end it before its deadline, "650 applications"
    sign_off: Mapped[bool] = mapped_column(
        default=False
    )  # of a group two people must agree to what is sent
    is_draft: Mapped[bool] = mapped_column(default=False)  # seen by staff only
    publish_at: Mapped[datetime | None]  # of a draft: when it is published by itself
    sequence: Mapped[int] = mapped_column(default=0)  # raised when an entry in a calendar changes
    updated_at: Mapped[datetime]


class CallChange(Base):
    """One write of a call: who changed what, and when. It outlives the call."""

    __tablename__ = "call_changes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"))
    code: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    by: Mapped[str | None] = mapped_column(EncryptedText)  # null: the assistant itself
    kind: Mapped[str] = mapped_column(String(16))  # see storage.call_changes.ChangeKind
    before: Mapped[Any] = mapped_column(JSON)  # the changed fields only; instants in ISO 8601, UTC
    after: Mapped[Any] = mapped_column(JSON)
    __table_args__ = (Index("ix_call_changes_code", "code", "id"),)


class LateLink(Base):
    """Leave to apply to a call that has closed, for whoever opens its link first."""

    __tablename__ = "late_links"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  # the link itself is not kept
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # to be opened, and to apply, before that
    used_at: Mapped[datetime | None]
    chat_id: Mapped[int | None] = mapped_column(
        ForeignKey("chats.id", ondelete="SET NULL"), index=True
    )  # who opened it


class Subscription(Base):
    """A chat that wants to be reminded of a call's deadline, and the next reminder to come.

    What comes after the next one is computed from the call, `plan` and `at_clock`, which many
    subscriptions share. A stopped one has no next. A snooze is one reminder more, at a moment of
    their own choice: the next one, if it comes before that of the plan.
    """

    __tablename__ = "subscriptions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    plan: Mapped[str | None] = mapped_column(String(120))  # own offsets, "7d 1d"; null: the call's
    at_clock: Mapped[str | None] = mapped_column(String(5))  # "18:30": when whole days go out
    closes_at: Mapped[datetime]  # the deadline that the next reminder is about
    created_at: Mapped[datetime]
    next_due_at: Mapped[datetime | None]  # null: nothing more to come
    next_offset: Mapped[str | None] = mapped_column(String(24))  # of the plan, or "snooze"
    snoozed_until: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("chat_id", "call_id"),
        Index(  # all that those have in common that are counted together
            "ix_subscriptions_key",
            *("call_id", "plan", "at_clock", "closes_at"),
            *("next_due_at", "next_offset", "snoozed_until", "stopped_at"),
        ),
        Index("ix_subscriptions_call", "call_id", "chat_id", "stopped_at"),
        _where_something_comes("ix_subscriptions_due", "next_due_at", "id"),
        _where_something_comes("ix_subscriptions_call_due", "call_id", "next_due_at", "id"),
    )


class ReminderPlan(Base):
    """The log of what was planned, once for all subscriptions with the same call and wishes.

    Entries are as they were when it was made; who subscribes later gets those still ahead.
    """

    __tablename__ = "reminder_plans"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    plan: Mapped[str] = mapped_column(String(120))  # as in subscriptions; "" for null
    at_clock: Mapped[str] = mapped_column(String(5))  # as in subscriptions; "" for null
    closes_at: Mapped[datetime]
    entries: Mapped[Any] = mapped_column(JSON)  # list of {offset, due_at, skipped: reason or null}
    made_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]  # the deadline or the offsets changed
    __table_args__ = (
        Index(
            "ix_reminder_plans_current",
            "call_id",
            "plan",
            "at_clock",
            "closes_at",
            unique=True,
            sqlite_where=text("superseded_at is null"),
            postgresql_where=text("superseded_at is null"),
        ),
    )


class Reminder(Base):
    """What became of one reminder: queued, then sent, skipped, dropped or failed, and why; or
    merged, when another one's message told it as well."""

    __tablename__ = "reminders"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"))
    call_id: Mapped[int | None] = mapped_column(BigId)  # the subscription's, to be found by
    offset: Mapped[str] = mapped_column(String(24))
    closes_at: Mapped[datetime]  # the deadline it was planned for
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))  # queued, sent, merged, skipped, dropped, failed
    reason: Mapped[str | None]
    merged_into: Mapped[int | None] = mapped_column(BigId)  # the reminder whose message told it
    updated_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("subscription_id", "offset", "closes_at"),
        Index("ix_reminders_call", "call_id", "closes_at", "offset", "state", "due_at", "id"),
        Index(
            "ix_reminders_merged_into",
            "merged_into",
            sqlite_where=text("merged_into is not null"),
            postgresql_where=text("merged_into is not null"),
        ),
    )
