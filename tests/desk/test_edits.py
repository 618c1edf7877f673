"""Staff change what they wrote: what went to a resident changes there, other talk is their own."""

from sqlalchemy import func, select

from bot.pipeline.arrival import Arrival, Happened, Sender
from storage.models import AuditEntry
from storage.staff import Role
from tests.desk.leads_sent import ring_me
from tests.desk.talking import edits, number_of, posts
from tests.desk.team import enrol, open_chat
from tests.world import STAFF, World


async def edit(world: World, who: str, number: int, words: str, *, chat: str) -> None:
    sender = Sender(who, who.capitalize())
    said = Arrival(Happened.EDITED, sender=sender, text=words, message_id=number)
    await world.arrives(said, chat=chat)


def audited(world: World) -> int:
    with world.core.database.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


async def test_talk_among_themselves_is_nobodys_business(world: World) -> None:
    enrol(world, "vic", Role.VIEWER)
    open_chat(world, None)
    for who in ("vic", "stranger"):
        number = await world.says(who, "Shall we have lunch?", chat=STAFF)
        await edit(world, who, number, "Shall we have tea?", chat=STAFF)
    assert posts(world, STAFF) == []
    assert audited(world) == 0


async def test_words_written_in_private_change_as_well(world: World) -> None:
    enrol(world, "alex", Role.CASEWORKER)
    reference = await ring_me(world)
    for words in ("/human", "Is anybody there?"):
        await world.says("ann", words)
    await world.says("alex", f"/lead {reference}")
    first = await world.says("alex", "I'll ring at 5", reply_to=number_of(world, "alex", "Ann"))
    assert "I'll ring at 5" in "".join(world.heard("ann"))
    await edit(world, "alex", first, "I'll ring at 6", chat="alex")
    assert "I'll ring at 6" in "".join(edits(world, "ann"))
