"""Leave to apply after a call has closed: a link that staff give to one person."""

import hashlib
import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.call_changes import ChangeKind, note_change
from storage.calls import ends_at
from storage.current import current, forget_current
from storage.models import Call, LateLink

_TOKEN_BYTES = 24


class Opened(StrEnum):
    """What became of opening a link."""

    YOURS = "yours"  # now, or by an earlier press of the same person
    TAKEN = "taken"  # somebody else was first
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def make_late_link(
    session: Session, call: Call, *, expires_at: datetime, by: str, now: datetime
) -> str:
    """A new link's token. It is told once: only its digest is kept."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        LateLink(token_hash=_digest(token), call_id=call.id, made_at=now, expires_at=expires_at)
    )
    _note(session, call, ChangeKind.LATE_LINK, expires_at, by=by, now=now)
    return token


def open_late_link(
    session: Session, token: str, *, chat_id: int, now: datetime
) -> tuple[Opened, Call | None]:
    """Take the leave for this chat, if nobody else has; and the call it is for."""
    link = session.scalars(select(LateLink).where(LateLink.token_hash == _digest(token))).first()
    if link is None:
        return Opened.UNKNOWN, None
    call = session.get_one(Call, link.call_id)
    if link.expires_at <= now or call.withdrawn_at is not None:
        return Opened.EXPIRED, call
    if link.chat_id == chat_id:
        return Opened.YOURS, call
    if not _take(session, link.id, chat_id, now):
        return Opened.TAKEN, call
    _note(session, call, ChangeKind.LATE_OPENED, link.expires_at, by=None, now=now)
    return Opened.YOURS, call


def late_until(session: Session, *, chat_id: int, call_id: int, now: datetime) -> datetime | None:
    """Until when this chat may apply to the call after its deadline; None if it may not."""
    found = _allowed(session, chat_id, now)
    return max((link.expires_at for link, call in found if call.id == call_id), default=None)


def leave_of(session: Session, call: Call, *, chat_id: int, now: datetime) -> datetime | None:
    """Until when this chat may apply to a call that is over; None if it need no leave, or has
    none."""
    if ends_at(call) > now:
        return None
    return late_until(session, chat_id=chat_id, call_id=call.id, now=now)


def own_end(session: Session, call: Call, *, chat_id: int, now: datetime) -> datetime:
    """Until when this chat can apply: the call's own end, or later by leave."""
    return leave_of(session, call, chat_id=chat_id, now=now) or ends_at(call)


def leaves_of_call(session: Session, call: Call, *, now: datetime) -> dict[int, datetime]:
    """Until when each chat may apply that has leave to; nobody while the call is not over."""
    if ends_at(call) > now:
        return {}
    found = [link for link, of in _in_force(session, now) if of.id == call.id]
    return {link.chat_id: link.expires_at for link in found if link.chat_id is not None}


def late_calls(session: Session, *, chat_id: int, now: datetime) -> list[Call]:
    """The calls to which this chat has such leave, the one that ends first before others."""
    return list(dict.fromkeys(call for _link, call in _allowed(session, chat_id, now)))


def came_late(session: Session, *, chat_id: int, call_id: int) -> bool:
    """Whether this chat ever had leave to apply late."""
    statement = select(LateLink.id).where(LateLink.chat_id == chat_id, LateLink.call_id == call_id)
    return session.scalars(statement).first() is not None


def latest_leave(session: Session, *, chat_id: int, call_id: int) -> datetime | None:
    """Until when this chat ever had leave to apply late, whether that is over or not."""
    statement = select(func.max(LateLink.expires_at)).where(
        LateLink.chat_id == chat_id, LateLink.call_id == call_id
    )
    until: datetime | None = session.execute(statement).scalar_one()
    return until


def links_of_call(session: Session, call: Call) -> list[LateLink]:
    """Every such link there ever was, the newest first."""
    statement = select(LateLink).where(LateLink.call_id == call.id)
    return list(session.scalars(statement.order_by(LateLink.id.desc())))


def end_late_link(session: Session, call: Call, link_id: int, *, by: str, now: datetime) -> bool:
    """Take the leave back, also from somebody who has opened it. False if it was over."""
    ended = session.execute(
        update(LateLink)
        .where(LateLink.id == link_id, LateLink.call_id == call.id, LateLink.expires_at > now)
        .values(expires_at=now)
        .returning(LateLink.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if ended is None:
        return False
    forget_current(session)
    _note(session, call, ChangeKind.LATE_ENDED, now, by=by, now=now)
    return True


def forget_who_opened(session: Session, *, chat_id: int) -> None:
    """The links of this chat stay used, by nobody in particular."""
    session.execute(update(LateLink).where(LateLink.chat_id == chat_id).values(chat_id=None))


def _allowed(session: Session, chat_id: int, now: datetime) -> list[tuple[LateLink, Call]]:
    return [(link, call) for link, call in _in_force(session, now) if link.chat_id == chat_id]


def _in_force(session: Session, now: datetime) -> list[tuple[LateLink, Call]]:
    """All that somebody opened: few people have such leave at a time."""
    leaves = current(session, now=now).leaves
    return [(link, call) for link, call in leaves if link.expires_at > now]


def _take(session: Session, link_id: int, chat_id: int, now: datetime) -> bool:
    """Of two who open it at once, one gets it."""
    forget_current(session)
    taken = session.execute(
        update(LateLink)
        .where(LateLink.id == link_id, LateLink.used_at.is_(None))
        .values(used_at=now, chat_id=chat_id)
        .returning(LateLink.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return taken is not None


def _note(
    session: Session,
    call: Call,
    kind: ChangeKind,
    expires_at: datetime,
    *,
    by: str | None,
    now: datetime,
) -> None:
    before, after = {"expires_at": None}, {"expires_at": expires_at}
    note_change(session, call, kind, before=before, after=after, by=by, now=now)


def _digest(token: str) -> str:
    """A token is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
