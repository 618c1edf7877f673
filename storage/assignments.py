"""Questions that one member of a group was asked to answer for it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import Assignment, Member


def assign(
    session: Session, member: Member, *, question: str, asked_by: Member, now: datetime
) -> tuple[Assignment, bool]:
    """Ask this member, and whether that is new: asking twice is asking once. The caller holds the
    group."""
    known = next(
        (it for it in open_of(session, group_id=member.group_id) if _is(it, member, question)), None
    )
    if known is not None:
        return known, False
    asked = Assignment(
        group_id=member.group_id,
        question=question,
        member_id=member.id,
        asked_by=asked_by.name,
        asked_by_id=asked_by.id,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    return asked, True


def _is(assignment: Assignment, member: Member, question: str) -> bool:
    return (assignment.member_id, assignment.question) == (member.id, question)


def open_of(session: Session, *, group_id: int) -> list[Assignment]:
    """What members of this group were asked and have not answered, in order."""
    statement = select(Assignment).where(
        Assignment.group_id == group_id, Assignment.done_at.is_(None)
    )
    return list(session.scalars(statement.order_by(Assignment.id)))


def get_open(session: Session, assignment_id: int) -> Assignment | None:
    """The assignment of this id, if it is still to be answered."""
    found = session.get(Assignment, assignment_id)
    return found if found is not None and found.done_at is None else None


def finish(
    session: Session, *, group_id: int, questions: Collection[str], now: datetime
) -> list[Assignment]:
    """These questions are answered, by whomever; the assignments that this ends."""
    done = [it for it in open_of(session, group_id=group_id) if it.question in questions]
    for assignment in done:
        assignment.done_at = now
    session.flush()
    return done


def take_back(session: Session, assignment: Assignment, *, now: datetime) -> None:
    """They need not answer it."""
    assignment.done_at = now
    session.flush()


def take_back_all(session: Session, member: Member, *, now: datetime) -> None:
    """This member is asked nothing any more."""
    session.execute(
        update(Assignment)
        .where(Assignment.member_id == member.id, Assignment.done_at.is_(None))
        .values(done_at=now)
    )
