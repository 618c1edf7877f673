"""For whom somebody speaks in their private chat: for themselves, or for a group they are in."""

from sqlalchemy.orm import Session

from storage import chats, messages
from storage.models import Chat, Message


def speak_for(session: Session, chat_id: int, group_id: int | None) -> None:
    """From here on what is told in this chat is told for that group; without one, for themselves.
    What was said before belongs to the other side. The caller holds the chat."""
    chat = chats.get_chat(session, chat_id)
    chat.speaks_for = group_id
    chat.side_after = messages.newest_id(session, chat_id)
    session.flush()


def is_of_other_side(chat: Chat, message: Message) -> bool:
    """Whether this was said while they spoke for somebody else."""
    return chat.side_after is not None and message.id <= chat.side_after
