"""The chat of the staff: which one it is, and whether it takes what is posted there."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from storage import chats, outbox, staff
from storage.database import changed_rows
from storage.locks import queue_up
from storage.models import WAITING, Chat, Message, OutboxRow, StaffChat, Thread

# Posts that a chat gets anew when it becomes the staff's; what waits for the former one is dropped.
_ANEW = ("lead_card", "lead_card_edit", "handoff_card")


def connect(session: Session, chat: Chat, *, is_forum: bool, now: datetime) -> Chat | None:
    """Leads of this channel arrive here from now on, and nobody who is not on the list may do
    anything here. The chat where they arrived before, if there was one."""
    queue_up(session, "staff chat")
    former_id = staff.staff_chat_id(session, channel=chat.channel)
    if former_id is not None:
        for gone in (
            delete(Thread).where(Thread.desk_id == former_id),
            delete(StaffChat).where(StaffChat.chat_id == former_id),
        ):
            session.execute(gone)
    session.add(StaffChat(chat_id=chat.id, connected_at=now, is_forum=is_forum))
    session.flush()
    return chats.get_chat(session, former_id) if former_id is not None else None


def move_waiting(session: Session, former: Chat, *, to_chat_id: int, now: datetime) -> None:
    """What waits for the former staff chat and its topics goes to the new one, but for edits, and
    for cards and topics, which the new one gets anew."""
    places = [former.id, *(topic.id for topic in chats.topics_of(session, former))]
    waiting = (OutboxRow.chat_id.in_(places), OutboxRow.state == WAITING)
    is_anew = or_(OutboxRow.kind.in_(_ANEW), OutboxRow.kind.startswith("topic"))
    is_edit = OutboxRow.message_id.in_(
        select(Message.id).where(Message.chat_id.in_(places), Message.external_id.is_not(None))
    )
    reason = "another chat is the staff's"
    stale = (*waiting, or_(is_anew, is_edit))
    _write(session, *stale, state="dropped", error=reason, finished_at=now)
    unsent = select(OutboxRow.message_id).where(*waiting, OutboxRow.message_id.is_not(None))
    session.execute(
        update(Message)
        .where(Message.id.in_(unsent))
        .values(chat_id=to_chat_id)
        .execution_options(synchronize_session=False)
    )
    _write(session, *waiting, chat_id=to_chat_id)
    outbox.hurry(session, chat_id=to_chat_id, now=now)


def note_forum(session: Session, chat_id: int, *, is_forum: bool) -> None:
    """Whether the group has topics now."""
    session.execute(
        update(StaffChat)
        .where(StaffChat.chat_id == chat_id, StaffChat.is_forum.is_not(is_forum))
        .values(is_forum=is_forum)
    )


def note_trouble(session: Session, chat_id: int, trouble: str, *, now: datetime) -> bool:
    """Posts do not get there, for this reason; whether that is news."""
    found = session.execute(
        update(StaffChat)
        .where(
            StaffChat.chat_id == chat_id,
            or_(StaffChat.trouble.is_(None), StaffChat.trouble != trouble),
        )
        .values(trouble=trouble, troubled_at=now)
    )
    return bool(changed_rows(found))


def end_trouble(session: Session, chat_id: int) -> datetime | None:
    """Posts get there again; since when they had not, if so."""
    desk = session.get(StaffChat, chat_id, populate_existing=True)
    if desk is None or desk.trouble is None:
        return None
    since = desk.troubled_at
    desk.trouble = desk.troubled_at = None
    session.flush()
    return since


def _write(session: Session, *which: Any, **values: Any) -> None:
    session.execute(
        update(OutboxRow)
        .where(*which)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
