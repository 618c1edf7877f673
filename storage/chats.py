"""Chats and the conversations in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from storage.database import insert_into
from storage.models import Chat, ChatAlias, Conversation, InboxRow, Message, OutboxRow


@dataclass(frozen=True, slots=True)
class ChatKey:
    """How a channel names a chat."""

    channel: str
    external_id: str
    kind: str = "private"
    name: str | None = None


def chat_id_for(session: Session, key: ChatKey, *, now: datetime) -> int:
    """The id of this chat, made if it is new. An older id of a moved group finds the group."""
    known = find_chat_id(session, channel=key.channel, external_id=key.external_id)
    if known is not None:
        return known
    values = {
        "channel": key.channel,
        "external_id": key.external_id,
        "kind": key.kind,
        "name": key.name,
        "created_at": now,
        "expects_text": False,
        "missed_reply": False,
    }
    made: int | None = session.execute(
        insert_into(session, Chat).values(values).on_conflict_do_nothing().returning(Chat.id)
    ).scalar_one_or_none()
    if made is not None:
        return made
    return session.execute(
        select(Chat.id).where(Chat.channel == key.channel, Chat.external_id == key.external_id)
    ).scalar_one()


def find_chat_id(session: Session, *, channel: str, external_id: str) -> int | None:
    """The id of a known chat, also by an older name of it."""
    current = session.execute(
        select(Chat.id).where(Chat.channel == channel, Chat.external_id == external_id)
    ).scalar_one_or_none()
    if current is not None:
        return current
    return session.execute(
        select(ChatAlias.chat_id).where(
            ChatAlias.channel == channel, ChatAlias.external_id == external_id
        )
    ).scalar_one_or_none()


def get_chat(session: Session, chat_id: int) -> Chat:
    """The chat's row. Raises NoResultFound if it is gone."""
    return session.execute(select(Chat).where(Chat.id == chat_id)).scalar_one()


def lock_chat(session: Session, chat_id: int) -> bool:
    """Hold the chat for this transaction; False if another process holds it."""
    statement = select(Chat.id).where(Chat.id == chat_id).with_for_update(skip_locked=True)
    return session.execute(statement).scalar_one_or_none() is not None


def move_chat(session: Session, chat_id: int, *, external_id: str) -> None:
    """A group became a supergroup: it keeps its row, and its older id still finds it.

    Where the new id was met before we heard of the move, what arrived there joins this chat.
    """
    chat = get_chat(session, chat_id)
    if chat.external_id == external_id:
        return
    met = find_chat_id(session, channel=chat.channel, external_id=external_id)
    if met is not None:
        _join(session, met, chat_id)
    session.execute(
        insert(ChatAlias).values(
            channel=chat.channel, external_id=chat.external_id, chat_id=chat_id
        )
    )
    chat.external_id = external_id
    session.flush()


def _join(session: Session, stray_id: int, chat_id: int) -> None:
    for table in (InboxRow, Message, OutboxRow):
        session.execute(update(table).where(table.chat_id == stray_id).values(chat_id=chat_id))
    session.execute(delete(Chat).where(Chat.id == stray_id))


def mark_blocked(session: Session, chat_id: int, *, now: datetime) -> None:
    """The resident blocked the bot, or it was removed from the group."""
    session.execute(
        update(Chat).where(Chat.id == chat_id, Chat.blocked_at.is_(None)).values(blocked_at=now)
    )


def mark_reachable(session: Session, chat_id: int) -> None:
    """They are back: they wrote, or unblocked the bot."""
    session.execute(
        update(Chat).where(Chat.id == chat_id, Chat.blocked_at.is_not(None)).values(blocked_at=None)
    )


def note_missed(session: Session, chat_id: int, *, missed: bool) -> None:
    """Whether a reply never reached them, so that they may not know what was asked."""
    session.execute(update(Chat).where(Chat.id == chat_id).values(missed_reply=missed))


def pause(session: Session, chat_id: int, *, until: datetime) -> None:
    """The channel asked us to wait with this chat."""
    session.execute(
        update(Chat)
        .where(Chat.id == chat_id, or_(Chat.paused_until.is_(None), Chat.paused_until < until))
        .values(paused_until=until)
    )


def load_state(session: Session, chat_id: int, *, topic_id: int = 0) -> dict[str, Any] | None:
    """The dialogue's state as it was saved, or None for a new conversation."""
    state: dict[str, Any] | None = session.execute(
        select(Conversation.state).where(
            Conversation.chat_id == chat_id, Conversation.topic_id == topic_id
        )
    ).scalar_one_or_none()
    return state


def save_state(
    session: Session,
    chat_id: int,
    state: dict[str, Any],
    *,
    expects_text: bool,
    now: datetime,
    topic_id: int = 0,
) -> None:
    """Save where the dialogue stands, and whether the open question takes free text."""
    statement = insert_into(session, Conversation).values(
        chat_id=chat_id, topic_id=topic_id, state=state, updated_at=now
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["chat_id", "topic_id"],
            set_={"state": statement.excluded.state, "updated_at": statement.excluded.updated_at},
        )
    )
    session.execute(
        update(Chat)
        .where(Chat.id == chat_id, Chat.expects_text != expects_text)
        .values(expects_text=expects_text)
    )
