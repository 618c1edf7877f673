"""What staff are about to decide on leads: shown to them first, and sent when they say so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.leads import hold_leads
from storage.models import Decision, Lead, StaffMember

SENT, DROPPED, OUTDATED = "sent", "dropped", "outdated"


def preview(
    session: Session,
    lead: Lead,
    *,
    kind: str,
    reason: str | None = None,
    words: str | None = None,
    by: StaffMember,
    now: datetime,
) -> Decision:
    """Keep what this member is about to decide on the lead as it is now. What they were about to
    decide on it before is dropped."""
    for earlier in _open_of(session, lead, by):
        end(session, earlier, outcome=DROPPED, now=now)
    made = Decision(lead_id=lead.id, kind=kind, reason=reason, words=words, version=lead.version)
    made.staff_id, made.made_at = by.id, now
    session.add(made)
    session.flush()
    return made


def shown_in(session: Session, message_id: int) -> Decision | None:
    """What this message is the preview of, decided or not; nobody else decides on it, or changes
    its lead, until the transaction ends."""
    statement = select(Decision).where(Decision.message_id == message_id)
    lead_id = session.scalar(statement.with_only_columns(Decision.lead_id))
    if lead_id is None:
        return None
    hold_leads(session, [lead_id])  # first: so does whoever shows another preview of it
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


@dataclass(frozen=True, slots=True)
class Previewed:
    """A decision that was looked at, and by whom."""

    decision: Decision
    who: str


def previewed(session: Session, lead_id: int) -> list[Previewed]:
    """All that staff were about to decide on the lead, sent or not, in order."""
    statement = (
        select(Decision, StaffMember.name)
        .join(StaffMember, StaffMember.id == Decision.staff_id)
        .where(Decision.lead_id == lead_id)
    )
    found = session.execute(statement.order_by(Decision.id))
    return [Previewed(decision, who) for decision, who in found]


def open_posts(session: Session, lead_id: int, *, staff_id: int) -> list[int]:
    """The messages that show this member what they are about to decide on the lead."""
    statement = select(Decision.message_id).where(
        Decision.lead_id == lead_id,
        Decision.staff_id == staff_id,
        Decision.closed_at.is_(None),
        Decision.message_id.is_not(None),
    )
    return [it for it in session.scalars(statement.order_by(Decision.id)) if it is not None]


def end(session: Session, decision: Decision, *, outcome: str, now: datetime) -> None:
    """It was sent, dropped, or the lead is not any more what it was about."""
    decision.outcome, decision.closed_at = outcome, now
    session.flush()


def forget_words(session: Session, lead: Lead, *, now: datetime) -> None:
    """Leave of what was decided on the lead only that it was; what was about to be is dropped."""
    of_lead = update(Decision).where(Decision.lead_id == lead.id)
    session.execute(of_lead.values(words=None))
    still_open = of_lead.where(Decision.closed_at.is_(None))
    session.execute(still_open.values(outcome=DROPPED, closed_at=now))


def _open_of(session: Session, lead: Lead, by: StaffMember) -> list[Decision]:
    statement = select(Decision).where(
        Decision.lead_id == lead.id, Decision.staff_id == by.id, Decision.closed_at.is_(None)
    )
    return list(session.scalars(statement.order_by(Decision.id)))
