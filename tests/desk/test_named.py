"""What the desk does with a lead that is named by its reference, from wherever staff are."""

from storage import chats
from tests.desk.office import bring, events_of, hire, labels, lead_of, member_of
from tests.world import STAFF, World


async def test_of_two_who_claim_by_command_the_first_has_it(world: World) -> None:
    await hire(world, "alex")
    await hire(world, "bo")
    reference = bring(world)
    await world.settle()
    await world.says("alex", f"/claim {reference}")
    assert "Alex, this one is yours" in world.last("alex").text
    await world.says("bo", f"/claim {reference}")
    assert "Alex already has this one" in world.last("bo").text
    lead = lead_of(world, reference)
    assert (lead.assignee_id, lead.status) == (member_of(world, "alex").id, "claimed")
    await world.says("bo", f"/unassign {reference}")
    await world.says("alex", f"/done {reference} We met.")
    await world.says("bo", f"/claim {reference}")
    assert "can't be done now" in world.last("bo").text


async def test_to_claim_nothing_says_how(world: World) -> None:
    await hire(world, "alex")
    await world.says("alex", "/claim")
    assert "/claim LCR-" in world.last("alex").text
    await world.says("alex", "/claim LCR-ZZZZZ")
    assert "can't find a lead" in world.last("alex").text


async def test_a_member_is_named_by_their_number(world: World) -> None:
    await hire(world, "alex")
    await hire(world, "bo")
    reference = bring(world)
    await world.settle()
    bo = member_of(world, "bo")
    await world.says("alex", f"/assign {reference} {bo.id}")
    assert lead_of(world, reference).assignee_id == bo.id
    await world.says("alex", f"/assign {reference} {bo.id + 50}")
    assert lead_of(world, reference).assignee_id == bo.id
    assert "I can't tell who" in world.last("alex").text


async def test_words_for_a_resident_go_from_anywhere_each_once(world: World) -> None:
    await hire(world, "alex")
    reference = bring(world)
    await world.settle()
    for words in ("Can you come on Friday?", "Or on Monday?"):
        await world.says("alex", f"/tell {reference} {words}")
        assert "Sent to Sam" in world.last("alex").text
        assert len([it for it in world.heard("sam") if words in it]) == 1
    assert ("staff_said", "Alex", "Or on Monday?") in events_of(world, reference)
    assert lead_of(world, reference).status == "in_contact"


async def test_words_for_nobody_go_nowhere(world: World) -> None:
    await hire(world, "alex")
    reference = bring(world)
    await world.settle()
    for words in ("/tell", f"/tell {reference}", f"/tell {reference} // between us"):
        await world.says("alex", words)
        assert "/tell LCR-" in world.last("alex").text
    with world.core.database.transaction() as session:
        chats.mark_blocked(session, lead_of(world, reference).chat_id or 0, now=world.clock.now())
    await world.says("alex", f"/tell {reference} Hello?")
    assert "Sent" not in world.last("alex").text
    assert world.heard("sam") == []


async def test_done_without_an_outcome_is_looked_at_first(world: World) -> None:
    reference = bring(world)
    await world.settle()
    await world.says("alex", f"/done {reference}", chat=STAFF)
    assert "Send" in labels(world, STAFF)
    assert lead_of(world, reference).status == "new"
    await world.presses("alex", "Send", chat=STAFF)
    assert lead_of(world, reference).status == "done"
