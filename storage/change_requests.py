"""What staff ask residents to change in what was sent, and what came of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from storage.bulk import among
from storage.models import ChangeRequest, Lead


def ask_for_changes(
    session: Session,
    lead: Lead,
    *,
    questions: Sequence[str],
    who: str,
    words: str | None,
    until: datetime,
    now: datetime,
) -> ChangeRequest:
    """Ask anew: what was asked before and is still open is replaced. What was answered of it and
    not sent yet goes along, unless it is asked once more."""
    before = open_request(session, lead_id=lead.id, now=now)
    answered = (before.answered if before else None) or {}
    kept = {name: it for name, it in answered.items() if it and name not in questions}
    end_requests(session, lead_id=lead.id, outcome="replaced", now=now)
    request = ChangeRequest(
        lead_id=lead.id, who=who, words=words, questions=list(questions), until=until, asked_at=now
    )
    request.answered = kept or None
    session.add(request)
    session.flush()
    return request


def open_request(session: Session, *, lead_id: int, now: datetime) -> ChangeRequest | None:
    """What is asked of this lead and can be answered."""
    statement = select(ChangeRequest).where(ChangeRequest.lead_id == lead_id, *_is_open(now))
    return session.scalars(statement.order_by(ChangeRequest.id.desc()).limit(1)).first()


def open_requests_of(
    session: Session, lead_ids: Collection[int], *, now: datetime
) -> list[ChangeRequest]:
    """What is asked of these leads and can be answered, the oldest first."""
    statement = select(ChangeRequest).where(
        among(ChangeRequest.table().c.lead_id, "leads"), *_is_open(now)
    )
    found = session.scalars(statement.order_by(ChangeRequest.id), {"leads": list(lead_ids)})
    return list(found)


def get_request(session: Session, request_id: int) -> ChangeRequest | None:
    """The request's row, or None."""
    return session.get(ChangeRequest, request_id)


def is_over(session: Session, request: ChangeRequest) -> bool:
    """Whether it has come to an end by now: staff may have decided in the same moment. The caller
    holds its lead."""
    session.refresh(request)
    return request.closed_at is not None


def requests_of(session: Session, *, lead_id: int) -> list[ChangeRequest]:
    """All that was ever asked of the lead, in order."""
    statement = select(ChangeRequest).where(ChangeRequest.lead_id == lead_id)
    return list(session.scalars(statement.order_by(ChangeRequest.id)))


def requests_by_lead(
    session: Session, lead_ids: Collection[int]
) -> Mapping[int, list[ChangeRequest]]:
    """The same of many leads."""
    found: dict[int, list[ChangeRequest]] = {lead_id: [] for lead_id in lead_ids}
    statement = select(ChangeRequest).where(among(ChangeRequest.table().c.lead_id, "leads"))
    for request in session.scalars(statement.order_by(ChangeRequest.id), {"leads": list(lead_ids)}):
        found[request.lead_id].append(request)
    return found


def note_reminded(session: Session, request: ChangeRequest, *, now: datetime) -> None:
    """They were reminded of it, which happens once."""
    request.reminded_at = now
    session.flush()


def note_answer(
    session: Session, request: ChangeRequest, question: str, answer: dict[str, Any] | None
) -> None:
    """One question is answered, with {"text": …, "media": …}; None: it stays as it was sent."""
    request.answered = {**(request.answered or {}), question: answer}
    session.flush()


def take_answers_back(session: Session, request: ChangeRequest) -> None:
    """All of it is to be asked once more."""
    request.answered = None
    session.flush()


def close_request(session: Session, request: ChangeRequest, *, outcome: str, now: datetime) -> None:
    """It has come to an end. What was answered stands in the submission."""
    request.closed_at, request.outcome, request.answered = now, outcome, None
    session.flush()


def end_requests(session: Session, *, lead_id: int, outcome: str, now: datetime) -> None:
    """Whatever is asked of the lead has come to this end."""
    session.execute(
        update(ChangeRequest)
        .where(ChangeRequest.lead_id == lead_id, ChangeRequest.closed_at.is_(None))
        .values(closed_at=now, outcome=outcome, answered=None)
    )


def make_requests_anonymous(session: Session, *, lead_id: int, now: datetime) -> None:
    """Leave of each request its questions, its instants and what came of it."""
    end_requests(session, lead_id=lead_id, outcome="ended", now=now)
    session.execute(
        update(ChangeRequest)
        .where(ChangeRequest.lead_id == lead_id)
        .values(who=None, words=None, answered=None)
    )


def _is_open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ChangeRequest.closed_at.is_(None), ChangeRequest.until > now
