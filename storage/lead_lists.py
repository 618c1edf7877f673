"""Which leads staff look at: their own, those that nobody has, those that are late. A page goes on
from the last lead of the one before, so that it costs the same however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from storage.lead_statuses import OPEN
from storage.models import Handoff, Lead, LeadEvent

LOOKED_THROUGH = 2000  # of the newest leads, when words are looked for in what is sealed


class View(StrEnum):
    """A list of leads."""

    MINE = "mine"
    WAITING = "waiting"  # nobody has them
    OVERDUE = "overdue"
    SNOOZED = "snoozed"
    OPEN = "open"  # all that are not over


_OLDEST_FIRST = (View.MINE, View.WAITING, View.OVERDUE)


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks, and when. What nobody has touched since `stale_before` is overdue."""

    member_id: int
    now: datetime
    stale_before: datetime


def leads_in(
    session: Session,
    view: View,
    looking: Looking,
    *,
    limit: int,
    beyond: int | None = None,
    back: bool = False,
) -> list[Lead]:
    """The first leads of this list, or those that follow the one with the id `beyond`; with `back`
    those before it. In the list's order, which is that of their age."""
    statement = select(Lead).where(*_of(view, looking))
    rising = (view in _OLDEST_FIRST) is not back
    if beyond is not None:
        statement = statement.where(Lead.id > beyond if rising else Lead.id < beyond)
    order = Lead.id if rising else Lead.id.desc()
    found = list(session.scalars(statement.order_by(order).limit(limit)))
    return found[::-1] if back else found


def count_in(session: Session, view: View, looking: Looking) -> int:
    """How many leads this list has."""
    statement = select(func.count()).select_from(Lead).where(*_of(view, looking))
    return session.execute(statement).scalar_one()


def due_next(session: Session, *, member_id: int, until: datetime, limit: int) -> list[Lead]:
    """Their open leads whose next action is due before then, the earliest first."""
    statement = select(Lead).where(*_own(member_id), Lead.next_action_at < until)
    return list(session.scalars(statement.order_by(Lead.next_action_at, Lead.id).limit(limit)))


def waking(session: Session, looking: Looking, *, until: datetime, limit: int) -> list[Lead]:
    """Their open leads whose rest ends before then."""
    statement = select(Lead).where(
        *_own(looking.member_id), Lead.snoozed_until > looking.now, Lead.snoozed_until < until
    )
    return list(session.scalars(statement.order_by(Lead.snoozed_until, Lead.id).limit(limit)))


def handoffs_waiting(session: Session, *, limit: int) -> list[Handoff]:
    """The residents who wait for a person and have no answer yet, the longest first."""
    statement = select(Handoff).where(Handoff.answered_at.is_(None), Handoff.ended_at.is_(None))
    return list(session.scalars(statement.order_by(Handoff.created_at, Handoff.id).limit(limit)))


def newest(session: Session) -> Sequence[Any]:
    """Of the newest leads what words are looked for in, the newest first."""
    return session.execute(_NEWEST).all()


def has_older(session: Session, lead_id: int) -> bool:
    """Whether there are leads before this one."""
    return session.scalar(select(exists().where(Lead.id < lead_id))) or False


def leads_by_id(session: Session, lead_ids: Sequence[int]) -> list[Lead]:
    """These leads, in this order; without those that are gone."""
    found = {it.id: it for it in session.scalars(select(Lead).where(Lead.id.in_(lead_ids)))}
    return [found[lead_id] for lead_id in lead_ids if lead_id in found]


def _own(member_id: int) -> tuple[ColumnElement[bool], ...]:
    return Lead.assignee_id == member_id, Lead.status.in_(OPEN)


def _of(view: View, looking: Looking) -> tuple[ColumnElement[bool], ...]:
    is_awake = or_(Lead.snoozed_until.is_(None), Lead.snoozed_until <= looking.now)
    match view:
        case View.MINE:
            return *_own(looking.member_id), is_awake
        case View.WAITING:
            return Lead.assignee_id.is_(None), Lead.status.in_(OPEN), is_awake
        case View.OVERDUE:
            return Lead.status.in_(OPEN), is_awake, _is_late(looking)
        case View.SNOOZED:
            return Lead.status.in_(OPEN), Lead.snoozed_until > looking.now
    return (Lead.status.in_(OPEN),)


def _is_late(looking: Looking) -> ColumnElement[bool]:
    """Its next action is past, or what was promised of it; or nothing happened to it for too long,
    and nothing is planned or asked of the resident."""
    promised = exists().where(
        Handoff.lead_id == Lead.id,
        Handoff.answered_at.is_(None),
        Handoff.ended_at.is_(None),
        Handoff.promised_at <= looking.now,
    )
    touched = exists().where(LeadEvent.lead_id == Lead.id, LeadEvent.at >= looking.stale_before)
    forgotten = and_(
        Lead.next_action_at.is_(None),
        Lead.status != "changes_asked",
        Lead.created_at < looking.stale_before,
        ~touched,
    )
    return or_(Lead.next_action_at <= looking.now, promised, forgotten)


_NEWEST = (
    select(
        Lead.id,
        Lead.reference,
        Lead.applicant_name,
        Lead.on_behalf_of,
        Lead.status,
        Lead.kind,
        Lead.borough,
        Lead.theme,
        Lead.call_id,
        Lead.assignee_id,
    )
    .order_by(Lead.id.desc())
    .limit(LOOKED_THROUGH)
)
