"""Where staff get e-mail: an address of their own, which they have proved, and what they want."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import audit, hearers
from storage.crypto import cipher_of
from storage.link_tokens import digest, token_from
from storage.locks import queue_up
from storage.models import StaffMember

GIVEN = "email_give"  # as the audit trail calls it
MOST_AN_HOUR = 3  # links to one member
MOST_A_DAY = 10  # links to one address, whoever gives it
_STOP = "stop e-mail"
_MARK = "address_mark"  # in the audit trail: which address it was, as nobody can read it


class Often(StrEnum):
    """Why no further link is sent for now."""

    MEMBER = "member"
    ADDRESS = "address"


def too_often(
    session: Session, member: StaffMember, address: str, *, now: datetime
) -> Often | None:
    """Whether this member had links enough in the last hour, or this address in the last day. Who
    asks comes one after the other, until the end of the transaction."""
    queue_up(session, GIVEN)
    given = audit.done_since(session, GIVEN, since=now - timedelta(days=1))
    lately = [it for it in given if it.staff_id == member.id and it.at > now - timedelta(hours=1)]
    if len(lately) >= MOST_AN_HOUR:
        return Often.MEMBER
    mark = _mark_of(session, address)
    there = [it for it in given if (it.detail or {}).get(_MARK) == mark]
    return Often.ADDRESS if len(there) >= MOST_A_DAY else None


def note_given(
    session: Session, member: StaffMember, address: str, *, done: bool, now: datetime
) -> None:
    """Write down that they gave this address, or gave one too often."""
    detail = {_MARK: _mark_of(session, address)}
    audit.note(session, GIVEN, member=member, done=done, now=now, detail=detail)


def _mark_of(session: Session, address: str) -> str:
    """The same for all ways to write what ends up in one mailbox, as far as one can tell."""
    local, _, domain = address.strip().lower().rpartition("@")
    cipher = cipher_of(session.get_bind().dialect)
    return cipher.password(f"e-mail to {local.partition('+')[0]}@{domain}")[:16]


def ask_to_confirm(session: Session, member: StaffMember, address: str) -> str:
    """They say that this is their address. The seed of the link that proves it, for `token_of`:
    nothing else goes there before."""
    seed = secrets.token_hex(8)
    member.email, member.email_token_hash = address, digest(token_of(session, seed))
    member.email_confirmed_at = None
    session.flush()
    hearers.changed(session)
    return seed


def token_of(session: Session, seed: str) -> str:
    """What the link ends in that proves an address."""
    return token_from(session, "e-mail", seed)


def whose(session: Session, token: str) -> StaffMember | None:
    """Whose address this link proves; None if it counts no more, or they are no staff now."""
    statement = select(StaffMember).where(
        StaffMember.email_token_hash == digest(token),
        StaffMember.left_at.is_(None),
        StaffMember.role.is_not(None),
    )
    return session.scalars(statement).one_or_none()


def confirm(session: Session, token: str, *, now: datetime) -> StaffMember | None:
    """The address is theirs: the link does no more. Whose it is."""
    member = whose(session, token)
    if member is not None:
        member.email_confirmed_at, member.email_token_hash = now, None
        session.flush()
        hearers.changed(session)
    return member


def choose(session: Session, member: StaffMember, kinds: Iterable[str]) -> None:
    """They want these from now on."""
    member.email_kinds = list(kinds)
    session.flush()
    hearers.changed(session)


def take_away(session: Session, member: StaffMember) -> None:
    """No e-mail goes to them any more, and their address is not kept."""
    member.email = member.email_token_hash = member.email_confirmed_at = None
    member.email_kinds = None
    session.flush()
    hearers.changed(session)


def address_of(member: StaffMember | None) -> str | None:
    """Where they get e-mail now; None if they do not."""
    if member is None or member.left_at is not None or member.role is None:
        return None
    return member.email if member.email_confirmed_at is not None else None


def stop_token(session: Session, member: StaffMember) -> str:
    """What the link ends in that stops all e-mail to them, as long as the address is the same."""
    cipher = cipher_of(session.get_bind().dialect)
    return f"{member.id}-{cipher.password(f'{_STOP} {member.id} {member.email}')[:40]}"


def of_stop_token(session: Session, token: str) -> StaffMember | None:
    """Whose e-mail this link stops; None if it is no such link, or that of another address."""
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    member = session.get(StaffMember, int(number))
    if member is None or member.email is None:
        return None
    is_theirs = secrets.compare_digest(token, stop_token(session, member))
    return member if is_theirs else None
