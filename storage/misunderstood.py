"""What residents wrote and the dialogue did not understand, and what staff say that it means."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storage.bulk import Adding
from storage.database import changed_rows, gather_new, write_gathered
from storage.models import Misunderstood, TrainingExample


def note(
    session: Session,
    *,
    chat_id: int,
    text: str,
    language: str | None,
    question: tuple[str, str] | None,
    now: datetime,
) -> None:
    """Keep what was not understood, at the end of the transaction together with others. `question`
    is the flow and the step whose question was open, if one was."""
    flow, step = question or (None, None)
    row = {"chat_id": chat_id, "at": now, "text": text, "language": language}
    gather_new(session, _NOTE, {**row, "flow": flow, "step": step})


def since(session: Session, at: datetime, *, most: int) -> list[Misunderstood]:
    """What was not understood from then on, the newest first."""
    statement = select(Misunderstood).where(Misunderstood.at >= at)
    return list(session.scalars(statement.order_by(Misunderstood.id.desc()).limit(most)))


def count_since(session: Session, at: datetime) -> int:
    """How much was not understood from then on."""
    statement = select(func.count()).select_from(Misunderstood).where(Misunderstood.at >= at)
    return session.execute(statement).scalar_one()


def count_of_chat(session: Session, *, chat_id: int) -> int:
    """How much of what this chat wrote was not understood and is kept."""
    write_gathered(session)
    statement = select(func.count()).where(Misunderstood.chat_id == chat_id)
    return session.execute(statement).scalar_one()


def get_many(session: Session, ids: Collection[int]) -> list[Misunderstood]:
    """Those of these that are there."""
    found = select(Misunderstood).where(Misunderstood.id.in_(ids))
    return list(session.scalars(found.order_by(Misunderstood.id)))


def without_example(session: Session, *, most: int) -> list[Misunderstood]:
    """What staff have said the meaning of, and what is no example yet, the oldest first."""
    of_it = select(TrainingExample.id).where(
        TrainingExample.misunderstood_id == Misunderstood.id, TrainingExample.ended_at.is_(None)
    )
    found = select(Misunderstood).where(
        Misunderstood.intent.is_not(None), Misunderstood.left_out.is_(None), ~of_it.exists()
    )
    return list(session.scalars(found.order_by(Misunderstood.id).limit(most)))


def give_intent(
    session: Session,
    ids: Collection[int],
    *,
    intent: str | None,
    by: int | None,
    now: datetime,
    left_out: str | None = None,
) -> int:
    """Staff say what these mean, or take back what was said; how many of them are there.
    `left_out`: why nothing is to be learnt from them."""
    values = {"intent": intent, "given_by": by, "given_at": now, "left_out": left_out}
    return changed_rows(
        session.execute(update(Misunderstood).where(Misunderstood.id.in_(ids)).values(values))
    )


def leave_out(session: Session, ids: Collection[int], *, why: str) -> None:
    """Nothing is learnt from these: `personal`, or `ignored`."""
    session.execute(update(Misunderstood).where(Misunderstood.id.in_(ids)).values(left_out=why))


def delete_of_chat(session: Session, *, chat_id: int) -> None:
    """Delete what this chat wrote."""
    write_gathered(session)  # not later, when all else of them is gone
    session.execute(delete(Misunderstood).where(Misunderstood.chat_id == chat_id))


_NOTE = Adding(Misunderstood.table())
