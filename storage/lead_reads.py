"""Who of the staff has opened a lead: when first, and when last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import insert_into
from storage.models import Lead, LeadRead, StaffMember

WITHIN = timedelta(hours=1)  # who opens it again so soon is not written down again


@dataclass(frozen=True, slots=True)
class Read:
    """A member who opened it."""

    staff_id: int
    who: str
    first_at: datetime
    last_at: datetime


def reads_of(session: Session, lead_id: int) -> list[Read]:
    """Who has opened the lead, who did last first."""
    statement = (
        select(LeadRead, StaffMember.name)
        .join(StaffMember, StaffMember.id == LeadRead.staff_id)
        .where(LeadRead.lead_id == lead_id)
        .order_by(LeadRead.last_at.desc())
    )
    return [
        Read(row.staff_id, name, row.first_at, row.last_at)
        for row, name in session.execute(statement)
    ]


def is_due(reads: list[Read], staff_id: int, *, now: datetime) -> bool:
    """Whether it is to be written down that this member opens it now."""
    return not any(it.staff_id == staff_id and it.last_at > now - WITHIN for it in reads)


def note_read(session: Session, lead_id: int, staff_id: int, *, now: datetime) -> None:
    """Write down that this member opened it; nothing if the lead is gone."""
    if session.get(Lead, lead_id) is None:
        return
    statement = insert_into(session, LeadRead).values(
        lead_id=lead_id, staff_id=staff_id, first_at=now, last_at=now
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["lead_id", "staff_id"], set_={"last_at": statement.excluded.last_at}
        )
    )
