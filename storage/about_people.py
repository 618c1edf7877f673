"""What is held about one resident beside their own nouns: what they were told, where they are."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import (
    Broadcast,
    BroadcastRecipient,
    Call,
    Chat,
    Conversation,
    Group,
    Member,
    Reminder,
    Subscription,
)


def all_subscriptions(session: Session, *, chat_id: int) -> list[tuple[Subscription, Call]]:
    """Their subscriptions, also those that were stopped, the newest first."""
    statement = (
        select(Subscription, Call)
        .join(Call, Call.id == Subscription.call_id)
        .where(Subscription.chat_id == chat_id)
        .order_by(Subscription.id.desc())
    )
    return [(subscription, call) for subscription, call in session.execute(statement)]


def reminder_counts(session: Session, *, chat_id: int) -> Mapping[str, int]:
    """How many reminders there were for them, by what became of them."""
    statement = (
        select(Reminder.state, func.count().label("many"))
        .join(Subscription, Subscription.id == Reminder.subscription_id)
        .where(Subscription.chat_id == chat_id)
        .group_by(Reminder.state)
    )
    return {row.state: row.many for row in session.execute(statement)}


def broadcasts_to(session: Session, *, chat_id: int) -> list[tuple[BroadcastRecipient, Broadcast]]:
    """What was told to them among many, the newest first."""
    statement = (
        select(BroadcastRecipient, Broadcast)
        .join(Broadcast, Broadcast.id == BroadcastRecipient.broadcast_id)
        .where(BroadcastRecipient.chat_id == chat_id)
        .order_by(Broadcast.id.desc())
    )
    return [(recipient, broadcast) for recipient, broadcast in session.execute(statement)]


def groups_of(session: Session, *, chat_id: int) -> list[tuple[Member, Chat]]:
    """What they are or were in groups, each with the group's chat."""
    statement = (
        select(Member, Chat)
        .join(Group, Group.id == Member.group_id)
        .join(Chat, Chat.id == Group.chat_id)
        .where(Member.chat_id == chat_id)
        .order_by(Member.id)
    )
    return [(member, chat) for member, chat in session.execute(statement)]


def conversation_of(session: Session, *, chat_id: int) -> Conversation | None:
    """Where their dialogue stands; its state is not read."""
    statement = select(Conversation).where(
        Conversation.chat_id == chat_id, Conversation.topic_id == 0
    )
    return session.scalars(statement).one_or_none()
