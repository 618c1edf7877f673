"""What staff do with a lead: each step is taken once, and written down."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.change_requests import end_requests
from storage.lead_events import record_event
from storage.leads import OPEN, assignee_name, find_by_reference
from storage.models import Lead, StaffMember


@dataclass(frozen=True, slots=True)
class Claimed:
    """The lead is this staff member's now, or was already."""

    lead: Lead


@dataclass(frozen=True, slots=True)
class AlreadyClaimed:
    """Somebody else has the lead, or it is over."""

    lead: Lead
    by: str | None


@dataclass(frozen=True, slots=True)
class Closed:
    """The lead is done. `changed` is False when it was so before, and nobody need be told."""

    lead: Lead
    changed: bool


def claim(
    session: Session, *, lead_id: int, staff_member: StaffMember, now: datetime
) -> Claimed | AlreadyClaimed | None:
    """Give an open lead to whoever asks first; None if there is no such lead."""
    taken = session.execute(
        update(Lead)
        .where(Lead.id == lead_id, Lead.assignee_id.is_(None), Lead.status.in_(OPEN))
        .values(assignee_id=staff_member.id, claimed_at=now)
        .returning(Lead.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    lead = session.get(Lead, lead_id, populate_existing=True)
    if lead is None:
        return None
    if taken is None:
        is_theirs = lead.assignee_id == staff_member.id and lead.status in OPEN
        return Claimed(lead) if is_theirs else AlreadyClaimed(lead, assignee_name(session, lead))
    if lead.status == "new":
        lead.status = "claimed"
    record_event(session, lead, kind="claimed", who=staff_member.name, words=None, now=now)
    return Claimed(lead)


def close(
    session: Session, *, reference: str, outcome: str, who: str, now: datetime
) -> Closed | None:
    """Close the lead with this outcome; None if there is no such lead.

    Closing one that is done changes its outcome; a withdrawn one stays as it is.
    """
    lead = find_by_reference(session, reference=reference)
    if lead is None:
        return None
    if lead.status == "withdrawn" or (lead.status, lead.outcome) == ("done", outcome):
        return Closed(lead, changed=False)
    lead.status, lead.outcome, lead.closed_at = "done", outcome, now
    end_requests(session, lead_id=lead.id, outcome="ended", now=now)
    record_event(session, lead, kind="done", who=who, words=outcome, now=now)
    return Closed(lead, changed=True)
