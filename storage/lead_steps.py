"""What staff do with a lead: each step is taken once, and written down."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.change_requests import end_requests
from storage.lead_events import record_event
from storage.lead_statuses import OPEN, may
from storage.leads import assignee_name, find_by_reference, hold_leads
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
    """The lead is done, unless it was taken back or merged. `changed` is False when it was so
    before, and nobody need be told."""

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
    record_event(session, lead, kind="claimed", who=staff_member.name, words=None, now=now)
    return Claimed(lead)


def close(
    session: Session, *, reference: str, outcome: str, who: str, now: datetime
) -> Closed | None:
    """Close the lead with this outcome; None if there is no such lead.

    Closing one that is done changes its outcome; one that was taken back or merged stays as it is.
    """
    lead = find_by_reference(session, reference=reference)
    if lead is None:
        return None
    hold_leads(session, [lead.id])
    if not may("done", lead.status) or (lead.status, lead.outcome) == ("done", outcome):
        return Closed(lead, changed=False)
    lead.outcome = outcome
    end_requests(session, lead_id=lead.id, outcome="ended", now=now)
    record_event(session, lead, kind="done", who=who, words=outcome, now=now)
    return Closed(lead, changed=True)


def decide(
    session: Session,
    lead: Lead,
    *,
    kind: str,
    reason: str | None,
    words: str | None,
    by: StaffMember,
    now: datetime,
) -> None:
    """It is qualified, declined, done or reopened; `words` are those of staff, where they are not
    the content's. The caller holds the lead, and has seen that it may be. What was asked of the
    resident has come to an end. Who reopens what nobody works has it."""
    if kind == "reopened":
        lead.outcome = lead.decline_reason = lead.decided_at = None
        lead.assignee_id = lead.assignee_id or by.id
    else:
        lead.outcome, lead.decline_reason = words, reason
        lead.decided_at = lead.decided_at if kind == "done" else now
        end_requests(session, lead_id=lead.id, outcome="ended", now=now)
    record_event(session, lead, kind=kind, who=by.name, words=words or reason, now=now)
