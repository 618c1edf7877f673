"""Words that staff have given a meaning, without what is personal in them, to be learnt from."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from storage.models import TrainingExample


def add(
    session: Session,
    *,
    chat_id: int,
    intent: str,
    text: str,
    by: int | None,
    now: datetime,
    misunderstood_id: int | None = None,
    message_id: int | None = None,
) -> TrainingExample:
    """`text` has lost what is personal; `chat_id` is whose words they were."""
    row = TrainingExample(
        chat_id=chat_id,
        misunderstood_id=misunderstood_id,
        message_id=message_id,
        intent=intent,
        text=text,
        given_by=by,
        given_at=now,
    )
    session.add(row)
    session.flush()
    return row


def end_of_misunderstood(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """What was said of these messages is not to be learnt any more."""
    _end(session, TrainingExample.misunderstood_id.in_(ids), now)


def end_of_message(session: Session, message_id: int, *, now: datetime) -> None:
    """What was said of this message is not to be learnt any more."""
    _end(session, TrainingExample.message_id == message_id, now)


def wanted(session: Session) -> list[TrainingExample]:
    """All that are to be learnt, or are learnt already."""
    found = select(TrainingExample).where(TrainingExample.ended_at.is_(None))
    return list(session.scalars(found.order_by(TrainingExample.id)))


def everything(session: Session) -> list[TrainingExample]:
    """All that are kept, also those that have ended."""
    return list(session.scalars(select(TrainingExample).order_by(TrainingExample.id)))


def get_many(session: Session, ids: Iterable[int]) -> list[TrainingExample]:
    """Those of these that are still there, also those that have ended since."""
    found = select(TrainingExample).where(TrainingExample.id.in_(list(ids)))
    return list(session.scalars(found.order_by(TrainingExample.id)))


def still_there(session: Session, ids: Iterable[int]) -> tuple[int, ...]:
    """The ids of those."""
    found = select(TrainingExample.id).where(TrainingExample.id.in_(list(ids)))
    return tuple(session.scalars(found.order_by(TrainingExample.id)))


def of_misunderstood(session: Session, ids: Collection[int]) -> list[TrainingExample]:
    """Those that came of these messages and have not ended."""
    found = select(TrainingExample).where(TrainingExample.misunderstood_id.in_(ids))
    return list(session.scalars(found.where(TrainingExample.ended_at.is_(None))))


def of_messages(session: Session, ids: Collection[int]) -> list[TrainingExample]:
    """Those that came of these messages, which were understood, and have not ended."""
    found = select(TrainingExample).where(TrainingExample.message_id.in_(ids))
    return list(session.scalars(found.where(TrainingExample.ended_at.is_(None))))


def count_of_chat(session: Session, *, chat_id: int) -> int:
    """How many came of what this chat wrote."""
    found = select(func.count()).where(TrainingExample.chat_id == chat_id)
    return session.execute(found).scalar_one()


def delete_of_misunderstood(session: Session, ids: Collection[int]) -> None:
    """Delete what came of these messages; a model that has learnt it is trained anew."""
    session.execute(delete(TrainingExample).where(TrainingExample.misunderstood_id.in_(ids)))


def delete_of_chat(session: Session, *, chat_id: int) -> None:
    """Delete what came of this chat's words; a model that has learnt it is trained anew."""
    session.execute(delete(TrainingExample).where(TrainingExample.chat_id == chat_id))


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    open_ = TrainingExample.ended_at.is_(None)
    session.execute(update(TrainingExample).where(which, open_).values(ended_at=now))
