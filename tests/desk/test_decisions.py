"""Staff decide on a lead: they see what the resident will read, and it goes when they say so."""

import pytest

from actions.leads.qualification import qualify
from storage import audit, decisions, leads, staff
from storage.models import Decision
from tests.desk.leads_sent import (
    card,
    card_labels,
    labels,
    lead_of,
    number_of,
    press,
    press_on_card,
    send_idea,
    staff_say,
)
from tests.world import CHANNEL, STAFF, World


async def test_qualified_is_seen_first_and_told_with_reasons(world: World) -> None:
    reference = await send_idea(world)
    await press_on_card(world, "alex", "Claim", reference)
    before = len(world.heard("sam"))
    await press_on_card(world, "alex", "Qualify", reference)
    preview = world.last(STAFF).text
    assert labels(world) == ["Send", "Other words", "Cancel"]
    assert "Nothing has been sent yet" in preview
    assert len(world.heard("sam")) == before
    assert lead_of(world, reference).status == "claimed"
    await press(world, "alex", "Send")
    told = world.last("sam").text
    assert told in preview
    assert "we'd like to take this further" in told
    assert "You said we may read it" in told
    assert "Alex gets in touch" in told
    lead = lead_of(world, reference)
    assert (lead.status, lead.decided_at) == ("qualified", world.clock.now())
    assert "qualified" in card(world, reference).text
    assert "Qualify" not in card_labels(world, reference)
    assert any("was qualified by Alex" in text for text in world.heard(STAFF))
    await press(world, "alex", "Send")
    assert world.heard("sam")[-1] == told
    assert len(world.heard("sam")) == before + 1
    await world.says("sam", "/status")
    assert "it goes further" in world.last("sam").text


async def test_a_yes_is_told_what_speaks_for_it_and_a_no_what_speaks_against(world: World) -> None:
    reference = await send_idea(world)
    with world.core.database.transaction() as session:
        lead = leads.find_by_reference(session, reference=reference)
        assert lead is not None
        lead.verdict = "no"
        qualify(session, lead, programme=world.core.programme)
    against, in_favour = "isn't open to you", "You said we may read it"
    await press_on_card(world, "alex", "Qualify", reference)
    shown = world.last(STAFF).text
    assert against not in shown
    assert in_favour in shown
    await press(world, "alex", "Cancel")
    await press_on_card(world, "alex", "Decline", reference)
    await press(world, "alex", "Too early")
    shown = world.last(STAFF).text
    assert against in shown
    assert in_favour not in shown


async def test_declined_needs_a_reason_and_can_be_put_otherwise(world: World) -> None:
    reference = await send_idea(world)
    await press_on_card(world, "alex", "Decline", reference)
    assert "Too early" in labels(world)
    await press(world, "alex", "Too early")
    assert "It needs a little more before we can help" in world.last(STAFF).text
    await world.says("alex", "   ", chat=STAFF, reply_to=number_of(world, "Nothing has been sent"))
    words = "Let's talk in <spring> & see."
    await world.says("alex", words, chat=STAFF, reply_to=number_of(world, "Nothing has been sent"))
    shown = world.last(STAFF)
    assert shown.edits is not None
    assert "Let's talk in &lt;spring&gt; &amp; see." in shown.text
    await press(world, "alex", "Send")
    told = world.last("sam").text
    assert "Let's talk in &lt;spring&gt;" in told
    assert "It needs a little more" not in told
    assert "/idea" in told
    lead = lead_of(world, reference)
    assert (lead.status, lead.decline_reason, lead.outcome) == ("declined", "too_early", words)
    assert card_labels(world, reference) == ["Reopen"]
    await world.says("sam", "/status")
    assert "Let's talk in &lt;spring&gt;" in world.last("sam").text
    await world.says("alex", "No!", chat=STAFF, reply_to=number_of(world, "was declined by Alex"))
    assert "This preview is over" in world.last(STAFF).text
    assert "No!" not in "".join(world.heard("sam"))


async def test_cancelled_nothing_goes(world: World) -> None:
    reference = await send_idea(world)
    before = len(world.heard("sam"))
    await staff_say(world, f"/decline {reference} no room now")
    await press(world, "alex", "Cancel")
    assert "Nothing was sent" in world.last(STAFF).text
    assert world.last(STAFF).keys == ()
    assert len(world.heard("sam")) == before
    assert lead_of(world, reference).status == "new"


async def test_what_somebody_else_changed_meanwhile_is_said_and_nothing_goes(world: World) -> None:
    reference = await send_idea(world)
    await staff_say(world, f"/qualify {reference}")
    old = [key.token for key in world.last(STAFF).keys if key.button.label == "Send"]
    await press_on_card(world, "bo", "Claim", reference)
    before = len(world.heard("sam"))
    await world.presses_token("alex", old[0], chat=STAFF)
    assert len(world.heard("sam")) == before
    assert any(
        "nothing was sent" in text and "Bo claimed it" in text for text in world.heard(STAFF)
    )
    assert any("Bo claimed it" in notice for notice in world.sender.notices)
    assert lead_of(world, reference).status == "claimed"
    await press(world, "alex", "Send")
    assert lead_of(world, reference).status == "qualified"
    assert len(world.heard("sam")) == before + 1
    with world.core.database.reading() as session:
        found = [(it.outcome, it.kind) for it in session.query(Decision).order_by(Decision.id)]
    assert found == [(decisions.OUTDATED, "qualified"), (decisions.SENT, "qualified")]


