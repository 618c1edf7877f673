"""Labels, notes, what comes next, rest, and whose a lead is."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import lead_labels, leads
from tests.desk.office import bring, events_of, hire, labels, lead_of, number_of
from tests.world import STAFF, World


async def staff_say(world: World, words: str, who: str = "alex", **more: int) -> str:
    await world.says(who, words, chat=STAFF, **more)
    return world.last(STAFF).text


def labels_on(world: World, reference: str) -> list[str]:
    with world.core.database.reading() as session:
        return lead_labels.labels_of(session, lead_of(world, reference).id)


async def test_labels_are_put_on_and_taken_off(world: World) -> None:
    reference = bring(world)
    await world.settle()
    assert "#garden #schools" in await staff_say(world, f"/label {reference} Garden schools garden")
    assert "#schools" in await staff_say(world, f"/label {reference} -garden")
    assert labels_on(world, reference) == ["schools"]
    await staff_say(world, f"/label {reference} young people, later")
    assert labels_on(world, reference) == ["later", "schools", "young people"]
    said = await staff_say(world, f"/label {reference} {'x' * 40}")
    assert "can't be a label" in said
    assert "Nothing was changed" in said
    assert "12 labels at most" in await staff_say(
        world, f"/label {reference} " + " ".join(f"l{number}" for number in range(12))
    )
    assert "#later" in await staff_say(world, f"/label {reference}")


async def test_the_reference_is_left_out_in_a_reply_to_the_card(world: World) -> None:
    reference = bring(world)
    await world.settle()
    card = number_of(world, reference)
    assert "Noted" in await staff_say(world, "/note prefers mornings", reply_to=card)
    assert "ring them" in await staff_say(world, "/next friday 10am ring them", reply_to=card)
    assert "closed by Alex" in await staff_say(world, "/done We visit on Friday.", reply_to=card)
    assert lead_of(world, reference).outcome == "We visit on Friday."
    assert ("noted", "Alex", "prefers mornings") in events_of(world, reference)
    assert not [it for it in world.heard("sam") if "mornings" in it]
    assert "To keep a note" in await staff_say(world, "/note")
    assert "can't find a lead called <b>prefers</b>" in await staff_say(world, "/note prefers tea")


async def test_what_comes_next_is_said_as_it_was_understood(world: World) -> None:
    reference = bring(world)
    await world.settle()
    said = await staff_say(world, f"/next {reference} friday 10am ring them")
    assert "10am on Friday 5 June: ring them" in said
    assert lead_of(world, reference).next_action_at == datetime(2026, 6, 5, 9, tzinfo=UTC)
    assert "I found no time in it" in await staff_say(world, f"/next {reference} ring them")
    assert lead_of(world, reference).next_action_at is None
    assert "is past" in await staff_say(world, f"/next {reference} today 9am ring them")
    assert "Nothing is planned" in await staff_say(world, f"/next {reference} off")
    assert lead_of(world, reference).next_action is None


async def test_a_snoozed_lead_wakes_by_itself_and_once(world: World) -> None:
    await hire(world, "bo")
    reference = bring(world)
    await world.settle()
    await staff_say(world, f"/assign {reference} bo")
    await world.says("alex", f"/snooze {reference}", chat=STAFF)
    assert "Until when" in world.last(STAFF).text
    await world.presses("alex", "Next week", chat=STAFF)
    assert "rest until 8.30am on Monday 8 June" in world.last(STAFF).text
    assert world.last(STAFF).edits is not None
    assert any("rest until 8.30am" in it for it in world.heard("bo"))
    await world.live_until(world.clock.now() + timedelta(days=9))
    for chat in (STAFF, "bo"):
        assert len([it for it in world.heard(chat) if "is back" in it]) == 1
    assert lead_of(world, reference).snoozed_until is None
    assert events_of(world, reference)[-1] == ("woke", None, None)


async def test_a_post_that_says_it_woke_is_tried_again(world: World) -> None:
    from bot.pipeline.parcel import UnreachableError  # noqa: PLC0415

    reference = bring(world)
    await world.settle()
    await staff_say(world, f"/snooze {reference} tomorrow")
    world.clock.move_on(timedelta(days=1))
    world.sender.troubles = [UnreachableError("the line broke")]
    await world.live_until(world.clock.now() + timedelta(minutes=10))
    assert len([it for it in world.heard(STAFF) if "is back" in it]) == 1


async def test_a_day_for_snoozing_may_be_written_and_changed(world: World) -> None:
    await hire(world, "alex")
    reference = bring(world)
    await world.says("alex", f"/snooze {reference}")
    await world.says("alex", "when it suits")
    assert "can't tell which day “when it suits” is" in world.last("alex").text
    await world.says("alex", "12 june 3pm")
    assert "3pm on Friday 12 June" in world.last("alex").text
    await world.says("alex", f"/snooze {reference} tomorrow")
    await world.live_until(datetime(2026, 6, 20, tzinfo=UTC))
    assert len([it for it in world.heard(STAFF) if "is back" in it]) == 1
    await world.says("alex", f"/snooze {reference} friday")
    await world.presses("alex", "Wake it now")
    assert "Alex woke" in world.last("alex").text
    await world.live_until(world.clock.now() + timedelta(days=9))
    assert len([it for it in world.heard(STAFF) if "is back" in it]) == 1
    await world.says("alex", f"/wake {reference}")
    assert "is not snoozed" in world.last("alex").text


async def test_whoever_gets_a_lead_is_told_and_so_is_who_had_it(world: World) -> None:
    for who in ("alex", "bo", "cy"):
        await hire(world, who)
    reference = bring(world)
    await world.settle()
    await world.says("alex", f"/assign {reference} bo")
    assert f"Alex gave you <b>{reference}</b>" in world.last("bo").text
    assert labels(world, "bo") == ["Open it"]
    await world.presses("bo", "Open it")
    assert any("👤 Bo" in it for it in world.heard("bo"))
    await world.says("cy", f"/assign {reference}")
    assert labels(world, "cy") == ["Alex", "Bo", "Cy", "Nobody"]
    await world.presses("cy", "Alex")
    assert "is with Alex now" in world.last("cy").text
    assert "which was yours, to Alex" in "".join(world.heard("bo"))
    assert "Cy gave you" in world.last("alex").text
    await world.says("bo", f"/unassign {reference}")
    assert "Bo took" in world.last("alex").text
    lead = lead_of(world, reference)
    assert (lead.assignee_id, lead.status) == (None, "new")


async def test_who_is_meant_is_asked_where_it_may_be_several(world: World) -> None:
    for who in ("anna", "annie", "bo"):
        await hire(world, who)
    reference = bring(world)
    await world.says("bo", f"/assign {reference} ann")
    assert "can't tell who “ann” is" in world.last("bo").text
    assert labels(world, "bo") == ["Anna", "Annie"]
    await world.says("bo", f"/assign {reference} anie")
    assert "is with Annie now" in world.last("bo").text


async def test_each_change_is_told_to_who_has_it_and_counts_as_a_version(world: World) -> None:
    await hire(world, "bo")
    reference = bring(world)
    await world.settle()
    await staff_say(world, f"/assign {reference} bo")
    before = lead_of(world, reference).version
    for words, told in (
        (f"/label {reference} garden", "Alex changed the labels"),
        (f"/note {reference} prefers tea", "prefers tea"),
        (f"/next {reference} friday see it", "Alex changed what comes next"),
        (f"/snooze {reference} friday", "Alex lets your lead"),
    ):
        await staff_say(world, words)
        assert told in world.last("bo").text
    assert lead_of(world, reference).version == before + 4


@pytest.mark.parametrize("command", ["/next {} friday ring", "/snooze {} friday", "/assign {} me"])
async def test_nothing_is_planned_for_what_is_over(world: World, command: str) -> None:
    reference = bring(world)
    await world.settle()
    await staff_say(world, f"/done {reference} Thanks.")
    assert "is over" in await staff_say(world, command.format(reference))
    with world.core.database.reading() as session:
        assert leads.find_by_reference(session, reference=reference).assignee_id is None


async def test_who_cannot_be_told_in_private_is_named_so(world: World) -> None:
    reference = bring(world)
    await world.settle()
    await staff_say(world, "/help", who="dee")
    assert "I can't write to them" in await staff_say(world, f"/assign {reference} dee")


async def test_words_in_private_that_are_no_reply_to_a_card_are_not_lost_silently(
    world: World,
) -> None:
    await hire(world, "bo")
    reference = bring(world)
    await world.settle()
    await staff_say(world, f"/assign {reference} bo")
    number = number_of(world, "gave you")
    await world.says("bo", "Lovely, see you soon", reply_to=number)
    assert "this went nowhere" in world.last("bo").text
    assert not [it for it in world.heard("sam") if "Lovely" in it]
