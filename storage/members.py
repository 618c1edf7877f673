"""Who is in a group, and as what. A person is a member once they have joined by its link."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.models import Ballot, Group, Member

CONTACT, SECOND, MEMBER, VIEWER = "contact", "second", "member", "viewer"
ROLES = (CONTACT, SECOND, MEMBER, VIEWER)
LEADING = (CONTACT, SECOND)  # who may send, and ask others


def join(
    session: Session,
    group: Group,
    *,
    external_id: str,
    chat_id: int,
    name: str | None,
    role: str,
    now: datetime,
) -> tuple[Member, bool]:
    """Make somebody a member, or take them back; and whether they were none. The caller holds the
    group. Who is one already keeps their role."""
    member = find_member(session, group_id=group.id, external_id=external_id, left=True)
    if member is not None and member.left_at is None:
        member.chat_id = chat_id
        session.flush()
        return member, False
    if member is None:
        member = Member(group_id=group.id, external_id=external_id)
        session.add(member)
    member.chat_id, member.name, member.role = chat_id, name, role
    member.joined_at, member.left_at, member.named_at = now, None, None
    session.flush()
    return member, True


def find_member(
    session: Session, *, group_id: int, external_id: str, left: bool = False
) -> Member | None:
    """The member with this id of the channel; with `left` also one who has left."""
    statement = select(Member).where(Member.group_id == group_id, Member.external_id == external_id)
    if not left:
        statement = statement.where(Member.left_at.is_(None))
    return session.scalars(statement).one_or_none()


def members_of(session: Session, *, group_id: int, roles: Collection[str] = ROLES) -> list[Member]:
    """Those who are in it now, in the order in which they joined."""
    statement = select(Member).where(
        Member.group_id == group_id, Member.left_at.is_(None), Member.role.in_(roles)
    )
    return list(session.scalars(statement.order_by(Member.joined_at, Member.id)))


def with_role(session: Session, *, group_id: int, role: str) -> Member | None:
    """The contact or the second contact; None if nobody is that."""
    return next(iter(members_of(session, group_id=group_id, roles=(role,))), None)


def leading_chats(session: Session, group_id: int) -> list[int]:
    """The private chats of the contact and the second contact."""
    leading = members_of(session, group_id=group_id, roles=LEADING)
    return [member.chat_id for member in leading if member.chat_id is not None]


def memberships_of(session: Session, *, chat_id: int) -> list[Member]:
    """The memberships of the person of this private chat, the oldest first."""
    statement = select(Member).where(Member.chat_id == chat_id, Member.left_at.is_(None))
    return list(session.scalars(statement.order_by(Member.joined_at, Member.id)))


def membership(session: Session, *, group_id: int, chat_id: int) -> Member | None:
    """What the person of this private chat is in this group; None if nothing."""
    statement = select(Member).where(
        Member.group_id == group_id, Member.chat_id == chat_id, Member.left_at.is_(None)
    )
    return session.scalars(statement).one_or_none()


def as_held(session: Session, member: Member) -> Member | None:
    """The same member as they are now that their group is held; None if they are in it no more."""
    session.flush()
    statement = select(Member).where(Member.id == member.id, Member.left_at.is_(None))
    found = session.scalars(statement.execution_options(populate_existing=True))
    return found.one_or_none()


def give_role(session: Session, member: Member, role: str) -> None:
    """They are this from now on. Of contact and second there is one: who was it becomes what the
    other was, or a member."""
    if role in LEADING and member.role != role:
        before = with_role(session, group_id=member.group_id, role=role)
        if before is not None:
            before.role = member.role if member.role in LEADING else MEMBER
    member.role = role
    session.flush()


def all_of_person(session: Session, *, chat_id: int) -> list[Member]:
    """Everything that the person of this private chat is or was in a group."""
    statement = select(Member).where(Member.chat_id == chat_id)
    return list(session.scalars(statement.order_by(Member.id)))


def forget_person(session: Session, *, external_id: str, chat_id: int) -> None:
    """Nothing tells any more that this person was in a group, brought us into one, or voted."""
    for member in all_of_person(session, chat_id=chat_id):
        session.delete(member)
    session.execute(delete(Ballot).where(Ballot.external_id == external_id))
    session.execute(update(Group).where(Group.added_by == external_id).values(added_by=None))
    session.flush()


def leave(session: Session, member: Member, *, now: datetime) -> None:
    """They are in it no longer. What they said is the caller's to see to."""
    member.left_at = now
    session.flush()
