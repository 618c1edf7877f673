"""Who is staff, as their page shows it: with when they were seen last, and who invited them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import staff
from storage.lead_statuses import OPEN
from storage.models import AuditEntry, ConsoleSession, Lead, StaffLink, StaffMember
from storage.staff import Role
from storage.staff_links import Purpose


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who is staff. `seen_at`: when they last did something; None: never."""

    member: StaffMember
    role: Role | None
    seen_at: datetime | None
    invited_by: str | None
    open_leads: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that nobody has used yet."""

    link: StaffLink
    role: Role
    made_by: str | None  # None: the command line, or the start


def team(session: Session) -> list[Colleague]:
    """Everybody who is staff now, in whichever channel, those who may most first."""
    found = session.scalars(select(StaffMember).where(StaffMember.left_at.is_(None)))
    ranks = [*reversed(Role), None]
    members = sorted(found, key=lambda it: (ranks.index(_role(it)), it.id))
    return _described(session, members)


def colleague(session: Session, member_id: int) -> Colleague | None:
    """One of them; None if they are staff no more, or never were."""
    member = staff.get_member(session, member_id)
    if member is None or member.left_at is not None:
        return None
    return _described(session, [member])[0]


def invitations(session: Session, *, now: datetime) -> list[Invitation]:
    """Those that can still be used, the newest first."""
    found = session.execute(
        select(StaffLink, StaffMember)
        .outerjoin(StaffMember, StaffMember.id == StaffLink.made_by)
        .where(
            StaffLink.purpose == Purpose.INVITE,
            StaffLink.used_at.is_(None),
            StaffLink.expires_at > now,
        )
        .order_by(StaffLink.id.desc())
    )
    return [
        Invitation(link, Role(link.role or Role.VIEWER), member.name if member else None)
        for link, member in found
    ]


def _described(session: Session, members: Collection[StaffMember]) -> list[Colleague]:
    ids = [it.id for it in members]
    seen, leads = _seen(session, ids), _open_leads(session, ids)
    inviters = {it.invited_by for it in members if it.invited_by is not None}
    names = {it.id: it.name for it in _members(session, inviters)}
    return [
        Colleague(
            it, _role(it), seen.get(it.id), names.get(it.invited_by or 0), leads.get(it.id, 0)
        )
        for it in members
    ]


def _members(session: Session, ids: Collection[int]) -> Collection[StaffMember]:
    if not ids:
        return []
    return list(session.scalars(select(StaffMember).where(StaffMember.id.in_(ids))))


def _seen(session: Session, ids: Collection[int]) -> dict[int, datetime]:
    """At the desk, as the audit trail has it, or in the console."""
    at_desk = (
        select(AuditEntry.at)
        .where(AuditEntry.staff_id == StaffMember.id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    in_console = (
        select(func.max(ConsoleSession.rotated_at))
        .where(ConsoleSession.staff_id == StaffMember.id)
        .scalar_subquery()
    )
    found = session.execute(
        select(StaffMember.id, at_desk, in_console).where(StaffMember.id.in_(ids))
    )
    told = ((id_, [it for it in instants if it is not None]) for id_, *instants in found)
    return {id_: max(instants) for id_, instants in told if instants}


def _open_leads(session: Session, ids: Collection[int]) -> dict[int, int]:
    found = session.execute(
        select(Lead.assignee_id, func.count())
        .where(Lead.assignee_id.in_(ids), Lead.status.in_(OPEN))
        .group_by(Lead.assignee_id)
    )
    return {id_: count for id_, count in found if id_ is not None}


def _role(member: StaffMember) -> Role | None:
    return Role(member.role) if member.role else None
