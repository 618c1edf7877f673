"""Groups and their people, told in a few words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.pipeline.arrival import Arrival, Happened, Sender
from storage import (
    applicants,
    chats,
    contributions,
    groups,
    ideas,
    invites,
    lead_events,
    leads,
    members,
)
from storage.chats import ChatKey
from storage.leads import NewLead
from storage.models import Applicant, Contribution, Group, Member
from tests.world import CHANNEL, World

GROUP = "group one"
_numbers = count(1)


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


def facts(world: World, chat: str) -> Mapping[str, Any]:
    """What whoever is behind this chat has declared."""
    with world.core.database.reading() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=chat)
        assert chat_id is not None
        applicant = applicants.find_applicant(session, chat_id=chat_id)
        return applicant.facts if applicant else {}


def said_by(world: World, group_id: int) -> Mapping[str | None, int]:
    """How many things of what is kept each has said."""
    with world.core.database.reading() as session:
        kept = select(Contribution.external_id).where(
            Contribution.group_id == group_id, Contribution.state == contributions.KEPT
        )
        return Counter(session.scalars(kept))


def has_sent_for(world: World, group_id: int, who: str, *, named: Sequence[str] = ()) -> str:
    """The group's contact has sent something to the team; its reference."""
    now, reference = world.clock.now(), f"LCR-G{next(_numbers):04}"
    with world.core.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=who)
        new = NewLead(
            reference=reference,
            dedupe_key=reference,
            kind="incubator",
            chat_id=chat_id,
            applicant_kind="group",
            applicant_name=who.capitalize(),
            contact="+447700900123",
            reasons=[],
            facts={},
        )
        lead, _is_new = leads.create_lead(session, new, now=now)
        lead_events.record_event(
            session, lead, kind="sent", who=who.capitalize(), words=None, now=now
        )
        lead.group_id = group_id
        lead.members = [{"name": it, "role": "member", "named_at": str(now)} for it in named]
    return reference


def lead_of(world: World, reference: str) -> tuple[str, str | None, str | None]:
    """Whose it is now: the chat, the name, how to reach them."""
    with world.core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=reference)
        assert lead is not None
        assert lead.chat_id is not None
        chat = chats.get_chat(session, lead.chat_id)
        return chat.external_id, lead.applicant_name, lead.contact


def names_in(world: World, reference: str) -> list[str | None]:
    """The members' names that stand in it."""
    with world.core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=reference)
        assert lead is not None
        return [it["name"] for it in lead.members or ()]


def kept_of(world: World, reference: str) -> str:
    """All that a lead, its history and the group it came from still tell."""
    with world.core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=reference)
        assert lead is not None
        rows = [lead, *lead_events.events_of(session, lead), *session.scalars(select(Applicant))]
        return repr([[getattr(row, it.key) for it in row.__table__.c] for row in rows])


async def presses_old(world: World, who: str, label: str, *beside: str) -> None:
    """They press a button on the oldest message that has it, with those `beside` it."""
    for _at, parcel in world.sender.sent:
        labels = {key.button.label: key.token for key in parcel.keys}
        if parcel.external_chat_id == who and {label, *beside} <= labels.keys():
            press = Arrival(
                Happened.PRESSED,
                sender=Sender(who, who.capitalize()),
                token=labels[label],
                callback_id=f"old-{next(_numbers)}",
            )
            await world.arrives(press, chat=who, key=f"{CHANNEL}:old-{next(_numbers)}")
            return
    raise AssertionError(f"no button {label!r}")
