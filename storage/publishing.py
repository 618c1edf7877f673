"""Drafts that are published by themselves, each at a moment that staff have set."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.models import Call


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether there is a draft whose moment has come."""
    return session.scalars(_DUE, {"now": now}).first() is not None


def due(session: Session, *, now: datetime) -> list[Call]:
    """The drafts whose moment has come, as they are now; those that were withdrawn are left out."""
    fresh = {"populate_existing": True}  # somebody may have changed them while we waited
    return list(session.scalars(_DUE, {"now": now}, execution_options=fresh))


_DUE = (
    select(Call)
    .where(Call.is_draft, Call.publish_at <= bindparam("now", type_=Call.table().c.publish_at.type))
    .where(Call.withdrawn_at.is_(None))
    .order_by(Call.publish_at, Call.id)
)
