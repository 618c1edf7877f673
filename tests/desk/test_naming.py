"""Which lead is meant, and what each role is told that it may do."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.desk.access import ACCESS, Way
from storage import chats, lead_labels
from storage.chats import ChatKey
from storage.models import StaffChat, Thread
from storage.staff import Role
from tests.desk.office import bring, hire, lead_of
from tests.world import CHANNEL, STAFF, World


async def test_in_a_leads_topic_its_reference_is_left_out(world: World) -> None:
    reference = bring(world)
    await world.settle()
    with world.core.database.transaction() as session:
        desk = session.scalars(select(StaffChat)).one()
        topic = ChatKey(CHANNEL, f"{STAFF}/7", "group")
        chat_id = chats.chat_id_for(session, topic, now=world.clock.now())
        lead_id = lead_of(world, reference).id
        session.add(Thread(chat_id=chat_id, desk_id=desk.chat_id, lead_id=lead_id))
    await world.says("alex", "/label garden", chat=f"{STAFF}/7")
    await world.says("alex", "/snooze tomorrow", chat=f"{STAFF}/7")
    assert "10am on Tuesday 2 June" in world.last(f"{STAFF}/7").text
    with world.core.database.reading() as session:
        assert lead_labels.labels_of(session, lead_id) == ["garden"]
    other = bring(world, "kim")
    await world.says("alex", f"/label {other} shed", chat=f"{STAFF}/7")
    assert f"<b>{other}</b> has: #shed" in world.last(f"{STAFF}/7").text


async def test_help_names_what_the_role_may(world: World) -> None:
    await hire(world, "vic", Role.VIEWER)
    with world.core.database.transaction() as session:
        session.scalars(select(StaffChat)).one().open_role = None
    await world.says("vic", "/help", chat=STAFF)
    viewers = world.last(STAFF).text
    assert "/leads" in viewers
    assert "/assign" not in viewers
    await hire(world, "cas")
    await world.says("cas", "/help", chat=STAFF)
    assert "/assign" in world.last(STAFF).text


@pytest.mark.parametrize("verb", sorted(it for it in ACCESS if Way.COMMAND in ACCESS[it].ways))
def test_the_book_for_staff_knows_each_command(verb: str) -> None:
    docs = Path(__file__).parents[2] / "docs"
    book = "".join(it.read_text(encoding="utf-8") for it in sorted(docs.glob("staff*.md")))
    assert f"`/{verb.replace('_', ' ')}" in book
