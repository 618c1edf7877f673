"""When updates of a channel could be taken in: spans without a gap, and the gaps between them."""

from datetime import datetime, timedelta

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from storage.models import IntakeSpan

SILENCE = timedelta(seconds=45)  # so long without a sign of life is an outage


def note_alive(session: Session, *, channel: str, now: datetime) -> None:
    """Updates can be taken in now. After a silence that was too long a new span begins."""
    newest = select(func.max(IntakeSpan.id)).where(IntakeSpan.channel == channel).scalar_subquery()
    later = case((IntakeSpan.alive_until > now, IntakeSpan.alive_until), else_=now)
    extended = session.execute(
        update(IntakeSpan)
        .where(IntakeSpan.id == newest, IntakeSpan.alive_until >= now - SILENCE)
        .values(alive_until=later)
        .returning(IntakeSpan.id)
        .execution_options(synchronize_session=False)
    ).first()
    if extended is None:
        session.add(IntakeSpan(channel=channel, began_at=now, alive_until=now))
        session.flush()


def outage_at(
    session: Session, *, channel: str, instant: datetime, seen_at: datetime
) -> tuple[datetime, datetime] | None:
    """The outage in which this instant lies: from the last sign of life before it to the first
    after it. What came in at `seen_at` is such a sign as well. None where there was no outage, or
    nothing is known of the time before."""
    before = session.execute(
        select(func.max(IntakeSpan.alive_until)).where(
            IntakeSpan.channel == channel, IntakeSpan.began_at <= instant
        )
    ).scalar_one()
    if before is None or before >= instant:
        return None
    after = session.execute(
        select(func.min(IntakeSpan.began_at)).where(
            IntakeSpan.channel == channel, IntakeSpan.began_at > instant
        )
    ).scalar_one()
    until = min(it for it in (after, seen_at) if it is not None)
    return (before, until) if until > instant and until - before > SILENCE else None
