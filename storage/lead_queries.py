"""Leads by what one wants to see of them: words, state, place, whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from storage.lead_search import matching
from storage.lead_statuses import OPEN
from storage.models import Lead, LeadLabel, StaffMember

NOBODY = 0  # as an assignee


class Sort(StrEnum):
    """In which order."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NEXT = "next"  # what is to be done next, the earliest first
    SCORE = "score"  # the highest first


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads. What is empty or None lets all through; `status` "open" are all not over."""

    words: str = ""
    status: str = ""
    kind: str = ""
    borough: str = ""
    theme: str = ""
    label: str = ""
    call_id: int | None = None
    assignee_id: int | None = None


_ORDER: dict[Sort, tuple[ColumnElement[Any], ...]] = {
    Sort.NEWEST: (Lead.id.desc(),),
    Sort.OLDEST: (Lead.id.asc(),),
    Sort.NEXT: (Lead.next_action_at.is_(None), Lead.next_action_at.asc(), Lead.id.asc()),
    Sort.SCORE: (Lead.score.is_(None), Lead.score.desc(), Lead.id.desc()),
}


def find_leads(
    session: Session, wanted: Wanted, *, sort: Sort, limit: int, offset: int = 0
) -> list[tuple[Lead, StaffMember | None]]:
    """These leads with who has them, a stretch of the list."""
    statement = (
        select(Lead, StaffMember)
        .where(*_conditions(session, wanted))
        .outerjoin(StaffMember, StaffMember.id == Lead.assignee_id)
        .order_by(*_ORDER[sort])
        .limit(limit)
        .offset(offset)
    )
    return [(lead, member) for lead, member in session.execute(statement)]


def count_leads(session: Session, wanted: Wanted, *, most: int) -> int:
    """How many these are, counted up to `most`."""
    found = select(Lead.id).where(*_conditions(session, wanted)).limit(most).subquery()
    return session.execute(select(func.count()).select_from(found)).scalar_one()


def lead_ids(session: Session, wanted: Wanted) -> list[int]:
    """The ids of all of these, oldest first."""
    statement = select(Lead.id).where(*_conditions(session, wanted))
    return list(session.scalars(statement.order_by(Lead.id)))


def _conditions(session: Session, wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        found.append(matching(session, wanted.words))
    if wanted.status:
        is_open = wanted.status == "open"
        found.append(Lead.status.in_(OPEN) if is_open else Lead.status == wanted.status)
    named = {name: getattr(wanted, name) for name in ("kind", "borough", "theme")}
    found += [getattr(Lead, name) == value for name, value in named.items() if value]
    if wanted.label:
        labelled = select(LeadLabel.lead_id).where(LeadLabel.label == wanted.label)
        found.append(Lead.id.in_(labelled))
    if wanted.call_id is not None:
        found.append(Lead.call_id == wanted.call_id)
    if wanted.assignee_id is not None:
        theirs = wanted.assignee_id or None
        found.append(Lead.assignee_id == theirs if theirs else Lead.assignee_id.is_(None))
    return found