async def test_what_the_resident_sends_meanwhile_outdates_it_too(world: World) -> None:
    reference = await send_idea(world)
    await staff_say(world, f"/qualify {reference}")
    await staff_say(world, f"/decline {reference} too_early", who="bo")
    await world.says("sam", "take it back")
    await world.presses("sam", "Yes, take it back")
    await press(world, "bo", "Send")
    assert "Sam took it back" in "".join(world.heard(STAFF)[-2:])
    assert lead_of(world, reference).status == "withdrawn"
    assert "can't take it further" not in "".join(world.heard("sam"))


async def test_done_by_button_and_opened_again(world: World) -> None:
    reference = await send_idea(world)
    await press_on_card(world, "alex", "Done", reference)
    await press(world, "alex", "Send")
    assert "We've done what we could" in world.last("sam").text
    lead = lead_of(world, reference)
    assert (lead.status, lead.outcome) == ("done", "We've done what we could with this for now.")
    await press_on_card(world, "alex", "Reopen", reference)
    await press(world, "alex", "Send")
    assert "looking at this again" in world.last("sam").text
    lead = lead_of(world, reference)
    assert (lead.status, lead.outcome, lead.closed_at) == ("claimed", None, None)
    assert "👤 Alex" in card(world, reference).text
    await staff_say(world, f"/reopen {reference}")
    assert "can't be done now" in world.last(STAFF).text


async def test_one_that_cannot_be_told_is_decided_all_the_same(world: World) -> None:
    reference = await send_idea(world)
    with world.core.database.transaction() as session:
        lead = lead_of(world, reference)
        session.merge(lead).chat_id = None
    await staff_say(world, f"/decline {reference} too_early")
    assert "please tell them yourself" in world.last(STAFF).text
    before = len(world.heard("sam"))
    await press(world, "alex", "Send")
    assert lead_of(world, reference).status == "declined"
    assert len(world.heard("sam")) == before
    assert "I couldn't tell" in "".join(world.heard(STAFF)[-2:])
    assert "please tell them" in world.sender.notices[-1]
    assert "told" not in await staff_say(world, f"/done {reference} See you.")
    assert "please tell them yourself" in world.last(STAFF).text


@pytest.mark.parametrize("words", ["/qualify", "/decline", "/reopen", "/unmerge"])
async def test_a_command_without_a_lead_says_how(world: World, words: str) -> None:
    assert "LCR-XXXXX" in await staff_say(world, words)
    assert "can't find a lead" in await staff_say(world, f"{words} LCR-NOPE")


async def test_a_command_in_reply_to_the_card_is_about_its_lead(world: World) -> None:
    reference = await send_idea(world)
    at = number_of(world, f"<b>{reference}</b>")
    await world.says("alex", "/decline too early", chat=STAFF, reply_to=at)
    assert "It needs a little more" in world.last(STAFF).text
    await world.says("alex", "/decline no reason at all", chat=STAFF, reply_to=at)
    assert "I don't know the reason" in world.last(STAFF).text
    assert "Too early" in labels(world)


async def test_each_decision_stands_in_the_audit_trail(world: World) -> None:
    reference = await send_idea(world)
    await staff_say(world, f"/decline {reference} no_room")
    await press(world, "alex", "Send")
    lead = lead_of(world, reference)
    with world.core.database.reading() as session:
        found = audit.entries(session, limit=9, lead_id=lead.id)
        assert [(it.verb, it.who) for it in found] == [
            ("decision_send", "Alex"),
            ("decline", "Alex"),
        ]
        assert found[0].detail == {"kind": "declined", "reason": "no_room"}


async def test_in_private_a_caseworker_decides_as_well(world: World) -> None:
    reference = await send_idea(world)
    with world.core.database.transaction() as session:
        lead = session.merge(lead_of(world, reference))
        lead.chat_id = None
        bo = {"channel": CHANNEL, "external_id": "bo", "name": "Bo", "now": world.clock.now()}
        staff.staff_member(session, **bo).role = "caseworker"
    await world.says("bo", f"/decline {reference} too_early")
    assert "please tell them yourself" in world.last("bo").text
    number = number_of(world, "please tell them yourself", chat="bo")
    await world.says("bo", "Not this year, sorry.", reply_to=number)
    assert "Not this year, sorry." in world.last("bo").text
    await world.presses("bo", "Send")
    lead = lead_of(world, reference)
    assert (lead.status, lead.outcome) == ("declined", "Not this year, sorry.")
    assert card_labels(world, reference) == ["Reopen"]
