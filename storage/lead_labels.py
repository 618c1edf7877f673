"""Labels: words that staff put on leads, to find them by."""

from collections.abc import Collection

from sqlalchemy import Select, bindparam, delete, func, select
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


def all_labels(session: Session, *, most: int) -> list[str]:
    """The labels that stand on leads, by the alphabet. It goes from each to the next, so that it
    does not matter on how many leads they stand."""
    return list(session.scalars(_ALL, {"most": most}))


def delete_labels(session: Session, *, lead_id: int) -> None:
    """Take all labels off the lead."""
    session.execute(delete(LeadLabel).where(LeadLabel.lead_id == lead_id))


def _each_once() -> Select[str]:
    first = select(func.min(LeadLabel.label).label("label"))
    labels = first.cte("labels", recursive=True)
    after = select(func.min(LeadLabel.label)).where(LeadLabel.label > labels.c.label)
    each = labels.union_all(select(after.scalar_subquery()).where(labels.c.label.is_not(None)))
    return select(each.c.label).where(each.c.label.is_not(None)).limit(bindparam("most"))


_ALL = _each_once()
