"""What a lead's page is told of the talk about it, as staff and residents really talk."""

from bot.pipeline.arrival import Arrival, Happened, Sender
from storage import chats, lead_messages, leads
from storage.lead_messages import Said
from tests.desk.office import bring, hire, lead_of
from tests.desk.talking import passes, talk
from tests.world import STAFF, World

GATHERED = 4  # seconds, by which lines have gone


def said_about(world: World, reference: str) -> list[Said]:
    with world.core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=reference)
        assert lead is not None
        return lead_messages.said_about(session, lead, limit=100)


def summary(found: list[Said]) -> list[tuple[str, str | None, str | None]]:
    return [(it.side, it.text, it.state) for it in found if it.side != "assistant"]


async def test_a_talk_is_told_from_both_sides_with_its_states(world: World) -> None:
    """Also of one that was begun before there was a lead."""
    await talk(world, "ann")
    reference = bring(world, "ann")
    first = await world.says("ann", "my number is 1")
    assert summary(said_about(world, reference))[-1] == ("resident", "my number is 1", "waiting")
    await passes(world, seconds=GATHERED)
    assert summary(said_about(world, reference)) == [
        ("staff", "Hello, I'm here", "delivered"),
        ("resident", "my number is 1", "passed_on"),
    ]
    edited = Arrival(
        Happened.EDITED, sender=Sender("ann", "Ann"), text="my number is 2", message_id=first
    )
    await world.arrives(edited, chat="ann")
    [*_, line] = [it for it in said_about(world, reference) if it.side == "resident"]
    assert (line.text, line.edited_at is not None) == ("my number is 2", True)


async def test_words_of_staff_outside_a_talk_are_told_with_who_wrote_them(world: World) -> None:
    await hire(world, "alex")
    reference, other = bring(world, "ann"), bring(world, "ann")
    await world.settle()
    await world.says("alex", f"/tell {reference} Can you come on Friday?")
    [said] = [it for it in said_about(world, reference) if it.side == "staff"]
    assert (said.who, said.text, said.state) == ("Alex", "Can you come on Friday?", "delivered")
    assert said.state_at is not None
    assert not [it for it in said_about(world, other) if it.side == "staff"]  # about the first


async def test_what_the_assistant_told_of_a_decision_is_there(world: World) -> None:
    reference = bring(world, "ann")
    await world.settle()
    await world.says("alex", f"/done {reference} We meet on Friday.", chat=STAFF)
    told = [it for it in said_about(world, reference) if it.side == "assistant"]
    assert [it.state for it in told] == ["delivered"]
    assert "We meet on Friday." in (told[0].text or "")


async def test_what_never_went_is_not_called_delivered(world: World) -> None:
    await hire(world, "alex")
    reference = bring(world, "ann")
    await world.settle()
    with world.core.database.transaction() as session:
        lead = lead_of(world, reference)
        chats.mark_blocked(session, lead.chat_id or 0, now=world.clock.now())
    card = max(
        1000 + at
        for at, (_when, parcel) in enumerate(world.sender.sent)
        if reference in parcel.text
    )
    await world.says("alex", "Are you there?", chat=STAFF, reply_to=card)
    [said] = [it for it in said_about(world, reference) if it.side == "staff"]
    assert (said.text, said.state) == ("Are you there?", "waiting")
