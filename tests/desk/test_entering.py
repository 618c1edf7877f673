"""Leads that staff enter for somebody who came in or rang."""

from storage import leads
from storage.models import Lead
from tests.desk.office import bring, events_of, hire, labels, number_of
from tests.world import STAFF, World


def entered(world: World) -> list[Lead]:
    with world.core.database.reading() as session:
        found = [lead for lead, _assignee in leads.all_leads(session) if lead.entered_by]
        session.expunge_all()
        return found


async def test_question_by_question_in_private(world: World) -> None:
    await hire(world, "alex")
    await world.says("alex", "/new")
    await world.says("alex", "Pat Sample")
    assert "How can Pat Sample be reached?" in world.last("alex").text
    await world.says("alex", "ring me")
    assert "can't use “ring me” here" in world.last("alex").text
    assert "Pat Sample" in world.last("alex").text
    await world.says("alex", "07700 900123")
    assert "Halton" in labels(world, "alex")
    await world.presses("alex", "Sefton")
    await world.presses("alex", "Incubator")
    await world.presses("alex", "Ageing")
    await world.says("alex", "A shed; for older men\nto mend things")
    await world.presses("alex", "Consent given")
    assert entered(world) == []
    await world.presses("alex", "Walk-in")
    [lead] = entered(world)
    assert f"Entered as <b>{lead.reference}</b>, for Pat Sample" in world.last("alex").text
    assert (lead.applicant_name, lead.contact, lead.chat_id) == (
        "Pat Sample",
        "+447700900123",
        None,
    )
    assert (lead.borough, lead.theme, lead.source, lead.consented) == (
        "sefton",
        "ageing",
        "walk_in",
        True,
    )
    assert lead.idea["answers"] == {"entered_words": "A shed; for older men\nto mend things"}
    card = world.heard(STAFF)[-1]
    for part in ("Pat Sample", "07700 900123", "Entered by Alex:</b> they came in", "older men"):
        assert part in card
    assert [kind for kind, _who, _words in events_of(world, lead.reference)] == ["entered"]
    await world.presses("alex", "Open it")
    assert "Alex entered it by hand" in world.last("alex").text


async def test_all_in_one_line(world: World) -> None:
    await world.says(
        "alex",
        "/new Pat Sample; 07700 900123; a shed for older men; Sefton; consent given; phone call",
        chat=STAFF,
    )
    [lead] = entered(world)
    assert (lead.kind, lead.borough, lead.source, lead.consented) == (
        "incubator",
        "sefton",
        "phone",
        True,
    )
    assert lead.idea["answers"] == {"entered_words": "a shed for older men"}
    assert any("they rang" in it for it in world.heard(STAFF))


async def test_without_consent_the_card_and_the_export_say_so(world: World) -> None:
    from actions.leads.exports import leads_for_export  # noqa: PLC0415

    await world.says("alex", "/new Pat; a shed for older men", chat=STAFF)
    [lead] = entered(world)
    assert (lead.contact, lead.consented) == (None, False)
    cases = {it["rule"]: it["case"] for it in lead.score_reasons}
    assert (cases["consent"], cases["reachable"]) == ("false", "false")
    assert any("Not agreed yet" in it for it in world.heard(STAFF))
    with world.core.database.reading() as session:
        [row] = leads_for_export(session)
    assert row["consent_at"] is None


async def test_wrong_lines_come_back_with_the_place_to_mend(world: World) -> None:
    for line, said in (
        ("Pat; 0770; a shed", "can't read “0770” as a phone number"),
        ("Pat; 07700 900123", "Say what they want to do"),
        ("; 07700 900123; a shed", "The name comes first"),
    ):
        await world.says("alex", f"/new {line}", chat=STAFF)
        assert said in world.last(STAFF).text
        assert line.strip("; ") in world.last(STAFF).text
    assert entered(world) == []


async def test_replies_say_how_to_reach_them_instead(world: World) -> None:
    await hire(world, "alex")
    await world.says("alex", "/new Pat; 07700 900123; a shed", chat=STAFF)
    number = number_of(world, "a shed")
    await world.says("alex", "We'd love to see it.", chat=STAFF, reply_to=number)
    assert "is not on Telegram" in world.last(STAFF).text
    assert "07700 900123" in world.last(STAFF).text
    [lead] = entered(world)
    await world.says("alex", f"/say {lead.reference} got_it")
    assert "Ring them about" in world.last("alex").text


async def test_two_forms_side_by_side_in_the_group(world: World) -> None:
    for who in ("alex", "bo"):
        await world.says(who, "/new", chat=STAFF)
    asked = [1000 + at for at, (_t, it) in enumerate(world.sender.sent) if "A new lead" in it.text]
    await world.says("bo", "Kim", chat=STAFF, reply_to=asked[1])
    await world.says("alex", "Pat", chat=STAFF, reply_to=asked[0])
    assert "How can Pat be reached?" in world.last(STAFF).text
    assert any("How can Kim be reached?" in it for it in world.heard(STAFF))
    await world.says("alex", "we are only talking", chat=STAFF)
    assert "How can Pat be reached?" in world.last(STAFF).text


async def test_a_form_makes_one_lead_however_often_it_ends(world: World) -> None:
    await hire(world, "alex")
    await world.says("alex", "/new")
    for words in ("Pat", "skip"):
        await world.says("alex", words)
    await world.presses("alex", "Skip")
    await world.presses("alex", "Accelerator")
    about = world.last("alex")
    number = about.edits or 0
    for times in (1, 2):
        await world.says("alex", "A shed", reply_to=number)
        await world.presses("alex", "Not yet")
        await world.presses("alex", "Phone call")
        assert len(entered(world)) == 1, times
    assert "entered already" in world.last("alex").text


async def test_a_chat_that_is_connected_later_gets_their_cards_too(world: World) -> None:
    bring(world, card=False)
    await world.says("alex", "/new Pat; 07700 900123; a shed", chat=STAFF)
    with world.core.database.reading() as session:
        found = leads.open_leads(session, channel="preview")
    assert len(found) == 2
