"""A group and those who have joined it, without the talk that leads there."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import chats, groups, members
from storage.chats import ChatKey, chat_id_for
from storage.members import CONTACT, MEMBER, SECOND
from storage.models import Lead
from tests.world import CHANNEL, World

GROUP = "group one"
NAME = "Nan's gardeners"
FOUR = {"ann": CONTACT, "ben": SECOND, "cat": MEMBER, "dan": MEMBER}
CODE = "ageing_well"


@dataclass(frozen=True)
class Gathered:
    """The group's id, and the ids of the private chats by the names of their people."""

    group_id: int
    chat_ids: Mapping[str, int]


def gather(
    session: Session,
    world: World,
    *,
    roles: Mapping[str, str] = FOUR,
    named: tuple[str, ...] = ("cat",),
    chat: str = GROUP,
    name: str = NAME,
) -> Gathered:
    """They are in the group as this; those who are `named` agreed to stand in what is sent."""
    now = world.clock.now()
    place = chat_id_for(session, ChatKey(CHANNEL, chat, "group", name), now=now)
    group = groups.group_of(session, chat_id=place, added_by=None, now=now)
    groups.act_for(session, group, now=now)
    found = {}
    for who, role in roles.items():
        full = f"{who.capitalize()} Example"
        own = ChatKey(CHANNEL, who, "private", who.capitalize())
        found[who] = chat_id_for(session, own, now=now)
        member, _new = members.join(
            session,
            group,
            external_id=who,
            chat_id=found[who],
            name=full,
            role=role,
            now=now,
        )
        member.named_at = now if who in named else None
    session.flush()
    return Gathered(group.id, found)


def speaks_for(world: World, who: str, group_id: int | None) -> None:
    """From now on they speak for the group in private, or for themselves."""
    with world.core.database.transaction() as session:
        chat_id = chat_id_for(session, ChatKey(CHANNEL, who), now=world.clock.now())
        chats.get_chat(session, chat_id).speaks_for = group_id
        chats.save_states(session, {chat_id: {}}, now=world.clock.now())


async def tell_idea(world: World, who: str) -> None:
    """An idea in three answers, up to where it can be sent."""
    for words in (f"/start call-{CODE}", "Tell us your idea", "Rust", "skip", "Kids"):
        await world.says(who, words)
    while "Send it to the team" not in labels(world, who):
        await world.says(who, "skip")


async def up_to_yes(world: World, who: str) -> None:
    """The contact is asked all that it takes, and has not said yes yet."""
    for words in ("Send it to the team", "yes", f"{who.capitalize()} Example", "here on telegram"):
        await world.says(who, words)


def labels(world: World, who: str) -> list[str]:
    """The buttons of the newest message."""
    return [key.button.label for key in world.last(who).keys]


def all_leads(world: World) -> list[Lead]:
    """Everything that was sent, oldest first."""
    with world.core.database.reading() as session:
        return list(session.scalars(select(Lead).order_by(Lead.id)))
