"""What was attached to an idea: one copy of each is wanted, and what became of it is noted."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.crypto import cipher_of
from storage.models import Attachment, File

AGAIN = ("gone", "failed")  # worth another try when it is sent again


def want_copy(
    session: Session,
    *,
    idea_id: int,
    medium: str,
    handle: str,
    size: int | None,
    now: datetime,
) -> Attachment | None:
    """Note that a copy is wanted; None if it was wanted before, and there is no use in asking
    again."""
    index = cipher_of(session.get_bind().dialect).blind_index(handle)
    known = session.scalars(
        select(Attachment).where(Attachment.idea_id == idea_id, Attachment.handle_index == index)
    ).first()
    if known is not None:
        return _wanted_again(session, known)
    attachment = Attachment(idea_id=idea_id, medium=medium, handle=handle, handle_index=index)
    attachment.size, attachment.created_at, attachment.state = size, now, "wanted"
    session.add(attachment)
    session.flush()
    return attachment


def find_attachment(session: Session, attachment_id: int) -> Attachment | None:
    """The attachment, if its idea is still there."""
    return session.get(Attachment, attachment_id)


def attachments_of(session: Session, *, idea_id: int) -> list[Attachment]:
    """All of an idea's, in the order in which they came."""
    statement = select(Attachment).where(Attachment.idea_id == idea_id)
    return list(session.scalars(statement.order_by(Attachment.id)))


def note_kept(session: Session, attachment: Attachment, file: File, *, now: datetime) -> None:
    """Its copy is this file."""
    attachment.file_id = file.id
    _settle(session, attachment, "kept", now=now)


def note_not_kept(
    session: Session,
    attachment: Attachment,
    *,
    state: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    """There is no copy: it was `refused` for a reason, is `gone`, or getting it `failed`."""
    attachment.reason = reason
    _settle(session, attachment, state, now=now)


def _settle(session: Session, attachment: Attachment, state: str, *, now: datetime) -> None:
    attachment.state = state
    attachment.settled_at = now
    session.flush()


def _wanted_again(session: Session, known: Attachment) -> Attachment | None:
    if known.state not in AGAIN:
        return None
    known.state, known.settled_at = "wanted", None
    session.flush()
    return known
