"""Which examples of staff the model has learnt: the trainings that replaced it, newest in force."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.locks import queue_up
from storage.models import Training


class StaleError(Exception):
    """Another training has come into force, or ended, since this one began."""


def in_force(session: Session) -> Training | None:
    """The one whose examples count; None: the content's alone."""
    found = select(Training).where(Training.ended_at.is_(None))
    return session.scalars(found.order_by(Training.id.desc()).limit(1)).first()


def history(session: Session, *, most: int) -> list[Training]:
    """All that were in force once, or are, the newest first."""
    return list(session.scalars(select(Training).order_by(Training.id.desc()).limit(most)))


def replace(
    session: Session,
    *,
    instead_of: int | None,
    examples: Sequence[int],
    count: int,
    report: dict[str, Any],
    by: str,
    now: datetime,
) -> Training:
    """These examples count from now on, in every process. Raises StaleError if what is in force is
    not what they were compared with."""
    _still(session, instead_of)
    row = Training(
        made_at=now, made_by=by, examples=list(examples), count=count, report=report, ended_at=None
    )
    session.add(row)
    session.flush()
    return row


def undo(session: Session, *, now: datetime) -> tuple[Training, Training | None] | None:
    """End what is in force: that one, and the one that is in force again. None: there is none."""
    queue_up(session, "trainings")
    ended = in_force(session)
    if ended is None:
        return None
    ended.ended_at = now
    session.flush()
    return ended, in_force(session)


def _still(session: Session, expected: int | None) -> None:
    queue_up(session, "trainings")
    known = in_force(session)
    if (known.id if known else None) != expected:
        raise StaleError
