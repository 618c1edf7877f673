"""Groups: the chat in which they talk, the board that shows where they are, the open question."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import applicants, ideas
from storage.database import write_gathered
from storage.models import Applicant, Group


@dataclass(frozen=True, slots=True)
class Acting:
    """A group that somebody acts for, with the applicant that it is. Both are held, so that of two
    members who act at once one comes after the other."""

    group: Group
    applicant: Applicant


def find_group(session: Session, *, chat_id: int) -> Group | None:
    """The group that talks in this chat."""
    return session.scalars(select(Group).where(Group.chat_id == chat_id)).one_or_none()


def get_group(session: Session, group_id: int) -> Group | None:
    """The group of this id."""
    return session.get(Group, group_id)


def group_of(session: Session, *, chat_id: int, added_by: str | None, now: datetime) -> Group:
    """The group that talks in this chat, made if there is none. The caller holds the chat."""
    found = find_group(session, chat_id=chat_id)
    if found is None:
        found = Group(chat_id=chat_id, added_by=added_by, staff_may_write=False, two_agree=False)
        found.created_at = now
        session.add(found)
        session.flush()
    return found


def act_for(session: Session, group: Group, *, now: datetime) -> Acting:
    """Hold the group and its applicant, who is made if there is none, until the transaction ends.

    Whoever holds chats as well takes those first.
    """
    write_gathered(
        session
    )  # before what was read ahead is read again, as it is now that it is held
    session.refresh(group, with_for_update=True)
    applicant = applicants.applicant_of(session, chat_id=group.chat_id, now=now)
    session.refresh(applicant)
    ideas.read_again(session, applicant_id=applicant.id)
    if applicant.kind is None:
        applicant.kind = "group"
        session.flush()
    return Acting(group, applicant)


def ask(session: Session, group: Group, question: str | None, *, message_id: int | None) -> None:
    """This question is open now, asked in this message of the group's chat."""
    group.question, group.question_id = question, message_id
    session.flush()


def close(session: Session, group: Group, *, now: datetime) -> bool:
    """We were removed, or may not write: nothing more is said there. Whether that is new."""
    if group.closed_at is not None:
        return False
    group.closed_at = now
    session.flush()
    return True


def reopen(session: Session, group: Group) -> bool:
    """We are back. Whether we had been away."""
    was_away, group.closed_at = group.closed_at is not None, None
    session.flush()
    return was_away
