"""Leads that staff enter for somebody who came in or rang: nobody writes to them from here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage import lead_events, leads
from storage.applicants import contact_index
from storage.models import Lead, StaffMember


@dataclass(frozen=True, slots=True)
class Entry:
    """What staff were told. `dedupe_key` names the form it was entered with; `contact` is a number
    in E.164 or an address, `source` walk_in or phone."""

    reference: str
    dedupe_key: str
    kind: str
    name: str
    contact: str | None = None
    borough: str | None = None
    theme: str | None = None
    idea: dict[str, Any] | None = None
    source: str | None = None
    consented: bool = False


def enter_lead(
    session: Session, entry: Entry, *, by: StaffMember, now: datetime
) -> tuple[Lead, bool]:
    """The lead of this form, and whether it is new: entered twice it is one."""
    known = leads.find_by_dedupe_key(session, dedupe_key=entry.dedupe_key)
    if known is not None:
        return known, False
    values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    lead = Lead(
        applicant_kind="individual",
        applicant_name=values.pop("name"),
        contact_index=contact_index(session, entry.contact) if entry.contact else None,
        reasons=[],
        facts={},
        consent_at=now,
        created_at=now,
        entered_by=by.id,
        **values,
    )
    session.add(lead)
    session.flush()
    lead_events.record_event(session, lead, kind="entered", who=by.name, words=None, now=now)
    return lead, True
