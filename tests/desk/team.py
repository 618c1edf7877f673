"""People of the staff in a world, and what the audit trail says of them."""

import pytest

from bot.pipeline.parcel import Parcel, SendError
from storage import audit, chats, staff, staff_links
from storage.chats import ChatKey
from storage.models import AuditEntry, StaffMember
from storage.staff import Role
from storage.staff_links import Purpose
from tests.world import CHANNEL, STAFF, World


def shut_by(world: World, monkeypatch: pytest.MonkeyPatch) -> list[SendError]:
    """While an error is in this list, the staff chat takes nothing for that reason; other chats
    do."""
    errors: list[SendError] = []
    send = world.sender.send

    async def send_or_fail(parcel: Parcel) -> int | None:
        if errors and parcel.external_chat_id == STAFF:
            raise errors[0]
        return await send(parcel)

    monkeypatch.setattr(world.sender, "send", send_or_fail)
    return errors


def enrol(world: World, who: str, role: Role) -> int:
    """They are on the list with this role, and have a chat with the assistant; their number."""
    now = world.clock.now()
    with world.core.database.transaction() as session:
        chats.chat_id_for(session, ChatKey(CHANNEL, who, name=who.capitalize()), now=now)
        member = staff.admit(
            session,
            channel=CHANNEL,
            external_id=who,
            name=who.capitalize(),
            role=role,
            invited_by=None,
            now=now,
        )
        return member.id


def let_go(world: World, who: str) -> None:
    """They are off the list."""
    with world.core.database.transaction() as session:
        member = staff.find_member(session, channel=CHANNEL, external_id=who)
        assert member is not None
        staff.let_go(session, member, now=world.clock.now())


def open_chat(world: World, role: Role | None) -> None:
    """Whoever is in the staff chat may do there what this role may."""
    with world.core.database.transaction() as session:
        desk = staff.staff_chat(session, desk_id(world))
        assert desk is not None
        desk.open_role = role


def desk_id(world: World) -> int:
    """The chat where leads arrive."""
    with world.core.database.reading() as session:
        found = staff.staff_chat_id(session, channel=CHANNEL)
        assert found is not None
        return found


def invitation(world: World, role: Role = Role.ADMIN) -> str:
    """The token of a link that was made at the command line."""
    with world.core.database.transaction() as session:
        _link, token = staff_links.make_link(
            session, Purpose.INVITE, role=role, by=None, now=world.clock.now()
        )
        return token


def member(world: World, who: str) -> StaffMember | None:
    """What is known of them."""
    with world.core.database.reading() as session:
        return staff.find_member(session, channel=CHANNEL, external_id=who)


def role(world: World, who: str) -> str | None:
    """What they may do by the list."""
    found = member(world, who)
    return found.role if found is not None and found.left_at is None else None


def last_entry(world: World) -> AuditEntry:
    """The newest of the audit trail."""
    with world.core.database.reading() as session:
        return audit.entries(session, limit=1)[0]


def buttons(world: World, chat: str = STAFF) -> list[str]:
    """What the newest message there offers."""
    return [key.button.label for key in world.last(chat).keys]
