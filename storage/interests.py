"""What chats want to hear of: the calls of a theme, of an offer, for a borough, or all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Interest


@dataclass(frozen=True, slots=True)
class Topic:
    """`kind` is theme, offer, borough or everything; `value` says which, "" for everything."""

    kind: str
    value: str = ""


def add_interest(session: Session, *, chat_id: int, topic: Topic, now: datetime) -> bool:
    """From now on this chat is told of it; False if it was before. Asking twice is one."""
    interest = session.scalars(
        select(Interest).where(
            Interest.chat_id == chat_id, Interest.kind == topic.kind, Interest.value == topic.value
        )
    ).one_or_none()
    if interest is not None and interest.stopped_at is None:
        return False
    if interest is None:
        interest = Interest(chat_id=chat_id, kind=topic.kind, value=topic.value)
        session.add(interest)
    interest.created_at = now
    interest.stopped_at = None
    session.flush()
    return True


def interests_of_chat(session: Session, *, chat_id: int) -> list[Topic]:
    """What this chat is told of, in the order in which they asked."""
    statement = (
        select(Interest)
        .where(Interest.chat_id == chat_id, Interest.stopped_at.is_(None))
        .order_by(Interest.created_at, Interest.id)
    )
    return [Topic(it.kind, it.value) for it in session.scalars(statement)]


def stop_interests(
    session: Session, *, chat_id: int, now: datetime, topics: Collection[Topic] | None = None
) -> None:
    """This chat hears no more of these topics, or of any."""
    kept = set() if topics is None else {*interests_of_chat(session, chat_id=chat_id)} - {*topics}
    running = select(Interest).where(Interest.chat_id == chat_id, Interest.stopped_at.is_(None))
    for interest in session.scalars(running):
        if Topic(interest.kind, interest.value) not in kept:
            interest.stopped_at = now
    session.flush()


def delete_interests(session: Session, *, chat_id: int) -> None:
    """Delete what this chat wanted to hear of."""
    session.execute(delete(Interest).where(Interest.chat_id == chat_id))
