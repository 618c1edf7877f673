"""One-time links of the staff: to join them with a role, or to make a group their chat."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from storage.link_tokens import digest
from storage.models import StaffLink, StaffMember
from storage.staff import Role


class Purpose(StrEnum):
    """What a link is for."""

    INVITE = "invite"  # to become staff with the link's role
    CONNECT = "connect"  # typed in the group that is to be the staff's


class Standing(StrEnum):
    """Whether a link may still be used."""

    GOOD = "good"
    USED = "used"
    EXPIRED = "expired"  # or taken back
    UNKNOWN = "unknown"


LASTS = {Purpose.INVITE: timedelta(days=7), Purpose.CONNECT: timedelta(hours=1)}
_BYTES = {Purpose.INVITE: 24, Purpose.CONNECT: 5}  # a code is typed, by an admin, within the hour


def make_link(
    session: Session,
    purpose: Purpose,
    *,
    role: Role | None = None,
    by: StaffMember | None,
    now: datetime,
) -> tuple[StaffLink, str]:
    """A new link and its token, which is told once: only its digest is kept. Without `by` it was
    made at the command line, and those made there before count no more."""
    if by is None:
        _take_back(session, StaffLink.made_by.is_(None), StaffLink.purpose == purpose, now=now)
    token = secrets.token_hex(_BYTES[purpose])
    link = StaffLink(
        purpose=purpose,
        token_hash=digest(token),
        role=role,
        made_by=by.id if by else None,
        made_at=now,
        expires_at=now + LASTS[purpose],
    )
    session.add(link)
    session.flush()
    return link, token


def find_link(
    session: Session, token: str, purpose: Purpose, *, now: datetime
) -> tuple[Standing, StaffLink | None]:
    """The link with this token and how it stands; None if there never was one."""
    statement = select(StaffLink).where(
        StaffLink.token_hash == digest(token), StaffLink.purpose == purpose
    )
    link = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if link is None:
        return Standing.UNKNOWN, None
    if link.used_at is not None:
        return Standing.USED, link
    return (Standing.GOOD if link.expires_at > now else Standing.EXPIRED), link


def use_link(session: Session, link: StaffLink, *, now: datetime) -> bool:
    """Use it up; of two who do so at once, for one. The caller writes down who that was."""
    used = session.execute(
        update(StaffLink)
        .where(StaffLink.id == link.id, StaffLink.used_at.is_(None), StaffLink.expires_at > now)
        .values(used_at=now)
        .returning(StaffLink.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    session.refresh(link)
    return used is not None


def take_back_link(session: Session, link_id: int, *, now: datetime) -> bool:
    """Nobody can use it any more; whether somebody still could have."""
    return _take_back(session, StaffLink.id == link_id, now=now)


def take_back_links_of(session: Session, member: StaffMember, *, now: datetime) -> None:
    """What this member gave out and nobody has used counts no more."""
    _take_back(session, StaffLink.made_by == member.id, now=now)


def is_connecting(session: Session, *, channel: str, external_id: str, now: datetime) -> bool:
    """Whether the one with this account has a code to connect a group with that can still be
    used."""
    statement = (
        select(StaffLink.id)
        .join(StaffMember, StaffMember.id == StaffLink.made_by)
        .where(
            StaffMember.channel == channel,
            StaffMember.external_id == external_id,
            StaffLink.purpose == Purpose.CONNECT,
            StaffLink.used_at.is_(None),
            StaffLink.expires_at > now,
        )
    )
    return session.scalars(statement.limit(1)).first() is not None


def _take_back(session: Session, *which: ColumnElement[bool], now: datetime) -> bool:
    gone = session.execute(
        update(StaffLink)
        .where(*which, StaffLink.used_at.is_(None), StaffLink.expires_at > now)
        .values(expires_at=now)
        .returning(StaffLink.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(gone)
