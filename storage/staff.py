"""Staff: the chats where leads arrive, and the people who work them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from storage import mailboxes
from storage.chats import ChatKey, chat_id_for, find_chat_id, get_chat
from storage.database import insert_into
from storage.locks import queue_up
from storage.models import Chat, StaffChat, StaffMember


class Role(StrEnum):
    """What a staff member may do; each may all that those before it may."""

    VIEWER = "viewer"
    CASEWORKER = "caseworker"
    MANAGER = "manager"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether this one may all that the other may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


def seed_staff_chat(
    session: Session, key: ChatKey, *, now: datetime, open_role: Role = Role.CASEWORKER
) -> bool:
    """Connect the chat named in the settings, if its channel has none yet; whether it was. Whoever
    runs the assistant has named it: those who are in it have `open_role` there."""
    queue_up(session, "staff chat")
    if staff_chat_id(session, channel=key.channel) is not None:
        return False
    chat_id = chat_id_for(session, key, now=now)
    session.add(StaffChat(chat_id=chat_id, connected_at=now, open_role=open_role))
    session.flush()
    return True


def staff_chat_id(session: Session, *, channel: str) -> int | None:
    """The chat where this channel's leads arrive."""
    return session.execute(_STAFF_CHAT_OF, {"channel": channel}).scalar_one_or_none()


def is_staff_chat(session: Session, chat_id: int) -> bool:
    """Whether leads arrive here."""
    return session.execute(_IS_STAFF_CHAT, {"chat": chat_id}).scalar_one_or_none() is not None


def is_among_staff(session: Session, chat_id: int) -> bool:
    """Whether only staff read what stands here: leads arrive in it, or it is somebody's private
    chat who is on the list."""
    own = select(StaffMember.id).join(
        Chat, and_(Chat.channel == StaffMember.channel, Chat.external_id == StaffMember.external_id)
    )
    is_members = own.where(Chat.id == chat_id, StaffMember.role.is_not(None)).limit(1)
    return is_staff_chat(session, chat_id) or session.scalar(is_members) is not None


def staff_chat(session: Session, chat_id: int) -> StaffChat | None:
    """What is known of this chat as one where leads arrive; None if it is not."""
    return session.get(StaffChat, chat_id)


def find_member(session: Session, *, channel: str, external_id: str) -> StaffMember | None:
    """Whoever has this account, staff now or once; None if they never were."""
    statement = select(StaffMember).where(
        StaffMember.channel == channel, StaffMember.external_id == external_id
    )
    return session.scalars(statement).one_or_none()


def staff_member(
    session: Session, *, channel: str, external_id: str, name: str, now: datetime
) -> StaffMember:
    """The staff member with this account, made or renamed as the channel tells it. Nobody takes
    them off the list until the transaction ends."""
    known = session.scalars(_held(channel=channel, external_id=external_id)).one_or_none()
    if known is not None and known.name == name:
        return known
    statement = insert_into(session, StaffMember).values(
        channel=channel, external_id=external_id, name=name, created_at=now
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["channel", "external_id"], set_={"name": statement.excluded.name}
        )
    )
    return session.scalars(_held(channel=channel, external_id=external_id)).one()


def hold_member(session: Session, member: StaffMember) -> StaffMember:
    """The member as they are now; nobody takes them off the list until the transaction ends. Leads
    are held after those who get them."""
    return session.scalars(_held(id=member.id)).one()


def _held(**which: Any) -> Select[StaffMember]:
    """Others may hold them as well; who changes them waits."""
    statement = select(StaffMember).filter_by(**which).with_for_update(read=True)
    return statement.execution_options(populate_existing=True)


def get_member(session: Session, member_id: int) -> StaffMember | None:
    """The member with this id, staff now or once."""
    return session.get(StaffMember, member_id)


def staff_of(session: Session, *, channel: str) -> list[StaffMember]:
    """Everybody who is staff now, those who may most first, and last those who are only known from
    a chat that is open to all in it."""
    statement = select(StaffMember).where(
        StaffMember.channel == channel, StaffMember.left_at.is_(None)
    )
    ranks = [*reversed(Role), None]
    return sorted(session.scalars(statement), key=lambda it: (ranks.index(_own(it)), it.id))


def admit(
    session: Session,
    *,
    channel: str,
    external_id: str,
    name: str,
    role: Role,
    invited_by: int | None,
    now: datetime,
) -> StaffMember:
    """Whoever has this account is staff with this role from now on, also if they had left."""
    member = staff_member(session, channel=channel, external_id=external_id, name=name, now=now)
    member.role, member.left_at, member.invited_by = role, None, invited_by
    session.flush()
    return member


def give_role(session: Session, member: StaffMember, role: Role) -> None:
    """They have this role instead of the one they had."""
    member.role = role
    session.flush()


def let_go(session: Session, member: StaffMember, *, now: datetime) -> None:
    """They are staff no more, and may do nothing anywhere; their address is not kept."""
    member.left_at = now
    mailboxes.take_away(session, member)


def is_last_admin(session: Session, member: StaffMember) -> bool:
    """Whether nobody else of the channel is an admin. It stays so to the transaction's end."""
    queue_up(session, "admins")
    admins = members_with(session, Role.ADMIN, channel=member.channel)
    return [it.id for it in admins] == [member.id]


def private_chat(session: Session, member: StaffMember) -> Chat | None:
    """The chat that this member has with the assistant; None if it may not write to them."""
    chat_id = find_chat_id(session, channel=member.channel, external_id=member.external_id)
    chat = get_chat(session, chat_id) if chat_id is not None else None
    return chat if chat is not None and chat.blocked_at is None else None


def role_of(member: StaffMember | None, chat: StaffChat | None) -> Role | None:
    """What they may do where this is the staff chat, or in private with None; None: nothing."""
    if member is not None and member.left_at is not None:
        return None
    own = member.role if member is not None else None
    granted = [Role(it) for it in (own, chat.open_role if chat else None) if it]
    return max(granted, key=list(Role).index, default=None)


def _own(member: StaffMember) -> Role | None:
    return Role(member.role) if member.role else None


def members_with(session: Session, role: Role, *, channel: str | None = None) -> list[StaffMember]:
    """Everybody of the list who has this role or a higher one, the longest there first."""
    statement = select(StaffMember).where(
        StaffMember.left_at.is_(None),
        StaffMember.role.in_([it for it in Role if it.includes(role)]),
    )
    if channel is not None:
        statement = statement.where(StaffMember.channel == channel)
    return list(session.scalars(statement.order_by(StaffMember.id)))


def workers(session: Session, *, channel: str, desk_id: int | None) -> list[StaffMember]:
    """Everybody who may work leads: by their own role, or by that of the open chat they are known
    from."""
    desk = session.get(StaffChat, desk_id) if desk_id is not None else None
    statement = select(StaffMember).where(StaffMember.channel == channel).order_by(StaffMember.id)
    roles = ((it, role_of(it, desk)) for it in session.scalars(statement))
    return [it for it, role in roles if role is not None and role.includes(Role.CASEWORKER)]


_chats = Chat.table()
_staff_chats = StaffChat.table()
_channel = select(_chats.c.channel).where(_chats.c.id == _staff_chats.c.chat_id).scalar_subquery()
_STAFF_CHAT_OF = (
    select(_staff_chats.c.chat_id)
    .where(_channel == bindparam("channel"))  # not joined: SQLite would go through all chats
    .order_by(_staff_chats.c.connected_at)
    .limit(1)
)
_IS_STAFF_CHAT = select(_staff_chats.c.chat_id).where(_staff_chats.c.chat_id == bindparam("chat"))
