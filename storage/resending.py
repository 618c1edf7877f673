"""What is sent again with a lead, and what is taken back. What was sent before is kept: see
`storage.submissions`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage import duplicates
from storage.change_requests import end_requests
from storage.lead_events import record_event
from storage.lead_statuses import OPEN, may
from storage.leads import NewLead, hold_leads
from storage.models import Lead


@dataclass(frozen=True, slots=True)
class Content:
    """What a lead says, apart from who sends it; see `Lead`."""

    idea_id: int | None
    idea: dict[str, Any] | None
    facts: dict[str, Any]
    verdict: str | None
    reasons: list[str]
    borough: str | None
    theme: str | None
    to_be_listened: bool


def content_of(new: NewLead) -> Content:
    """What it would say."""
    return Content(**{name: getattr(new, name) for name in Content.__dataclass_fields__})


def send_again(
    session: Session, lead: Lead, content: Content, *, who: str | None, now: datetime
) -> None:
    """The lead says this from now on. One that was over is open again, and what was decided on it
    is to be decided anew."""
    for name in Content.__dataclass_fields__:
        setattr(lead, name, getattr(content, name))
    if lead.status not in OPEN or lead.status == "qualified":
        lead.outcome = lead.decline_reason = lead.decided_at = None
    record_event(session, lead, kind="sent_again", who=who, words=None, now=now)


def withdraw(session: Session, lead: Lead, *, who: str | None, now: datetime) -> bool:
    """The resident takes it back; whether that changes anything. What was sent stays kept, and what
    was merged into it stands by itself again."""
    hold_leads(session, [lead.id])
    if not may("withdrawn", lead.status):
        return False
    duplicates.release(session, lead, now=now)
    end_requests(session, lead_id=lead.id, outcome="ended", now=now)
    record_event(session, lead, kind="withdrawn", who=who, words=None, now=now)
    return True
