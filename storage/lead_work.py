"""What staff do around a lead: labels, notes, what comes next, rest, and whose it is.

Each change holds the lead until the transaction ends, counts as a version of it, and stands among
its events.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storage import lead_events, lead_labels
from storage.models import Lead, LeadLabel, StaffMember

MOST_LABELS = 12  # on a lead


def put_labels(
    session: Session, lead: Lead, labels: Iterable[str], *, who: str, now: datetime
) -> list[str]:
    """Put these on the lead; those that it did not have. `labels` are in lower case."""
    _hold(session, lead)
    fresh = [
        it for it in dict.fromkeys(labels) if it not in lead_labels.labels_of(session, lead.id)
    ]
    session.add_all(LeadLabel(lead_id=lead.id, label=label) for label in fresh)
    if fresh:
        _changed(session, lead, "labelled", who=who, words=", ".join(fresh), now=now)
    return fresh


def take_labels(
    session: Session, lead: Lead, labels: Collection[str], *, who: str, now: datetime
) -> list[str]:
    """Take these off the lead; those that it had."""
    _hold(session, lead)
    had = [it for it in lead_labels.labels_of(session, lead.id) if it in labels]
    session.execute(delete(LeadLabel).where(LeadLabel.lead_id == lead.id, LeadLabel.label.in_(had)))
    if had:
        _changed(session, lead, "unlabelled", who=who, words=", ".join(had), now=now)
    return had


def add_note(session: Session, lead: Lead, words: str, *, who: str, now: datetime) -> None:
    """Keep what staff tell each other about the lead."""
    _hold(session, lead)
    _changed(session, lead, "noted", who=who, words=words, now=now)


def plan_next(
    session: Session, lead: Lead, *, action: str, at: datetime | None, who: str, now: datetime
) -> None:
    """What is to be done next with the lead, and by when. Without words and instant: nothing."""
    _hold(session, lead)
    lead.next_action, lead.next_action_at = action or None, at
    kind = "next_set" if action or at else "next_done"
    _changed(session, lead, kind, who=who, words=action or None, now=now)


def snooze(session: Session, lead: Lead, *, until: datetime, who: str, now: datetime) -> None:
    """It stands in no list of what waits until then."""
    _hold(session, lead)
    lead.snoozed_until = until
    _changed(session, lead, "snoozed", who=who, words=None, now=now)


def wake(session: Session, lead: Lead, *, who: str | None, now: datetime) -> bool:
    """It is back among what waits; whether it was away. `who` None is the assistant itself."""
    _hold(session, lead)
    if lead.snoozed_until is None:
        return False
    lead.snoozed_until = None
    _changed(session, lead, "woke", who=who, words=None, now=now)
    return True


def assign(
    session: Session, lead: Lead, to: StaffMember, *, who: str, now: datetime
) -> StaffMember | None:
    """From now on it is theirs; whose it was before, if anybody's. Giving it to the one who has it
    changes nothing."""
    _hold(session, lead)
    before = session.get(StaffMember, lead.assignee_id) if lead.assignee_id else None
    if before is not None and before.id == to.id:
        return before
    lead.assignee_id, lead.claimed_at = to.id, now
    _changed(session, lead, "assigned", who=who, words=to.name, now=now)
    return before


def unassign(session: Session, lead: Lead, *, who: str, now: datetime) -> StaffMember | None:
    """Nobody has it from now on; who had it."""
    _hold(session, lead)
    before = session.get(StaffMember, lead.assignee_id) if lead.assignee_id else None
    if before is None:
        return None
    lead.assignee_id = lead.claimed_at = None
    _changed(session, lead, "unassigned", who=who, words=before.name, now=now)
    return before


def _hold(session: Session, lead: Lead) -> None:
    """Nobody else changes the lead until the transaction ends, and it is as it is now."""
    session.flush()
    session.refresh(lead, with_for_update={"key_share": True})


def _changed(
    session: Session, lead: Lead, kind: str, *, who: str | None, words: str | None, now: datetime
) -> None:
    lead_events.record_event(session, lead, kind=kind, who=who, words=words, now=now)
