"""A world with a staff forum or a plain group, and a resident who asks for a person."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.pipeline.parcel import Parcel
from storage import chats, handoffs, staff
from storage.models import Chat, Handoff, Message, StaffChat, Thread
from storage.staff import Role
from tests.world import CHANNEL, STAFF, World


def make_forum(world: World) -> None:
    """Each lead gets a topic of its own from now on."""
    with world.core.database.transaction() as session:
        for desk in session.scalars(select(StaffChat)):
            desk.is_forum = True


def list_member(world: World, who: str, role: Role) -> int:
    """Put somebody on the staff list; their number."""
    with world.core.database.transaction() as session:
        member = staff.staff_member(
            session,
            channel=CHANNEL,
            external_id=who,
            name=who.capitalize(),
            now=world.clock.now(),
        )
        member.role = role
        return member.id


async def asks_for_a_person(world: World, who: str, words: str = "Is anybody there?") -> None:
    await world.says(who, "/start")
    await world.says(who, "/human")
    await world.says(who, words)


async def talk(world: World, who: str) -> str:
    """A resident asks for a person, and Alex answers in their topic, or to the post in a plain
    group; where that is."""
    await asks_for_a_person(world, who)
    with world.core.database.reading() as session:
        is_forum = session.scalars(select(StaffChat.is_forum)).one()
    if is_forum:
        place = topic_of(world, who.capitalize())
        await world.says("alex", "Hello, I'm here", chat=place)
    else:
        place, card = STAFF, number_of(world, STAFF, f"{who.capitalize()}</b> asks for a person")
        await world.says("alex", "Hello, I'm here", chat=place, reply_to=card)
    return place


def topic_of(world: World, words: str) -> str:
    """The chat of the topic whose name has these words."""
    with world.core.database.reading() as session:
        for thread in session.scalars(select(Thread).order_by(Thread.chat_id.desc())):
            if words in (thread.title or ""):
                return chats.get_chat(session, thread.chat_id).external_id
    raise AssertionError(f"no topic {words!r}")


def names_of(world: World) -> list[str]:
    """What topics were called, in order."""
    return [parcel.topic for _at, parcel in world.sender.sent if parcel.topic is not None]


def posts(world: World, place: str) -> list[str]:
    """What was posted there, edits and the names of topics left out."""
    return [
        parcel.text
        for _at, parcel in world.sender.sent
        if parcel.external_chat_id == place and parcel.topic is None and parcel.edits is None
    ]


def edits(world: World, place: str) -> list[str]:
    """What posts there were changed to."""
    sent = (parcel for _at, parcel in world.sender.sent)
    return [it.text for it in sent if it.external_chat_id == place and it.edits is not None]


def handoff_of(world: World, who: str) -> Handoff:
    """The newest handoff of this resident."""
    with world.core.database.reading() as session:
        found = handoffs.handoffs_of(session, chat_id=_chat(session, who).id)[-1]
        session.expunge(found)
        return found


def is_live(world: World, who: str) -> bool:
    """Whether this resident talks with somebody now."""
    with world.core.database.reading() as session:
        return handoffs.live_of(session, chat_id=_chat(session, who).id) is not None


def number_of(world: World, chat: str, words: str) -> int:
    """The channel's number of the newest message with these words in this chat."""
    with world.core.database.reading() as session:
        of_chat = select(Message).where(Message.chat_id == _chat(session, chat).id)
        for message in session.scalars(of_chat.order_by(Message.id.desc())):
            if message.external_id and words in (message.text or ""):
                return message.external_id
    raise AssertionError(f"nothing with {words!r} in {chat}")


def refuse(world: World, *errors: type[Exception], only: str) -> None:
    """Parcels to a place that begins so meet these errors, one each."""
    left, send = list(errors), world.sender.send

    async def sending(parcel: Parcel) -> int | None:
        if left and parcel.external_chat_id.startswith(only):
            raise left.pop(0)("refused")
        return await send(parcel)

    world.sender.send = sending  # type: ignore[method-assign]


async def passes(world: World, **span: float) -> datetime:
    """Let so much time pass; the moment then."""
    await world.live_until(world.clock.now() + timedelta(**span))
    return world.clock.now()


def _chat(session: Session, who: str) -> Chat:
    chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=who)
    assert chat_id is not None, f"nobody is called {who}"
    return chats.get_chat(session, chat_id)
