"""Who is signed in at the console: a row for each sign-in, which its owner or an admin can end.

What the browser holds is a random token; only its hash is kept. While it is used it is changed from
time to time, so that a stolen copy is found out: whoever comes with the former one, after the new
one has been used, ends it. Until then the browser may never have got the new one.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from storage import audit
from storage.link_tokens import digest
from storage.models import ConsoleSession, StaffMember

IDLE_FOR = timedelta(hours=12)  # without any use
AT_MOST = timedelta(days=7)  # however much it is used
ROTATE_AFTER = timedelta(minutes=15)
FORMER_FOR = timedelta(minutes=1)
LONGEST_AGENT = 120


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds. `is_due`: its token is to be changed; `is_news`: the token was never
    seen before; `is_stolen`: it came with a token that was changed long ago, and must be ended."""

    row: ConsoleSession
    member: StaffMember
    is_due: bool = False
    is_news: bool = False
    is_stolen: bool = False


def open_session(session: Session, member: StaffMember, *, agent: str, now: datetime) -> str:
    """Sign this member in; the token for their browser."""
    token = secrets.token_urlsafe(32)
    session.add(
        ConsoleSession(
            staff_id=member.id,
            token_hash=digest(token),
            agent=agent[:LONGEST_AGENT] or None,
            made_at=now,
            rotated_at=now,
        )
    )
    session.flush()
    return token


def find_session(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Whose token this is; None if it never was one, or is over, or its owner is no staff now."""
    hashed = digest(token)
    statement = (
        select(ConsoleSession, StaffMember)
        .join(StaffMember, StaffMember.id == ConsoleSession.staff_id)
        .where(
            or_(ConsoleSession.token_hash == hashed, ConsoleSession.former_hash == hashed),
            ConsoleSession.ended_at.is_(None),
            ConsoleSession.rotated_at > now - IDLE_FOR,
            ConsoleSession.made_at > now - AT_MOST,
            StaffMember.left_at.is_(None),
            StaffMember.role.is_not(None),
        )
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    row, member = found
    is_current, age = row.token_hash == hashed, now - row.rotated_at
    if is_current:
        return SignedIn(row, member, is_due=age > ROTATE_AFTER, is_news=row.seen_at is None)
    is_late, was_seen = age > FORMER_FOR, row.seen_at is not None
    return SignedIn(row, member, is_due=is_late and not was_seen, is_stolen=is_late and was_seen)


def note_seen(session: Session, token: str, *, now: datetime) -> None:
    """The browser has this token: from now on nobody else comes with the former one."""
    session.execute(
        update(ConsoleSession)
        .where(ConsoleSession.token_hash == digest(token), ConsoleSession.seen_at.is_(None))
        .values(seen_at=now)
    )


def rotate(session: Session, token: str, *, now: datetime) -> str | None:
    """A new token in place of this one, or of the one that took its place and never came back;
    None if another request was first, or it is over. Should the lost one come after all, somebody
    has a copy: it counts as the former one."""
    fresh, hashed = secrets.token_urlsafe(32), digest(token)
    was_lost = and_(ConsoleSession.former_hash == hashed, ConsoleSession.seen_at.is_(None))
    changed = session.execute(
        update(ConsoleSession)
        .where(or_(ConsoleSession.token_hash == hashed, was_lost))
        .where(ConsoleSession.ended_at.is_(None))
        .values(token_hash=digest(fresh), former_hash=ConsoleSession.token_hash)
        .values(rotated_at=now, seen_at=None)
        .returning(ConsoleSession.id)
    ).scalar_one_or_none()
    return fresh if changed is not None else None


def sessions_of(session: Session, staff_id: int, *, now: datetime) -> list[ConsoleSession]:
    """Where this member is signed in, the newest first."""
    statement = select(ConsoleSession).where(
        ConsoleSession.staff_id == staff_id,
        ConsoleSession.ended_at.is_(None),
        ConsoleSession.rotated_at > now - IDLE_FOR,
        ConsoleSession.made_at > now - AT_MOST,
    )
    return list(session.scalars(statement.order_by(ConsoleSession.id.desc())))


def holding(session: Session, session_ids: Collection[int], *, now: datetime) -> set[int]:
    """Those of these sign-ins that still hold, of members who are still staff."""
    statement = (
        select(ConsoleSession.id)
        .join(StaffMember, StaffMember.id == ConsoleSession.staff_id)
        .where(
            ConsoleSession.id.in_(session_ids),
            ConsoleSession.ended_at.is_(None),
            ConsoleSession.rotated_at > now - IDLE_FOR,
            ConsoleSession.made_at > now - AT_MOST,
            StaffMember.left_at.is_(None),
            StaffMember.role.is_not(None),
        )
    )
    return set(session.scalars(statement))


def end_sessions(
    session: Session, staff_id: int, session_ids: Collection[int] | None, *, now: datetime
) -> None:
    """End these of this member's, or all of them."""
    statement = update(ConsoleSession).where(
        ConsoleSession.staff_id == staff_id, ConsoleSession.ended_at.is_(None)
    )
    if session_ids is not None:
        statement = statement.where(ConsoleSession.id.in_(session_ids))
    session.execute(statement.values(ended_at=now))


def end_all_of(session: Session, staff_id: int, *, by: int, now: datetime) -> None:
    """Somebody else of the staff ends all of this member's, and that is written down."""
    end_sessions(session, staff_id, None, now=now)
    audit.note(
        session,
        "sign_member_out",
        member=session.get(StaffMember, by),
        done=True,
        now=now,
        detail={"member": staff_id},
    )
