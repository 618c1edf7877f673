"""Links by which people join a group: whoever opens one may join, nobody can guess it, and the
contact can stop it."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.link_tokens import digest, token_from
from storage.models import Group, Invite


def running_invite(session: Session, group: Group, *, now: datetime) -> Invite:
    """The link that lets people into this group now, made if there is none. The caller holds the
    group."""
    return current_invite(session, group) or _make(session, group, now)


def current_invite(session: Session, group: Group) -> Invite | None:
    """The link that lets people into this group now; None if the contact wants nobody else in."""
    statement = select(Invite).where(Invite.group_id == group.id, Invite.stopped_at.is_(None))
    return session.scalars(statement.order_by(Invite.id.desc()).limit(1)).first()


def _make(session: Session, group: Group, now: datetime) -> Invite:
    invite = Invite(group_id=group.id, seed=secrets.token_hex(16), made_at=now)
    invite.token_hash = digest(token_of(session, invite))
    session.add(invite)
    session.flush()
    return invite


def token_of(session: Session, invite: Invite) -> str:
    """What its address ends in, after `join-`."""
    return token_from(session, "invite", invite.seed)


def open_invite(session: Session, token: str) -> Invite | None:
    """The link with this token, if it runs."""
    statement = select(Invite).where(Invite.token_hash == digest(token))
    return session.scalars(statement.where(Invite.stopped_at.is_(None))).first()


def stop_invites(session: Session, group: Group, *, now: datetime) -> None:
    """Nobody can join by the links that were told so far."""
    session.execute(
        update(Invite)
        .where(Invite.group_id == group.id, Invite.stopped_at.is_(None))
        .values(stopped_at=now)
    )
