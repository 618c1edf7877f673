"""People who shape an idea together in a chat of their own, and what each of them said."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import EncryptedJSON, EncryptedText
from storage.models.base import Base, BigId


class Group(Base):
    """A group that talks in this chat, which may be one topic of a forum. The applicant behind the
    chat is the group, its ideas are the group's."""

    __tablename__ = "groups"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), unique=True)
    added_by: Mapped[str | None] = mapped_column(String(64))  # the channel's id of who brought us
    introduced_at: Mapped[datetime | None]  # we said what we read and what not
    board_id: Mapped[int | None] = mapped_column(BigId)  # messages.id of the board
    board_due_at: Mapped[datetime | None]  # when the board may be edited again
    question: Mapped[str | None] = mapped_column(String(64))  # that is asked now: a slot's name
    question_id: Mapped[int | None] = mapped_column(BigId)  # messages.id of where it was asked
    staff_may_write: Mapped[bool] = mapped_column(default=False)  # to the group's own chat
    two_agree: Mapped[bool] = mapped_column(default=False)  # before anything is sent, by its wish
    closed_at: Mapped[datetime | None]  # we were removed or made silent
    created_at: Mapped[datetime]


class Member(Base):
    """Somebody who has joined a group by its link, so that the assistant may write to them."""

    __tablename__ = "members"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(64))  # the channel's id of the person
    chat_id: Mapped[int | None] = mapped_column(
        ForeignKey("chats.id", ondelete="SET NULL"), index=True
    )  # their private chat
    name: Mapped[str | None] = mapped_column(EncryptedText)
    role: Mapped[str] = mapped_column(String(16))  # contact, second, member, viewer
    joined_at: Mapped[datetime]
    named_at: Mapped[datetime | None]  # they agreed then that their name stands in what is sent
    left_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("group_id", "external_id"),)


class Contribution(Base):
    """What one person said to one question of a group's idea. Those that are kept make the answer,
    one below the other."""

    __tablename__ = "contributions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(64))  # the slot's name
    external_id: Mapped[str | None] = mapped_column(String(64))  # of who said it; null: nameless
    name: Mapped[str | None] = mapped_column(EncryptedText)
    text: Mapped[str]
    media: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(16))  # kept, offered, replaced
    message_id: Mapped[int | None] = mapped_column(BigId)  # messages.id of where it was said
    created_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_contributions_idea", "idea_id", "question", "id"),
        Index("ix_contributions_message", "message_id"),
    )


class Vote(Base):
    """A question with several answers, put to everybody in the group until `closes_at`."""

    __tablename__ = "votes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(64))
    choices: Mapped[Any] = mapped_column(JSON)  # ids of contributions, in the order of the buttons
    message_id: Mapped[int | None] = mapped_column(BigId)  # messages.id of where it is held
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    winner_id: Mapped[int | None] = mapped_column(BigId)  # contributions.id


class Ballot(Base):
    """Whom one person has voted for; the last press counts."""

    __tablename__ = "ballots"
    vote_id: Mapped[int] = mapped_column(
        ForeignKey("votes.id", ondelete="CASCADE"), primary_key=True
    )
    external_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(BigId)


class Invite(Base):
    """A link by which people join a group, until it is stopped. Its token is made of `seed` and
    the database's secret, so that it can be told again and cannot be read here."""

    __tablename__ = "invites"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    seed: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class Assignment(Base):
    """A question that one member was asked to answer for the group."""

    __tablename__ = "assignments"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(64))  # the slot of an answer or a fact
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    asked_by: Mapped[str | None] = mapped_column(EncryptedText)  # name
    asked_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL")
    )  # who hears of the answer
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # answered, or taken back


class SignOff(Base):
    """Before a group's idea is sent a second person sees exactly what goes, and agrees."""

    __tablename__ = "sign_offs"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    asked_of_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    draft: Mapped[Any] = mapped_column(EncryptedJSON)  # the lead as it was shown
    state: Mapped[str] = mapped_column(String(16))  # asked, agreed, returned, void
    note: Mapped[str | None] = mapped_column(EncryptedText)  # why it was sent back
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
