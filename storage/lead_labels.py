"""Labels: words that staff put on leads, to find them by."""

from collections.abc import Collection

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.models import LeadLabel


def labels_of(session: Session, lead_id: int) -> list[str]:
    """The labels on the lead, by the alphabet."""
    return labels_by_lead(session, [lead_id])[lead_id]


def labels_by_lead(session: Session, lead_ids: Collection[int]) -> dict[int, list[str]]:
    """The same of many leads."""
    found: dict[int, list[str]] = {lead_id: [] for lead_id in lead_ids}
    statement = select(LeadLabel).where(LeadLabel.lead_id.in_(lead_ids))
    for row in session.scalars(statement.order_by(LeadLabel.label)):
        found[row.lead_id].append(row.label)
    return found


def labels_in_use(session: Session, *, most: int) -> list[str]:
    """The labels that stand on the most leads, those first."""
    statement = (
        select(LeadLabel.label)
        .group_by(LeadLabel.label)
        .order_by(func.count().desc(), LeadLabel.label)
        .limit(most)
    )
    return list(session.scalars(statement))


def delete_labels(session: Session, *, lead_id: int) -> None:
    """Take all labels off the lead."""
    session.execute(delete(LeadLabel).where(LeadLabel.lead_id == lead_id))
