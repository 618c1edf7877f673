"""Leads by what one wants to see of them: words, state, place, whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    exists,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from storage.lead_search import matching
from storage.lead_statuses import OPEN
from storage.models import Instant, Lead, LeadLabel, StaffMember
from storage.unindexed import unindexed

NOBODY = 0  # as an assignee
OVERDUE = "overdue"  # what was to be done next is past, it is not over, and does not rest


class Sort(StrEnum):
    """In which order."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NEXT = "next"  # what is to be done next, the earliest first
    SCORE = "score"  # the highest first


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads. What is empty or None lets all through; `status` "open" are all not over, `due`
    is OVERDUE."""

    words: str = ""
    status: str = ""
    kind: str = ""
    borough: str = ""
    theme: str = ""
    label: str = ""
    call_id: int | None = None
    assignee_id: int | None = None
    due: str = ""


# What a sort goes by, and by the id where it is the same; what has none of it comes last.
_LEADS = Lead.table().c
_ID: ColumnElement[Any] = _LEADS.id
_FAR = datetime(9999, 12, 31, tzinfo=UTC)
_KEYS: dict[Sort, ColumnElement[Any]] = {
    Sort.NEWEST: _ID,
    Sort.OLDEST: _ID,
    Sort.NEXT: func.coalesce(Lead.next_action_at, literal(_FAR, Instant)),
    Sort.SCORE: func.coalesce(Lead.score, literal(-1)),
}
_NAMED = ("kind", "borough", "theme")
_NUMBERED = ("call_id", "assignee_id", "next_action_at")
_HELD = {it: unindexed(_LEADS[it]) for it in (*_NAMED, "status", *_NUMBERED)}
_RISING = (Sort.OLDEST, Sort.NEXT)


def find_leads(
    session: Session,
    wanted: Wanted,
    *,
    now: datetime,
    sort: Sort,
    limit: int,
    beyond: int | None = None,
    back: bool = False,
) -> list[tuple[Lead, StaffMember | None]]:
    """The first of these leads with who has them, or those that follow the one with the id
    `beyond`; with `back` those just before it. In the order of the sort."""
    rising, key = (sort in _RISING) is not back, _KEYS[sort]
    order = (key, Lead.id) if rising else (key.desc(), Lead.id.desc())
    found = _ids(session, wanted, now).order_by(*order).limit(limit)
    if beyond is not None:
        found = found.where(_follows(session, key, beyond, rising=rising))
    ids = list(session.scalars(found))
    rows = session.execute(_THESE, {"ids": ids}) if ids else ()
    by_id = {lead.id: (lead, member) for lead, member in rows}
    return [by_id[it] for it in (ids[::-1] if back else ids) if it in by_id]


def count_leads(session: Session, wanted: Wanted, *, now: datetime, most: int) -> int:
    """How many these are, counted up to `most`."""
    found = _ids(session, wanted, now).limit(most).subquery()
    return session.execute(select(func.count()).select_from(found)).scalar_one()


def lead_ids(session: Session, wanted: Wanted, *, now: datetime) -> list[int]:
    """The ids of all of these, oldest first."""
    return list(session.scalars(_ids(session, wanted, now).order_by(Lead.id)))


_THESE = (
    select(Lead, StaffMember)
    .where(Lead.id.in_(bindparam("ids", expanding=True)))
    .outerjoin(StaffMember, StaffMember.id == Lead.assignee_id)
)


def _ids(session: Session, wanted: Wanted, now: datetime) -> Select[int]:
    """All that a list goes by is in one narrow index, in the order of the ids."""
    return select(Lead.id).where(*_conditions(session, wanted, now))


def _follows(
    session: Session, key: ColumnElement[Any], beyond: int, *, rising: bool
) -> ColumnElement[bool]:
    """That a lead comes after this one; of one that is gone only its id tells."""
    if key is _ID:
        return Lead.id > beyond if rising else Lead.id < beyond
    at = session.scalar(select(key).where(Lead.id == beyond))
    if at is None:
        return true()
    place, here = tuple_(key, Lead.id), tuple_(literal(at, key.type), literal(beyond))
    return place > here if rising else place < here


def _conditions(session: Session, wanted: Wanted, now: datetime) -> Sequence[ColumnElement[bool]]:
    """Those last that cost the most to look at."""
    found: list[ColumnElement[bool]] = [
        _HELD[it].in_((value,)) for it in _NAMED if (value := getattr(wanted, it))
    ]
    if wanted.status:
        found.append(_HELD["status"].in_(OPEN if wanted.status == "open" else (wanted.status,)))
    if wanted.call_id is not None:
        found.append(_HELD["call_id"].in_((wanted.call_id,)))
    if wanted.assignee_id is not None:
        theirs, whose = wanted.assignee_id or None, _HELD["assignee_id"]
        found.append(whose.in_((theirs,)) if theirs else whose.is_(None))
    if wanted.due == OVERDUE:
        found += [_HELD["status"].in_(OPEN), _HELD["next_action_at"] <= now]
    if wanted.label:
        labelled = select(LeadLabel.lead_id).where(LeadLabel.label == wanted.label)
        found.append(Lead.id.in_(labelled))
    if wanted.words:
        found.append(matching(session, wanted.words, lead_id=unindexed(_ID)))
    if wanted.due == OVERDUE:
        found.append(_is_awake(now))
    return found


def _is_awake(now: datetime) -> ColumnElement[bool]:
    """That it does not rest: looked up for each lead that all else lets through, for it stands in
    no index."""
    itself = aliased(Lead)
    rests = exists().where(itself.id == Lead.id, itself.snoozed_until > now)
    return ~rests
