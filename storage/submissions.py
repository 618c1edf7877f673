"""What was sent with a lead, each send as it was: a submission is never written again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.bulk import among
from storage.models import Lead, Submission


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent and how it counts. `idea` is {"title": …, "answers": {question: text}} or None,
    `attached` names files by question; see `Submission` for the rest."""

    idea: dict[str, Any] | None
    facts: dict[str, Any]
    sent_at: datetime
    stored_at: datetime
    standing: str
    idea_id: int | None = None
    attached: dict[str, Any] | None = None
    down_from: datetime | None = None
    down_until: datetime | None = None
    change_request_id: int | None = None


def add_submission(session: Session, lead: Lead, sent: Sent) -> Submission:
    """Keep one more send of the lead; the caller holds the lead."""
    last = newest_submission(session, lead_id=lead.id)
    values = {name: getattr(sent, name) for name in Sent.__dataclass_fields__}
    submission = Submission(lead_id=lead.id, version=last.version + 1 if last else 1, **values)
    session.add(submission)
    session.flush()
    return submission


def newest_submission(session: Session, *, lead_id: int) -> Submission | None:
    """What was sent last."""
    statement = select(Submission).where(Submission.lead_id == lead_id)
    return session.scalars(statement.order_by(Submission.version.desc()).limit(1)).first()


def get_submission(session: Session, submission_id: int) -> Submission | None:
    """The submission's row, or None."""
    return session.get(Submission, submission_id)


def submissions_of(session: Session, *, lead_id: int) -> list[Submission]:
    """All that was sent with the lead, in order."""
    statement = select(Submission).where(Submission.lead_id == lead_id)
    return list(session.scalars(statement.order_by(Submission.version)))


def submissions_by_lead(
    session: Session, lead_ids: Collection[int]
) -> Mapping[int, list[Submission]]:
    """The same of many leads."""
    found: dict[int, list[Submission]] = {lead_id: [] for lead_id in lead_ids}
    statement = select(Submission).where(among(Submission.table().c.lead_id, "leads"))
    ordered = statement.order_by(Submission.version)
    for submission in session.scalars(ordered, {"leads": list(lead_ids)}):
        found[submission.lead_id].append(submission)
    return found


def count_submissions(session: Session, *, lead_id: int) -> int:
    """How often it was sent."""
    statement = select(func.count()).where(Submission.lead_id == lead_id)
    return session.execute(statement).scalar_one()


def changed_questions(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, title: str | None
) -> list[str]:
    """The questions whose answers differ between two versions of an idea, in the order of the
    later one; `title` is the slot of its title."""
    old, new = texts_of(before, title=title), texts_of(after, title=title)
    return [name for name in {**new, **old} if old.get(name) != new.get(name)]


def texts_of(idea: Mapping[str, Any] | None, *, title: str | None) -> dict[str, str]:
    """Every answer of an idea by its slot, that of its title among them."""
    if idea is None:
        return {}
    named = {title: idea["title"]} if title and idea["title"] else {}
    return {**named, **idea["answers"]}


def make_submissions_anonymous(session: Session, *, lead_id: int) -> None:
    """Leave of each send its version, its instants and how it counted."""
    session.execute(
        update(Submission)
        .where(Submission.lead_id == lead_id)
        .values(idea_id=None, idea=None, attached=None, facts={}, change_request_id=None)
    )
