"""The words that staff put on leads, to find them by."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import LeadLabel


def labels_of(session: Session, lead_id: int) -> list[str]:
    """The lead's labels, in the order of the alphabet."""
    statement = select(LeadLabel.label).where(LeadLabel.lead_id == lead_id)
    return list(session.scalars(statement.order_by(LeadLabel.label)))
