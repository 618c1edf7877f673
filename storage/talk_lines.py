"""What a resident says to staff while they talk, or to a handoff that waits: line by line in the
history, passed on in order, each once.

A line answers no question of the dialogue; it is marked as said in its handoff instead. A post that
passes lines on is a copy of the first of them; where they take several posts, each is.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.models import Handoff, Message

FLOW = "live_talk"  # no flow of the dialogue is called so
MOST = 50  # lines that are looked at for one post


def mark_of(handoff: Handoff) -> dict[str, Any]:
    """The columns of a message that is a line of this handoff."""
    return {"flow": FLOW, "step": str(handoff.id)}


def newest_said(session: Session, chat_id: int) -> Message | None:
    """What was last said in this chat."""
    statement = select(Message).where(Message.chat_id == chat_id, Message.direction == "in")
    return session.scalars(statement.order_by(Message.id.desc()).limit(1)).first()


def asked_with(session: Session, handoff: Handoff) -> int | None:
    """The message with which a person was asked for; None if that is gone, or is a line of a talk,
    whose copy is where that line went."""
    asked = session.get(Message, handoff.relayed_to or 0)
    return asked.id if asked is not None and asked.flow != FLOW else None


def make_line(session: Session, message: Message, handoff: Handoff) -> None:
    """What was said is for staff."""
    session.execute(update(Message).where(Message.id == message.id).values(**mark_of(handoff)))


def waiting_lines(session: Session, handoff: Handoff) -> Sequence[Message]:
    """The lines that staff do not have yet, in order."""
    statement = _lines(handoff).where(Message.id > (handoff.relayed_to or 0))
    return session.scalars(statement.order_by(Message.id).limit(MOST)).all()


def copy_with(session: Session, line: Message) -> Message | None:
    """The post in which staff have this line, or its beginning; None if they do not have it yet."""
    statement = select(Message).where(
        Message.peer_chat_id == line.chat_id,
        Message.direction == "out",
        Message.copy_of <= line.id,
    )
    found = statement.order_by(Message.copy_of.desc(), Message.id).limit(1)
    return session.scalars(found).first()


def lines_in(session: Session, post: Message, handoff: Handoff) -> Sequence[Message]:
    """The lines that this post passes on, in order."""
    following = select(func.min(Message.copy_of)).where(
        Message.peer_chat_id == handoff.chat_id,
        Message.direction == "out",
        Message.copy_of > post.copy_of,
    )
    end = session.scalars(following).one()
    statement = _lines(handoff).where(
        Message.id >= post.copy_of, Message.id <= (handoff.relayed_to or 0)
    )
    if end is not None:
        statement = statement.where(Message.id < end)
    return session.scalars(statement.order_by(Message.id)).all()


def copies_of(session: Session, message_id: int) -> Sequence[Message]:
    """The messages in other chats that pass on just this one, or what begins with it, in order."""
    statement = select(Message).where(Message.copy_of == message_id)
    return session.scalars(statement.order_by(Message.id)).all()


def handoff_of(session: Session, line: Message) -> Handoff | None:
    """The handoff in which this was said; None if it is no line, or that is gone."""
    if line.flow != FLOW or line.step is None:
        return None
    return session.get(Handoff, int(line.step))


def _lines(handoff: Handoff) -> Any:
    return select(Message).where(
        Message.chat_id == handoff.chat_id,
        Message.direction == "in",
        Message.flow == FLOW,
        Message.step == str(handoff.id),
    )


def said_last(
    session: Session, chat_id: int, *, before_id: int, since: datetime | None, count: int
) -> list[Message]:
    """The newest things with words that were said in this chat up to a message, oldest first."""
    statement = select(Message).where(
        Message.chat_id == chat_id,
        Message.direction == "in",
        Message.text.is_not(None),
        Message.id < before_id,
    )
    if since is not None:
        statement = statement.where(Message.created_at > since)
    found = session.scalars(statement.order_by(Message.id.desc()).limit(count)).all()
    return list(reversed(found))
