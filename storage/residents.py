"""Whose chats are residents': not the staff's, nor what is no chat with anybody."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from storage.models import Chat, StaffChat, StaffMember, Thread

CHANNELS = ("telegram", "preview")  # where residents are


def is_residents(chats: type[Chat] = Chat) -> tuple[ColumnElement[bool], ...]:
    """That a chat is a resident's, or a group's of residents."""
    is_members = exists().where(
        StaffMember.channel == chats.channel, StaffMember.external_id == chats.external_id
    )
    is_staffs = exists().where(StaffChat.chat_id == chats.id)
    is_topic = exists().where(Thread.chat_id == chats.id)
    return chats.channel.in_(CHANNELS), ~is_members, ~is_staffs, ~is_topic


def find_resident(session: Session, chat_id: int) -> Chat | None:
    """The chat, if it is a resident's or a group's."""
    statement = select(Chat).where(Chat.id == chat_id, *is_residents())
    return session.scalars(statement).one_or_none()


def hold_resident(session: Session, chat_id: int) -> Chat | None:
    """The same, held as a turn holds it: no turn of theirs runs beside what is done now."""
    held = select(Chat.id).where(Chat.id == chat_id).with_for_update(key_share=True)
    session.execute(held)
    return find_resident(session, chat_id)
