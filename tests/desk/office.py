"""An office for tests: people on the staff's list with private chats, and leads on their desk."""

from itertools import count
from typing import Any

from storage import chats, lead_events, leads, outbox, staff
from storage.chats import ChatKey
from storage.leads import NewLead
from storage.models import Lead, StaffMember
from storage.outbox import Lane
from storage.staff import Role
from tests.world import CHANNEL, World

_numbers = count(1)
_LETTERS = "BCDFGHJKMN"


async def hire(world: World, who: str, role: Role = Role.CASEWORKER) -> None:
    """Somebody is on the list, and has a private chat with the assistant."""
    with world.core.database.transaction() as session:
        now = world.clock.now()
        member = staff.staff_member(
            session, channel=CHANNEL, external_id=who, name=who.capitalize(), now=now
        )
        member.role = role
        chats.chat_id_for(session, ChatKey(CHANNEL, who), now=now)


def bring(world: World, who: str = "sam", *, card: bool = True, **more: Any) -> str:
    """A resident's lead, with its card on the way to the desk; its reference."""
    number = next(_numbers)
    reference = "LCR-" + "".join(_LETTERS[int(digit)] for digit in f"{number:05}")
    with world.core.database.transaction() as session:
        now = world.clock.now()
        chat_id = chats.chat_id_for(session, ChatKey(CHANNEL, who, "private", who), now=now)
        fields = {"kind": "incubator", "applicant_name": who.capitalize(), **more}
        lead, _made = leads.create_lead(
            session,
            NewLead(
                reference=reference,
                dedupe_key=f"test:{number}",
                chat_id=chat_id,
                applicant_kind="individual",
                contact="telegram",
                reasons=[],
                facts={},
                **fields,
            ),
            now=now,
        )
        desk_id = staff.staff_chat_id(session, channel=CHANNEL)
        if card and desk_id is not None:
            outbox.queue(
                session,
                chat_id=desk_id,
                kind="lead_card",
                lane=Lane.LEADS,
                now=now,
                payload={"lead_id": lead.id},
                dedupe_key=f"card:{lead.id}",
            )
    return reference


def lead_of(world: World, reference: str) -> Lead:
    """The lead as it is now."""
    with world.core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=reference)
        assert lead is not None
        session.expunge(lead)
        return lead


def member_of(world: World, who: str) -> StaffMember:
    """The member as they are now."""
    with world.core.database.reading() as session:
        member = staff.find_member(session, channel=CHANNEL, external_id=who)
        assert member is not None
        session.expunge(member)
        return member


def events_of(world: World, reference: str) -> list[tuple[str, str | None, str | None]]:
    """What happened to the lead: kind, who, words."""
    with world.core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=reference)
        assert lead is not None
        return [(it.kind, it.who, it.words) for it in lead_events.events_of(session, lead)]


def labels(world: World, who: str) -> list[str]:
    """What the newest post to this chat offers."""
    return [key.button.label for key in world.last(who).keys]


def number_of(world: World, words: str) -> int:
    """The channel's number of the newest post with these words."""
    posts = [parcel for _at, parcel in world.sender.sent if parcel.edits is None]
    return max(1000 + at for at, parcel in enumerate(posts) if words in parcel.text)
