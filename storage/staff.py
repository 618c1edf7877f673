"""Staff: the chats where leads arrive, and the people who work them."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.chats import ChatKey, chat_id_for
from storage.database import insert_into
from storage.locks import queue_up
from storage.models import Chat, StaffChat, StaffMember


def seed_staff_chat(session: Session, key: ChatKey, *, now: datetime) -> bool:
    """Connect the chat named in the settings, if its channel has none yet; whether it was."""
    queue_up(session, "staff chat")
    if staff_chat_id(session, channel=key.channel) is not None:
        return False
    chat_id = chat_id_for(session, key, now=now)
    session.add(StaffChat(chat_id=chat_id, connected_at=now))
    session.flush()
    return True


def staff_chat_id(session: Session, *, channel: str) -> int | None:
    """The chat where this channel's leads arrive."""
    return session.execute(_STAFF_CHAT_OF, {"channel": channel}).scalar_one_or_none()


def is_staff_chat(session: Session, chat_id: int) -> bool:
    """Whether leads arrive here."""
    return session.execute(_IS_STAFF_CHAT, {"chat": chat_id}).scalar_one_or_none() is not None


def staff_member(
    session: Session, *, channel: str, external_id: str, name: str, now: datetime
) -> StaffMember:
    """The staff member with this account, made or renamed as the channel tells it."""
    statement = insert_into(session, StaffMember).values(
        channel=channel, external_id=external_id, name=name, created_at=now
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["channel", "external_id"], set_={"name": statement.excluded.name}
        )
    )
    return session.execute(
        select(StaffMember)
        .where(StaffMember.channel == channel, StaffMember.external_id == external_id)
        .execution_options(populate_existing=True)
    ).scalar_one()


_chats = Chat.table()
_staff_chats = StaffChat.table()
_channel = select(_chats.c.channel).where(_chats.c.id == _staff_chats.c.chat_id).scalar_subquery()
_STAFF_CHAT_OF = (
    select(_staff_chats.c.chat_id)
    .where(_channel == bindparam("channel"))  # not joined: SQLite would go through all chats
    .order_by(_staff_chats.c.connected_at)
    .limit(1)
)
_IS_STAFF_CHAT = select(_staff_chats.c.chat_id).where(_staff_chats.c.chat_id == bindparam("chat"))
