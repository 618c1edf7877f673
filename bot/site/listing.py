"""Which calls the public sees, and for how long after they are over. Drafts never."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage import calls
from storage.models import Call

KEPT_FOR = timedelta(days=90)  # so long the feed tells calendars what became of a call


def public_call(session: Session, code: str) -> Call | None:
    """The call with this code."""
    call = calls.find_call(session, code=code)
    return None if call is None or call.is_draft else call


def in_feed(session: Session, *, now: datetime) -> list[Call]:
    """What is open or comes, and what ended lately, by deadline."""
    public = (call for call in calls.all_calls(session) if not call.is_draft)
    return [call for call in public if calls.ends_at(call) > now - KEPT_FOR]


def over(session: Session, *, now: datetime) -> list[Call]:
    """What closed or was withdrawn lately, the latest first."""
    found = [call for call in in_feed(session, now=now) if calls.ends_at(call) <= now]
    return sorted(found, key=calls.ends_at, reverse=True)


def last_change(found: list[Call], *, now: datetime) -> datetime | None:
    """When the calendar of these calls last changed: one of them did, or its opening passed."""
    moments = [call.updated_at for call in found]
    opened = [call.opens_at for call in found if call.opens_at <= now]
    return max((*moments, *opened), default=None)
