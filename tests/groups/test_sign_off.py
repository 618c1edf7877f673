"""Two people of a group agree before it is sent."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage import calls, chats, groups, ideas, members, sign_offs, submissions
from storage.models import Idea, SignOff
from tests.groups.gathered import (
    CODE,
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
            call = calls.find_call(session, code=CODE)
            assert call is not None
            call.sign_off = True
        yield opened


@pytest.fixture
def gathered(world: World) -> Gathered:
    with world.core.database.transaction() as session:
        made = gather(session, world)
    speaks_for(world, "ann", made.group_id)
    return made


async def ask(world: World) -> None:
    await tell_idea(world, "ann")
    await up_to_yes(world, "ann")
    await world.says("ann", "yes")


def states(world: World, gathered: Gathered) -> list[str]:
    with world.core.database.reading() as session:
        found = session.query(SignOff).order_by(SignOff.id)
        return [it.state for it in found if it.group_id == gathered.group_id]


async def test_the_second_sees_all_of_it_and_it_goes_when_they_agree(
    world: World, gathered: Gathered
) -> None:
    await ask(world)
    assert "I've asked <b>Ben Example</b>" in world.last("ann").text
    await world.says("ann", "/status")
    assert "It waits for Ben Example to agree" in world.last("ann").text
    assert not all_leads(world)
    assert not any("LCR-" in text for text in world.heard(GROUP))
    shown = world.heard("ben")[-2]
    assert "Ann Example" in shown
    assert "Rust" in shown
    assert "Members (4)" in shown
    assert "Growing old round here" in shown
    world.clock.move_on(timedelta(hours=5))
    await world.presses("ben", "I agree, send it")
    [lead] = all_leads(world)
    assert (lead.applicant_name, lead.chat_id) == ("Ann Example", gathered.chat_ids["ann"])
    with world.core.database.reading() as session:
        [sent] = submissions.submissions_of(session, lead_id=lead.id)
    assert sent.sent_at == world.clock.now()
    for who in ("ann", "ben", GROUP):
        assert len([it for it in world.heard(who) if lead.reference in it]) == 1, who
    assert any(lead.reference in text for text in world.heard(STAFF))
    assert states(world, gathered) == ["agreed"]
    await world.presses("ben", "I agree, send it")
    assert len(all_leads(world)) == 1


async def test_sent_back_the_first_gets_the_note_and_keeps_the_draft(
    world: World, gathered: Gathered
) -> None:
    await ask(world)
    await world.presses("ben", "Send it back with a note")
    await world.says("ben", "Say how many sheds")
    assert "Ann Example has your note" in world.last("ben").text
    told = world.last("ann").text
    assert "Ben Example" in told
    assert "Say how many sheds" in told
    assert not all_leads(world)
    assert states(world, gathered) == ["returned"]
    await up_to_yes(world, "ann")
    await world.says("ann", "yes")
    assert states(world, gathered) == ["returned", "asked"]
    await world.presses("ben", "I agree, send it")
    assert len(all_leads(world)) == 1


async def test_what_has_changed_since_is_shown_again(world: World, gathered: Gathered) -> None:
    await ask(world)
    with world.core.database.transaction() as session:
        cat = members.membership(
            session, group_id=gathered.group_id, chat_id=gathered.chat_ids["cat"]
        )
        assert cat is not None
        members.leave(session, cat, now=world.clock.now())
    await world.presses("ben", "I agree, send it")
    assert not all_leads(world)
    assert any("Something has changed" in text for text in world.heard("ben"))
    assert "Members (3)" in world.heard("ben")[-2]
    assert states(world, gathered) == ["void", "asked"]
    with world.core.database.transaction() as session:
        [asked] = sign_offs.open_of_group(session, group_id=gathered.group_id)
        idea = session.get_one(Idea, asked.draft["lead"]["idea_id"])
        ideas.add_answer(session, idea, question="idea_problem", text="Rot", now=world.clock.now())
    await world.says("ben", "yes")
    assert not all_leads(world)
    assert "Rot" in world.heard("ben")[-2]
    await world.says("ben", "yes")
    [lead] = all_leads(world)
    assert len(lead.members or ()) == 3
    assert lead.idea is not None
    assert lead.idea["answers"]["idea_problem"] == "Rot"


async def test_asked_again_replaces_and_an_old_button_agrees_to_nothing(
    world: World, gathered: Gathered
) -> None:
    await ask(world)
    old = next(key.token for key in world.last("ben").keys if "agree" in key.button.label)
    await up_to_yes(world, "ann")
    await world.says("ann", "yes")
    assert states(world, gathered) == ["void", "asked"]
    await world.presses_token("ben", old)
    assert not all_leads(world)
    assert any("under an earlier one" in text for text in world.heard("ben"))
    await world.presses("ben", "I agree, send it")
    assert states(world, gathered) == ["void", "agreed"]


async def test_the_contact_is_asked_when_the_second_sends(world: World, gathered: Gathered) -> None:
    await tell_idea(world, "ann")
    speaks_for(world, "ben", gathered.group_id)
    for words in ("send it to the team", "yes", "yes"):
        await world.says("ben", words)
    assert "I've asked <b>Ann Example</b>" in world.last("ben").text
    await world.presses("ann", "I agree, send it")
    [lead] = all_leads(world)
    assert lead.chat_id == gathered.chat_ids["ann"]
    assert any(lead.reference in text for text in world.heard("ben"))


async def test_without_a_second_it_says_who_could_be(world: World, gathered: Gathered) -> None:
    with world.core.database.transaction() as session:
        ben = members.with_role(session, group_id=gathered.group_id, role="second")
        assert ben is not None
        members.give_role(session, ben, "member")
    await ask(world)
    told = world.last("ann").text
    assert "Ben Example, Cat Example, Dan Example" in told
    assert "Everything is kept" in told
    assert states(world, gathered) == []


async def test_without_anybody_else_it_says_how_they_join(world: World) -> None:
    with world.core.database.transaction() as session:
        made = gather(session, world, roles={"ann": "contact"})
    speaks_for(world, "ann", made.group_id)
    await ask(world)
    assert "nobody else has joined" in world.last("ann").text


async def test_a_second_who_cannot_be_reached_is_named(world: World, gathered: Gathered) -> None:
    with world.core.database.transaction() as session:
        chats.mark_blocked(session, gathered.chat_ids["ben"], now=world.clock.now())
    await ask(world)
    assert "can't write to <b>Ben Example</b>" in world.last("ann").text
    assert states(world, gathered) == []


async def test_kindly_reminded_once_before_the_deadline(world: World, gathered: Gathered) -> None:
    await ask(world)
    await world.presses("ben", "Not now")
    await world.live_until(world.clock.now() + timedelta(days=6))
    told = [text for text in world.heard("ben") if "slip by" in text]
    assert len(told) == 1
    await world.presses("ben", "Have a look at it")
    await world.presses("ben", "I agree, send it")
    assert len(all_leads(world)) == 1


async def test_after_the_deadline_nothing_goes_and_both_hear_of_it(
    world: World, gathered: Gathered
) -> None:
    await ask(world)
    world.clock.move_on(timedelta(days=40))
    await world.presses("ben", "I agree, send it")
    assert not all_leads(world)
    assert any("closed at" in text and "Your idea is safe" in text for text in world.heard("ben"))
    assert any("had closed by then" in text for text in world.heard("ann"))
    assert states(world, gathered) == ["void"]


async def test_status_leads_back_to_it(world: World, gathered: Gathered) -> None:
    await ask(world)
    await world.presses("ben", "Not now")
    await world.says("ben", "/status")
    await world.presses("ben", "Agree to what we send")
    await world.says("ben", "I agree")
    assert states(world, gathered) == ["agreed"]


async def test_the_same_again_needs_no_second_yes(world: World, gathered: Gathered) -> None:
    await ask(world)
    await world.presses("ben", "I agree, send it")
    await up_to_yes(world, "ann")
    await world.says("ann", "yes")
    assert any("No need to send it twice" in text for text in world.heard("ann")[-3:])
    assert states(world, gathered) == ["agreed"]


async def test_a_group_may_want_it_for_everything(world: World, gathered: Gathered) -> None:
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code=CODE)
        assert call is not None
        call.sign_off = False
    await world.says("ann", "two of us should agree before sending")
    await world.presses("ann", "Yes, two of us agree")
    with world.core.database.reading() as session:
        group = groups.get_group(session, gathered.group_id)
        assert group is not None
        assert group.two_agree
    await ask(world)
    assert states(world, gathered) == ["asked"]
    speaks_for(world, "cat", gathered.group_id)
    await world.says("cat", "two of us should agree before sending")
    assert "Only the contact" in world.last("cat").text


async def test_nobody_else_can_agree(world: World, gathered: Gathered) -> None:
    await ask(world)
    speaks_for(world, "cat", gathered.group_id)
    await world.says("cat", "sign it off")
    assert "nothing for you to agree to" in world.last("cat").text
    with world.core.database.reading() as session:
        assert len(sign_offs.open_of_group(session, group_id=gathered.group_id)) == 1
    assert "Agree to what we send" not in labels(world, "cat")
