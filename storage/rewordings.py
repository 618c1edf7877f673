"""Other words for responses: drafts, those that count, and those that did once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from storage.locks import queue_up
from storage.models import Rewording, StaffMember

MOST_KEPT = 50  # earlier words that are shown of a response

_COUNTS = and_(Rewording.published_at.is_not(None), Rewording.ended_at.is_(None))
_IS_DRAFT = Rewording.published_at.is_(None)


class StaleError(Exception):
    """Somebody else was first: what the change was made from is not the newest any more."""


def counting_ids(session: Session) -> tuple[int, ...]:
    """What counts now, as a mark that differs once that has changed: published words stay as they
    are, and other words have another id."""
    return tuple(session.scalars(select(Rewording.id).where(_COUNTS).order_by(Rewording.id)))


def counting(session: Session) -> list[Rewording]:
    """The words that count now."""
    return list(session.scalars(select(Rewording).where(_COUNTS).order_by(Rewording.id)))


def drafts(session: Session) -> list[Rewording]:
    """What is written and not published."""
    return list(session.scalars(select(Rewording).where(_IS_DRAFT).order_by(Rewording.id)))


def counting_for(session: Session, response: str, language: str) -> Rewording | None:
    """The words that count for this response; None: those of its file."""
    return session.scalars(select(Rewording).where(*_of(response, language), _COUNTS)).one_or_none()


def draft_for(session: Session, response: str, language: str) -> Rewording | None:
    """The draft that all staff share for this response."""
    found = select(Rewording).where(*_of(response, language), _IS_DRAFT)
    return session.scalars(found.order_by(Rewording.id.desc()).limit(1)).first()


def published(session: Session, response: str, language: str) -> list[Rewording]:
    """All that counted once or counts now, the newest first."""
    found = select(Rewording).where(*_of(response, language), ~_IS_DRAFT)
    return list(session.scalars(found.order_by(Rewording.id.desc()).limit(MOST_KEPT)))


def get_rewording(session: Session, rewording_id: int) -> Rewording | None:
    """The one with this id."""
    return session.get(Rewording, rewording_id)


def save_draft(
    session: Session,
    *,
    response: str,
    language: str,
    words: list[dict[str, Any]],
    was: list[dict[str, Any]],
    seen: int | None,
    by: StaffMember,
    now: datetime,
) -> Rewording:
    """Keep the draft in place of the one that was `seen`. Raises StaleError if that is not the
    newest, so that nobody's words are written over unseen."""
    drop_draft(session, response=response, language=language, seen=seen)
    row = Rewording(
        response=response, language=language, words=words, was=was, made_by=by.id, made_at=now
    )
    session.add(row)
    session.flush()
    return row


def drop_draft(session: Session, *, response: str, language: str, seen: int | None) -> None:
    """Throw the draft away. Raises StaleError if another one than was `seen` is there now."""
    queue_up(session, "rewordings")
    known = draft_for(session, response, language)
    if (known.id if known else None) != seen:
        raise StaleError
    if known is not None:
        session.delete(known)
        session.flush()


def publish(
    session: Session, draft: Rewording, *, instead_of: int | None, by: StaffMember, now: datetime
) -> Rewording | None:
    """These words count from now on; the ones before. Raises StaleError if what counts is not what
    they were written instead of (None: the file's words), or if they are published already."""
    queue_up(session, "rewordings")
    session.refresh(draft)
    if draft.published_at is not None:
        raise StaleError
    former = end(session, draft.response, draft.language, expected=instead_of, now=now)
    draft.published_at, draft.published_by = now, by.id
    session.flush()
    return former


def end(
    session: Session, response: str, language: str, *, expected: int | None, now: datetime
) -> Rewording | None:
    """From now on the file's words count; the ones before. Raises StaleError if other words than
    the `expected` count now."""
    queue_up(session, "rewordings")
    known = counting_for(session, response, language)
    if (known.id if known else None) != expected:
        raise StaleError
    if known is not None:
        known.ended_at = now
        session.flush()
    return known


def _of(response: str, language: str) -> tuple[ColumnElement[bool], ...]:
    return (Rewording.response == response, Rewording.language == language)
