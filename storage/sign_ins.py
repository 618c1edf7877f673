"""One-time links into the console: asked for in the chat, or at the command line."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.link_tokens import digest
from storage.models import StaffLink, StaffMember

PURPOSE = "sign_in"
LASTS = timedelta(minutes=15)


def make_sign_in(session: Session, member: StaffMember, *, now: datetime) -> str:
    """A token that signs this member in once, told once; earlier ones of theirs count no more."""
    session.execute(
        update(StaffLink)
        .where(StaffLink.purpose == PURPOSE, StaffLink.made_by == member.id)
        .where(StaffLink.used_at.is_(None), StaffLink.expires_at > now)
        .values(expires_at=now)
    )
    token = secrets.token_hex(24)
    session.add(
        StaffLink(
            purpose=PURPOSE,
            token_hash=digest(token),
            made_by=member.id,
            made_at=now,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    return token


def whose(session: Session, token: str, *, now: datetime) -> StaffMember | None:
    """Whom the link would sign in; None if it is used up, too old, or they are no staff now."""
    statement = (
        select(StaffMember)
        .join(StaffLink, StaffLink.made_by == StaffMember.id)
        .where(
            StaffLink.purpose == PURPOSE,
            StaffLink.token_hash == digest(token),
            StaffLink.used_at.is_(None),
            StaffLink.expires_at > now,
            StaffMember.left_at.is_(None),
            StaffMember.role.is_not(None),
        )
    )
    return session.scalars(statement).one_or_none()


def use(session: Session, token: str, *, now: datetime) -> StaffMember | None:
    """Use it up: whom it signs in; of two who do so at once, for one."""
    member = whose(session, token, now=now)
    if member is None:
        return None
    used = session.execute(
        update(StaffLink)
        .where(StaffLink.token_hash == digest(token), StaffLink.used_at.is_(None))
        .values(used_at=now, used_by=member.id)
        .returning(StaffLink.id)
    ).scalar_one_or_none()
    return member if used is not None else None
