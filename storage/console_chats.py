"""Chats of the console: what is said in them is shown by the pages, and nothing has to be sent."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import WAITING, Chat, Message, OutboxRow

CHANNEL = "console"


def is_one(session: Session, chat_id: int) -> bool:
    """Whether this chat is shown by pages, so that nothing is to be sent there."""
    statement = select(Chat.id).where(Chat.id == chat_id, Chat.channel == CHANNEL)
    return session.scalar(statement) is not None


def show_all(session: Session, chat_id: int, *, now: datetime) -> None:
    """All that waits for this chat counts as sent. Its messages bear their own numbers."""
    waits = (OutboxRow.chat_id == chat_id, OutboxRow.state == WAITING)
    session.flush()
    session.execute(
        update(Message)
        .where(Message.id.in_(select(OutboxRow.message_id).where(*waits)))
        .where(Message.external_id.is_(None))
        .values(external_id=Message.id)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(OutboxRow)
        .where(*waits)
        .values(state="sent", finished_at=now)
        .execution_options(synchronize_session=False)
    )
