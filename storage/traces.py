"""What is held of a chat beside its own nouns, and how all of it goes."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, null, or_, select, update
from sqlalchemy.orm import Session

from storage import (
    applicants,
    broadcasts,
    files,
    handoffs,
    interests,
    late_links,
    messages,
    misunderstood,
    subscriptions,
    told_verdicts,
    training_examples,
    works,
)
from storage.models import (
    WAITING,
    Chat,
    Conversation,
    InboxRow,
    Lead,
    LeadMention,
    Message,
    OutboxRow,
)


def messages_held(session: Session, *, chat_id: int) -> tuple[int, datetime | None]:
    """How many messages are kept, and since when."""
    statement = select(func.count(), func.min(Message.created_at)).where(Message.chat_id == chat_id)
    count, since = session.execute(statement).one()
    return count, since


def posts_about(session: Session, *, chat_id: int) -> list[Message]:
    """What stands in other chats about this one: staff's posts, and what staff wrote back."""
    leads_of_chat = select(Lead.id).where(Lead.chat_id == chat_id)
    statement = select(Message).where(
        Message.chat_id != chat_id,
        or_(
            Message.peer_chat_id == chat_id,
            Message.lead_id.in_(leads_of_chat),
            Message.id.in_(
                select(LeadMention.message_id).where(LeadMention.lead_id.in_(leads_of_chat))
            ),
        ),
    )
    return list(session.scalars(statement.order_by(Message.id)))


def blank(session: Session, post: Message, *, text: str | None, now: datetime) -> None:
    """Take out of a message what it told of a person, and the way back to them."""
    post.text = text
    post.buttons = post.media = post.author = post.peer_chat_id = None
    post.edited_at = now
    session.flush()


def empty_outbox(
    session: Session, *, post_ids: Collection[int], keys: Collection[str], now: datetime
) -> None:
    """Take the payloads out of the rows that became these posts or have these dedupe keys, for they
    name what was attached; what still waited is not sent."""
    concerned = or_(OutboxRow.message_id.in_(post_ids), OutboxRow.dedupe_key.in_(keys))
    session.execute(
        update(OutboxRow)
        .where(concerned, OutboxRow.state == WAITING)
        .values(state="dropped", error="the resident deleted it", finished_at=now)
    )
    session.execute(update(OutboxRow).where(concerned).values(payload=null()))


def forget_chat(session: Session, *, chat_id: int) -> None:
    """Delete all that the chat said, told and asked for; its leads are not touched.

    Ideas and answers go with the applicant, reminders with the subscription; slow work for the chat
    is not done any more. The chat's row stays,
    without its name: it holds the channel's id, so that the last words can be sent, and the lock.
    Updates that still wait for their turn are kept: they came after the wish to be forgotten.
    """
    messages.delete_history(session, chat_id)
    misunderstood.delete_of_chat(session, chat_id=chat_id)
    training_examples.delete_of_chat(session, chat_id=chat_id)
    subscriptions.delete_subscriptions(session, chat_id=chat_id)
    interests.delete_interests(session, chat_id=chat_id)
    told_verdicts.delete_told(session, chat_id=chat_id)
    broadcasts.delete_received(session, chat_id=chat_id)
    handoffs.delete_handoffs(session, chat_id=chat_id)
    files.delete_files(session, chat_id=chat_id)
    works.forget(session, chat_id=chat_id)
    applicants.delete_applicant(session, chat_id=chat_id)
    late_links.forget_who_opened(session, chat_id=chat_id)
    session.execute(delete(Conversation).where(Conversation.chat_id == chat_id))
    session.execute(
        update(InboxRow)
        .where(InboxRow.chat_id == chat_id, InboxRow.state != WAITING)
        .values(payload=None, error=None)
    )
    session.execute(update(Chat).where(Chat.id == chat_id).values(name=None, source=None))
    session.expire_all()
