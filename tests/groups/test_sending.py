"""A group sends its idea: who may, what goes, who hears of it, and what can be done afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import leads, members
from storage.members import SECOND
from tests.groups.gathered import (
    GROUP,
    Gathered,
    all_leads,
    gather,
    labels,
    speaks_for,
    tell_idea,
    up_to_yes,
)
from tests.world import STAFF, World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        with opened.core.database.transaction() as session:
            opened.core.load_samples(session)
        yield opened


@pytest.fixture
def gathered(world: World) -> Gathered:
    with world.core.database.transaction() as session:
        made = gather(session, world)
    speaks_for(world, "ann", made.group_id)
    return made


async def send_in(world: World, who: str = "ann") -> str:
    await tell_idea(world, who)
    await up_to_yes(world, who)
    await world.says(who, "yes")
    return all_leads(world)[-1].reference


async def test_the_contact_sees_with_whom_it_goes_and_everybody_hears_once(
    world: World, gathered: Gathered
) -> None:
    await tell_idea(world, "ann")
    await up_to_yes(world, "ann")
    shown = world.heard("ann")[-2]
    assert "Sent by:</b> Nan's gardeners" in shown
    assert "Members (4):</b> Ann Example (contact), Cat Example (member)" in shown
    assert "and 2 more who did not want to be named" in shown
    assert not any("for somebody else" in text for text in world.heard("ann"))
    await world.says("ann", "yes")
    [lead] = all_leads(world)
    assert (lead.applicant_kind, lead.on_behalf_of) == ("group", "Nan's gardeners")
    assert (lead.applicant_name, lead.contact) == ("Ann Example", "telegram")
    assert (lead.chat_id, lead.group_id) == (gathered.chat_ids["ann"], gathered.group_id)
    assert [it["name"] for it in lead.members or ()] == ["Ann Example", None, "Cat Example", None]
    assert any(lead.reference in text for text in world.heard("ann"))
    told = [text for text in world.heard(GROUP) if lead.reference in text]
    assert len(told) == 1
    assert "Ann is the contact" in told[0]
    assert any(lead.reference in text and "Rust" in text for text in world.heard("ben"))
    assert not world.heard("cat")
    card = next(text for text in world.heard(STAFF) if lead.reference in text)
    assert "Nan's gardeners (contact: Ann Example)" in card
    assert "Cat Example (member)" in card
    assert "Ben" not in card


async def test_the_second_may_send_and_the_contact_stands_for_it(
    world: World, gathered: Gathered
) -> None:
    await tell_idea(world, "ann")
    speaks_for(world, "ben", gathered.group_id)
    for words in ("send it to the team", "yes", "yes"):
        await world.says("ben", words)
    [lead] = all_leads(world)
    assert (lead.applicant_name, lead.chat_id) == ("Ann Example", gathered.chat_ids["ann"])
    assert any(lead.reference in text for text in world.heard("ann"))
    await up_to_yes(world, "ann")
    await world.says("ann", "yes")
    assert any("No need to send it twice" in text for text in world.heard("ann")[-3:])
    assert [it.reference for it in all_leads(world)] == [lead.reference]


async def test_others_are_told_who_can_send(world: World, gathered: Gathered) -> None:
    await tell_idea(world, "ann")
    speaks_for(world, "cat", gathered.group_id)
    await world.says("cat", "send it to the team")
    assert "That's Ann Example, Ben Example" in world.last("cat").text
    assert "Shall I send it?" not in world.last("cat").text
    assert not all_leads(world)


async def test_the_contact_handles_it_also_when_they_speak_for_themselves(
    world: World, gathered: Gathered
) -> None:
    reference = await send_in(world)
    speaks_for(world, "ann", None)
    await world.says("ann", "/status")
    assert "for Nan's gardeners" in world.last("ann").text
    await world.says("alex", f"/changes {reference} 1 say more", chat=STAFF)
    await world.says("ann", "Rust, in twenty sheds")
    await world.presses("ann", "Yes, send it")
    with world.core.database.reading() as session:
        [lead] = leads.leads_of_group(session, group_id=gathered.group_id)
        assert lead.idea is not None
        assert lead.idea["answers"]["idea_problem"] == "Rust, in twenty sheds"
    assert "before: Rust" in world.last("ben").text
    assert "now: Rust, in twenty sheds" in world.last("ben").text
    await world.says("ann", "show me what i sent")
    assert f"Change {reference}" not in labels(world, "ann")
    await world.says("ann", "take it back")
    await world.says("ann", "yes")
    assert all_leads(world)[0].status == "withdrawn"
    assert any("was taken back" in text for text in world.heard(GROUP))
    speaks_for(world, "ann", gathered.group_id)
    await up_to_yes(world, "ann")
    await world.says("ann", "yes")
    [lead] = all_leads(world)
    assert (lead.status, lead.reference) == ("resubmitted", reference)
    assert lead.idea is not None
    assert lead.idea["answers"]["idea_problem"] == "Rust, in twenty sheds"


async def test_what_staff_write_reaches_the_contact_and_comes_back(
    world: World, gathered: Gathered
) -> None:
    reference = await send_in(world)
    card = next(
        (parcel, number)
        for number, (_at, parcel) in enumerate(world.sender.sent)
        if parcel.external_chat_id == STAFF and reference in parcel.text
    )
    await world.says("alex", "When can we visit?", chat=STAFF, reply_to=1000 + card[1])
    assert any("When can we visit?" in text for text in world.heard("ann"))
    await world.says("ann", "On Friday")
    assert any("On Friday" in text for text in world.heard(STAFF))


async def test_a_person_of_their_own_sends_and_sees_only_their_own(
    world: World, gathered: Gathered
) -> None:
    await send_in(world)
    speaks_for(world, "dan", None)
    await tell_idea(world, "dan")
    for words in ("Send it to the team", "no", "yes", "Dan", "here on telegram", "yes"):
        await world.says("dan", words)
    own = all_leads(world)[-1]
    assert (own.group_id, own.members) == (None, None)
    await world.says("dan", "/status")
    assert "Nan's gardeners" not in world.last("dan").text
    with world.core.database.transaction() as session:
        dan = members.membership(
            session, group_id=gathered.group_id, chat_id=gathered.chat_ids["dan"]
        )
        assert dan is not None
        members.give_role(session, dan, SECOND)
    speaks_for(world, "dan", gathered.group_id)
    await world.says("dan", "/status")
    assert own.reference not in world.last("dan").text
    assert "Nan's gardeners" in world.last("dan").text
