"""The score of a lead: by the rules, with its reasons, and what staff put in its place."""

from tests.desk.leads_sent import card, lead_of, ring_me, send_idea, staff_say
from tests.world import World


async def test_the_card_shows_the_score_and_each_reason(world: World) -> None:
    reference = await send_idea(world)
    shown = card(world, reference).text
    lead = lead_of(world, reference)
    assert f"Score {lead.score} of 100:" in shown
    assert "They agreed that the team may use it. 10/10" in shown
    assert "Few questions have an answer. 4/20" in shown
    assert [it["rule"] for it in lead.score_reasons][:2] == ["consent", "reachable"]


async def test_the_resident_reads_the_same_reasons_in_their_words(world: World) -> None:
    await send_idea(world)
    await world.says("sam", "show me what i sent")
    told = world.last("sam").text
    assert "What we look at" in told
    assert "You said we may read it and get in touch." in told
    assert "10/10" not in told


async def test_staff_overrule_it_with_a_note_and_a_newer_version_marks_that(world: World) -> None:
    reference = await send_idea(world)
    by_rules = lead_of(world, reference).score
    assert "number from 0 to 100" in await staff_say(world, f"/score {reference} 80")
    assert "number from 0 to 100" in await staff_say(world, f"/score {reference} 101 too much")
    assert "has the score 80 now" in await staff_say(world, f"/score {reference} 80 has a hall")
    shown = card(world, reference).text
    assert "Score 80 of 100:</b> looks qualified" in shown
    assert f"Given by Alex, not {by_rules} as by the rules: has a hall" in shown
    assert "before they sent the newest version" not in shown
    await staff_say(world, f"/changes {reference} 1 say more")
    await world.says("sam", "Rust, in twenty sheds")
    await world.says("sam", "yes")
    assert lead_of(world, reference).status == "resubmitted"
    assert "before they sent the newest version" in card(world, reference).text


async def test_who_only_wants_to_be_rung_has_a_score_too(world: World) -> None:
    reference = await ring_me(world)
    lead = lead_of(world, reference)
    assert lead.score is not None
    assert lead.score < 60
    await world.says("ann", "/forget")
    await world.says("ann", "yes")
    assert lead_of(world, reference).score is None
