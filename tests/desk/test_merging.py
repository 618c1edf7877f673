"""Leads that may be the same: shown with why, merged by a button, taken apart as they were."""

from tests.desk.leads_sent import (
    card,
    card_labels,
    lead_of,
    press_on_card,
    reference_in,
    ring_me,
    send_idea,
    staff_say,
)
from tests.pipeline.test_introductions import ANN, BOB, sends
from tests.world import STAFF, World


async def two_of_sams(world: World) -> tuple[str, str]:
    first = await send_idea(world)
    await world.says("sam", "just ring me")
    for words in ("Sam Example", "07700 900123"):
        await world.says("sam", words)
    second = reference_in(world, "sam")
    assert first != second
    return first, second


async def test_the_same_person_is_shown_and_merged_into_the_earlier_one(world: World) -> None:
    first, second = await two_of_sams(world)
    assert f"{first} (new): same person" in card(world, second).text
    before = len(world.heard("sam"))
    await press_on_card(world, "alex", f"Merge {first[-5:]}", second)
    told = [text for text in world.heard(STAFF) if "brings it back as it was" in text]
    assert f"<b>{second}</b> is merged into <b>{first}</b> by Alex" in told[-1]
    assert lead_of(world, second).status == "duplicate"
    assert f"Merged in:</b> {second}" in card(world, first).text
    assert card_labels(world, second) == ["Take apart"]
    assert len(world.heard("sam")) == before
    await world.says("sam", "/status")
    assert f"looking at it together with {first}" in world.last("sam").text


async def test_taken_apart_it_is_as_it_was(world: World) -> None:
    first, second = await two_of_sams(world)
    await press_on_card(world, "bo", "Claim", second)
    assert "is merged into" in await staff_say(world, f"/merge {second} {first}")
    assert "can't be merged" in await staff_say(world, f"/merge {first} {second}")
    assert "can't be done now" in await staff_say(world, f"/done {second} Well")
    await press_on_card(world, "alex", "Take apart", second)
    lead = lead_of(world, second)
    assert (lead.status, lead.duplicate_of, lead.closed_at) == ("claimed", None, None)
    assert "👤 Bo" in card(world, second).text
    assert "Merged in" not in card(world, first).text
    assert "can't be done now" in await staff_say(world, f"/unmerge {second}")


async def test_the_same_number_of_somebody_else_says_that_they_hear_nothing(world: World) -> None:
    ann = await ring_me(world)
    bea = await ring_me(world, "bea")
    assert f"{ann} (new): same phone or e-mail" in card(world, bea).text
    told = await staff_say(world, f"/merge {bea} {ann}")
    assert "Somebody else sent it" in told
    await world.says("bea", "/status")
    assert "another one like it" in world.last("bea").text
    assert ann not in world.last("bea").text
    assert "The second one is kept" in await staff_say(world, f"/merge {bea}")


async def test_what_is_taken_back_lets_go_of_what_was_merged_into_it(world: World) -> None:
    ann = await ring_me(world)
    bea = await ring_me(world, "bea")
    await staff_say(world, f"/merge {bea} {ann}")
    await world.says("ann", "/forget")
    await world.says("ann", "yes")
    assert lead_of(world, bea).status == "new"


async def test_an_idea_that_is_like_anothers_is_shown_with_why_and_can_be_merged(
    world: World,
) -> None:
    first, second = await sends(world, "ann", ANN), await sends(world, "bob", BOB)
    assert f"{first}" in card(world, second).text.partition("Alike")[2]
    await press_on_card(world, "alex", f"Merge {first[-5:]}", second)
    assert "Somebody else sent it" in world.last(STAFF).text
    assert (lead_of(world, second).status, lead_of(world, first).status) == ("duplicate", "new")
    await press_on_card(world, "alex", "Take apart", second)
    assert lead_of(world, second).status == "new"
