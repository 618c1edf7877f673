"""Groups and their people, told in a few words."""

from collections.abc import Mapping

from storage import applicants, chats, groups, ideas, invites, members
from storage.chats import ChatKey
from storage.models import Group, Member
from tests.world import CHANNEL, World

GROUP = "group one"


def begun(world: World, name: str = GROUP) -> int:
    """A group that talks in this chat; its id."""
    now = world.clock.now()
    with world.core.database.transaction() as session:
        key = ChatKey(CHANNEL, name, "group", name.capitalize())
        chat_id = chats.chat_id_for(session, key, now=now)
        return groups.group_of(session, chat_id=chat_id, added_by=None, now=now).id


def link_of(world: World, group_id: int) -> str:
    """What the link to join it says."""
    with world.core.database.transaction() as session:
        group = session.get_one(Group, group_id)
        invite = invites.running_invite(session, group, now=world.clock.now())
        return f"join-{invites.token_of(session, invite)}"


async def joins(world: World, who: str, group_id: int, *, named: bool = True) -> None:
    """They open the link and join."""
    await world.says(who, f"/start {link_of(world, group_id)}")
    await world.presses(who, "Yes, join in")
    if named:
        await world.presses(who, "Yes, my name may be there")
        await world.presses(who, who.capitalize())
    else:
        await world.presses(who, "No, just count me")


def member(world: World, who: str, group_id: int) -> Member:
    """What somebody is or was in a group."""
    with world.core.database.reading() as session:
        found = members.find_member(session, group_id=group_id, external_id=who, left=True)
        assert found is not None
        session.expunge(found)
        return found


def roles(world: World, group_id: int) -> Mapping[str, str]:
    """Who is in it, and as what."""
    with world.core.database.reading() as session:
        found = members.members_of(session, group_id=group_id)
        return {it.external_id: it.role for it in found}


def answers(world: World, chat: str) -> Mapping[str, str | None]:
    """What was told of the idea at hand of whoever is behind this chat."""
    with world.core.database.reading() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=chat)
        assert chat_id is not None
        applicant = applicants.find_applicant(session, chat_id=chat_id)
        idea = ideas.idea_at_hand(session, applicant_id=applicant.id) if applicant else None
        kept = ideas.newest_answers(session, idea_id=idea.id) if idea else {}
        return {name: it.text for name, it in kept.items()}
