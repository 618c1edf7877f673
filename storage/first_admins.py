"""The way into the console for the first admin: the browser that had the one-time link open before
it was used signs in whoever used it, once."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage import sign_ins, staff_links
from storage.database import insert_into
from storage.link_tokens import digest
from storage.models import StaffLink, StaffMember
from storage.staff import get_member
from storage.staff_links import Purpose, Standing

WITHIN = timedelta(minutes=15)  # after the link was used


def standing(session: Session, token: str, *, now: datetime) -> Standing:
    """How the link stands that makes the first admin; those that members made are none of these."""
    found, link = staff_links.find_link(session, token, Purpose.INVITE, now=now)
    return found if link is not None and link.made_by is None else Standing.UNKNOWN


def admitted(
    session: Session, token: str, *, opened_at: datetime, now: datetime
) -> StaffMember | None:
    """Whom the link made staff, if it was used after `opened_at` and not long ago, and nobody was
    signed in by it yet. From then on somebody was."""
    found, link = staff_links.find_link(session, token, Purpose.INVITE, now=now)
    if link is None or found is not Standing.USED or link.made_by is not None:
        return None
    if link.used_at is None or not opened_at <= link.used_at > now - WITHIN:
        return None
    member = get_member(session, link.used_by) if link.used_by is not None else None
    if member is None or member.left_at is not None or member.role is None:
        return None
    return member if _use_up(session, token, member, now) else None


def _use_up(session: Session, token: str, member: StaffMember, now: datetime) -> bool:
    """Of two who come at once, one is first."""
    added = session.execute(
        insert_into(session, StaffLink)
        .values(
            purpose=sign_ins.PURPOSE,
            token_hash=digest(f"signed in by {token}"),
            made_by=member.id,
            made_at=now,
            expires_at=now,
            used_at=now,
            used_by=member.id,
        )
        .on_conflict_do_nothing()
        .returning(StaffLink.id)
    ).scalar_one_or_none()
    return added is not None
