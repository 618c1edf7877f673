"""Leads that are about the same: found with why, merged into one, and taken apart again.

A merged lead stands below the one that is kept, and may have others below itself: nothing of it is
changed but where it stands, so that it comes back as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.lead_events import record_event
from storage.lead_statuses import OPEN, may
from storage.leads import hold_leads
from storage.models import Lead

Why = Literal["person", "contact", "group"]
_MOST = 10


@dataclass(frozen=True, slots=True)
class Related:
    """Another lead, and in which ways it is of the same people."""

    lead: Lead
    why: tuple[Why, ...]


def related(session: Session, lead: Lead) -> list[Related]:
    """The leads that the same person or group sent, or that name the same contact: the newest
    first, without those that were taken back or stand below another."""
    same = [getattr(Lead, name) == value for name, value in _marks(lead).values() if value]
    if not same:
        return []
    statement = (
        select(Lead)
        .where(Lead.id != lead.id, Lead.status.not_in(("withdrawn", "duplicate")), or_(*same))
        .order_by(Lead.id.desc())
        .limit(_MOST)
    )
    return [Related(other, tuple(_why(lead, other))) for other in session.scalars(statement)]


def root_of(session: Session, lead: Lead) -> Lead:
    """The one that is kept of all this one was merged with; itself, if it was not."""
    while lead.duplicate_of is not None:
        above = session.get(Lead, lead.duplicate_of, populate_existing=True)
        if above is None:
            return lead
        lead = above
    return lead


def merged_into(session: Session, lead: Lead) -> list[Lead]:
    """All that stand below this one, however deep, the oldest first of each."""
    statement = select(Lead).where(Lead.duplicate_of == lead.id).order_by(Lead.id)
    below = list(session.scalars(statement))
    return [it for one in below for it in (one, *merged_into(session, one))]


def merge(session: Session, lead: Lead, *, into: Lead, who: str, now: datetime) -> Lead | None:
    """Put the lead below the other, or below that under which it stands already. The one that is
    kept; None where they are one already, or one of them was taken back or merged."""
    kept = _hold_both(session, lead, into)
    is_below = kept.status in ("withdrawn", "duplicate")
    if kept is lead or is_below or not may("merged", lead.status):
        return None
    lead.status_before, lead.duplicate_of = lead.status, kept.id
    record_event(session, lead, kind="merged", who=who, words=kept.reference, now=now)
    record_event(session, kept, kind="took_in", who=who, words=lead.reference, now=now)
    return kept


def unmerge(session: Session, lead: Lead, *, who: str | None, now: datetime) -> Lead | None:
    """Let it stand by itself as it did before; the one that it stood below. None if it did not."""
    above = _hold_with_above(session, lead)
    if above is None:
        return None
    record_event(session, lead, kind="unmerged", who=who, words=above.reference, now=now)
    record_event(session, above, kind="gave_back", who=who, words=lead.reference, now=now)
    return above


def release(session: Session, lead: Lead, *, now: datetime) -> list[Lead]:
    """The lead goes: what stands below it stands by itself again. Those that do."""
    ids = session.scalars(select(Lead.id).where(Lead.duplicate_of == lead.id)).all()
    below = [it for it in hold_leads(session, ids) if it.duplicate_of == lead.id]
    for one in below:
        record_event(session, one, kind="unmerged", who=None, words=lead.reference, now=now)
    return below


def to_keep(one: Lead, other: Lead) -> Lead:
    """Which of two is kept when they are merged: an open one, and of such the earlier."""
    return min(one, other, key=lambda it: (it.status not in OPEN, it.id))


def _hold_both(session: Session, lead: Lead, into: Lead) -> Lead:
    """Hold the lead and the one it would stand below, as they are now."""
    while True:
        kept = root_of(session, into)
        hold_leads(session, [lead.id, into.id, kept.id])
        if root_of(session, into) is kept:
            return kept


def _hold_with_above(session: Session, lead: Lead) -> Lead | None:
    """Hold the lead and the one it stands below, as they are now; None if it stands below none."""
    while lead.duplicate_of is not None:
        above_id = lead.duplicate_of
        held = {it.id: it for it in hold_leads(session, [lead.id, above_id])}
        if lead.duplicate_of == above_id:
            return held.get(above_id)
    return None


def _marks(lead: Lead) -> dict[Why, tuple[str, int | str | None]]:
    """By what the same people are known."""
    return {
        "person": ("chat_id", lead.chat_id),
        "contact": ("contact_index", lead.contact_index),
        "group": ("group_id", lead.group_id),
    }


def _why(lead: Lead, other: Lead) -> Iterator[Why]:
    for why, (name, value) in _marks(lead).items():
        if value and getattr(other, name) == value:
            yield why
