"""People of a group in their private chats: joining, for whom they speak, roles, leaving."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.pipeline.arrival import Arrival, Happened
from tests.groups.joined import (
    GROUP,
    answers,
    begun,
    facts,
    has_sent_for,
    joins,
    kept_of,
    lead_of,
    link_of,
    member,
    names_in,
    presses_old,
    roles,
    said_by,
)
from tests.world import World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


async def test_the_first_to_join_is_the_contact(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group, named=False)
    assert roles(world, group) == {"ann": "contact", "bob": "member"}
    assert "you're its <b>contact</b>" in world.last("ann").text
    assert "Group one" in world.last("bob").text
    assert member(world, "ann", group).named_at is not None
    assert member(world, "bob", group).named_at is None


async def test_joining_twice_changes_nothing(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await world.says("ann", f"/start {link_of(world, group)}")
    assert "From now on this is for <b>Group one</b>" in world.last("ann").text
    assert roles(world, group) == {"ann": "contact"}


async def test_a_stopped_link_says_so_kindly(world: World) -> None:
    group = begun(world)
    old = link_of(world, group)
    await joins(world, "ann", group)
    await world.says("ann", "stop the invite link")
    assert link_of(world, group) != old
    await world.says("bob", f"/start {old}")
    assert "This link doesn't work any more" in world.last("bob").text
    assert roles(world, group) == {"ann": "contact"}


async def test_what_a_member_tells_is_the_groups(world: World) -> None:
    group = begun(world)
    await world.says("ann", "/idea")
    await world.says("ann", "Nobody mends anything in our street, everything is thrown away")
    own = answers(world, "ann")
    await joins(world, "ann", group)
    await world.presses("ann", "Answer a question")
    await world.says("ann", "There is nowhere to sit in the whole of our long street")
    assert answers(world, "ann") == own
    assert answers(world, GROUP) == {
        "idea_problem": "There is nowhere to sit in the whole of our long street"
    }


async def test_what_another_told_meanwhile_is_not_taken_back(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group)
    await world.presses("ann", "Answer a question")
    await world.presses("bob", "Answer a question")
    await world.says("ann", "There is nowhere to sit in the whole of our long street")
    await world.says("bob", "And old people cannot walk to the shops without a rest")
    told = answers(world, GROUP)["idea_problem"]
    assert told == (
        "There is nowhere to sit in the whole of our long street\n"
        "And old people cannot walk to the shops without a rest"
    )
    await world.says("ann", "/menu")
    await world.says("ann", "/idea")
    assert answers(world, GROUP)["idea_problem"] == told
    assert said_by(world, group) == {"ann": 1, "bob": 1}


async def test_an_old_button_does_not_answer_for_the_other_side(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await world.says("ann", "my own things")
    await world.says("ann", "/eligibility")
    await world.presses("ann", "Just me")
    await world.says("ann", "/groups")
    await world.presses("ann", "Group one")
    await world.says("ann", "/eligibility")
    await presses_old(world, "ann", "Just me", "An organisation")
    assert "from when you spoke for somebody else" in "\n".join(world.heard("ann")[-3:])
    assert facts(world, GROUP) == {}
    assert facts(world, "ann")["applicant_who"] == "individual"


async def test_two_groups_and_oneself_are_three_sides(world: World) -> None:
    one, two = begun(world), begun(world, "group two")
    await joins(world, "ann", one)
    await world.presses("ann", "Answer a question")
    await world.says("ann", "There is nowhere to sit in the whole of our long street")
    await joins(world, "ann", two)
    await world.presses("ann", "Answer a question")
    await world.says("ann", "Nobody mends anything here, it is all thrown away")
    await world.says("ann", "cancel")
    await world.says("ann", "my own things")
    await world.says("ann", "/show_idea")
    assert "nothing in your idea yet" in "\n".join(world.heard("ann")[-2:])
    assert list(answers(world, GROUP).values()) == [
        "There is nowhere to sit in the whole of our long street"
    ]
    assert list(answers(world, "group two").values()) == [
        "Nobody mends anything here, it is all thrown away"
    ]
    assert answers(world, "ann") == {}


async def test_links_of_one_side_are_not_stopped_on_the_other(world: World) -> None:
    group = begun(world)
    await world.says("ann", "/idea")
    await world.says("ann", "Nobody mends anything in our street, everything is thrown away")
    await world.says("ann", "cancel")
    await world.says("ann", "/share")
    await world.presses("ann", "Yes, make a link")
    await joins(world, "ann", group)
    await world.says("ann", "stop sharing")
    assert "not sharing anything just now" in "\n".join(world.heard("ann")[-2:])
    await world.says("ann", "my own things")
    await world.says("ann", "stop sharing")
    assert "Your link doesn't work any more" in "\n".join(world.heard("ann")[-2:])


async def test_who_was_asked_answers_for_the_group_and_who_asked_hears_of_it(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group)
    await world.says("bob", "my own things")
    await world.says("ann", "ask somebody")
    await world.presses("ann", "What would help")
    await world.presses("ann", "Bob")
    assert "Ann from <b>Group one</b>" in world.last("bob").text
    await world.presses("bob", "Answer now")
    await world.says("bob", "A shed, and somebody who lends us tools")
    assert answers(world, GROUP) == {"idea_needs": "A shed, and somebody who lends us tools"}
    assert "Bob has answered for <b>Group one</b>" in world.last("ann").text
    await presses_old(world, "bob", "Answer now")
    assert "settled already" in "\n".join(world.heard("bob")[-3:])


async def test_who_cannot_answer_says_so(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group)
    await world.says("ann", "ask somebody")
    await world.presses("ann", "What would help")
    await world.presses("ann", "Bob")
    await world.presses("bob", "Not me")
    assert "Bob can't answer that one" in world.last("ann").text


async def test_nobody_is_nudged_at_night(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group)
    world.clock.move_on(timedelta(hours=9))
    await world.says("ann", "ask somebody")
    await world.presses("ann", "What would help")
    await world.presses("ann", "Bob")
    assert "thinks you could answer" not in world.last("bob").text
    await world.live_until(world.clock.now() + timedelta(hours=13))
    assert "thinks you could answer" in world.last("bob").text


async def test_what_is_taken_out_goes_and_the_rest_stays(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group)
    await world.presses("ann", "Answer a question")
    await world.presses("bob", "Answer a question")
    await world.says("ann", "There is nowhere to sit in the whole of our long street")
    await world.says("bob", "And old people cannot walk to the shops without a rest")
    await world.says("ann", "cancel")
    await world.says("ann", "leave the group")
    await world.presses("ann", "Take it out")
    assert answers(world, GROUP) == {
        "idea_problem": "And old people cannot walk to the shops without a rest"
    }
    assert roles(world, group) == {"bob": "contact"}
    assert "You're the contact of <b>Group one</b> now" in "\n".join(world.heard("bob"))
    await world.says("bob", "cancel")
    await world.says("bob", "/idea")
    assert "nowhere to sit" not in str(answers(world, GROUP))


async def test_handing_over_moves_what_was_sent(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group)
    reference = has_sent_for(world, group, "ann")
    await world.says("ann", "hand over")
    await world.presses("ann", "Bob")
    await world.presses("bob", "Yes, I'll do it")
    assert roles(world, group) == {"ann": "member", "bob": "contact"}
    assert "Bob is the contact of <b>Group one</b> now" in world.last("ann").text
    assert lead_of(world, reference) == ("bob", "Bob", "telegram")


async def test_who_is_forgotten_leaves_nothing_in_any_group(world: World) -> None:
    one, two = begun(world), begun(world, "group two")
    await joins(world, "bob", one)
    await joins(world, "ann", one)
    await world.presses("ann", "Answer a question")
    await world.says("ann", "There is nowhere to sit in the whole of our long street")
    await joins(world, "ann", two)
    reference = has_sent_for(world, one, "bob", named=("Bob", "Ann"))
    await world.says("ann", "/forget")
    await world.presses("ann", "Yes, delete it all")
    assert roles(world, one) == {"bob": "contact"}
    assert roles(world, two) == {}
    assert answers(world, GROUP) == {}
    assert names_in(world, reference) == ["Bob", None]
    await world.says("ann", "/groups")
    assert "You're in no group here yet" in world.last("ann").text


async def test_a_contact_who_is_forgotten_leaves_the_lead_to_the_next(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group)
    reference = has_sent_for(world, group, "ann")
    await world.says("ann", "/forget")
    await world.presses("ann", "Yes, delete it all")
    assert lead_of(world, reference) == ("bob", "Bob", "telegram")
    assert "Ann" not in kept_of(world, reference)


async def test_with_the_last_member_goes_what_was_sent(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    reference = has_sent_for(world, group, "ann", named=("Ann",))
    await world.says("ann", "/forget")
    await world.presses("ann", "Yes, delete it all")
    assert roles(world, group) == {}
    assert "Ann" not in kept_of(world, reference)


async def test_a_member_who_blocks_us_stays_and_the_second_stands_in(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group)
    await world.says("ann", "give somebody a role")
    await world.presses("ann", "Bob")
    await world.presses("ann", "Second contact")
    await world.arrives(Arrival(Happened.BLOCKED), chat="ann")
    assert "you stand in" in world.last("bob").text
    assert roles(world, group) == {"ann": "contact", "bob": "second"}
    heard = len(world.heard("ann"))
    await world.says("bob", "ask somebody")
    assert "nobody else in it that I can ask" in "\n".join(world.heard("bob")[-2:])
    assert len(world.heard("ann")) == heard


async def test_who_becomes_a_viewer_speaks_for_the_group_no_longer(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group)
    await world.presses("bob", "Answer a question")
    await world.says("ann", "give somebody a role")
    await world.presses("ann", "Bob")
    await world.presses("ann", "Just looking on")
    await world.says("bob", "There is nowhere to sit in the whole of our long street")
    assert answers(world, GROUP) == {}


async def test_the_link_of_the_groups_own_chat(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await world.says("ann", "my own things")
    await world.says("ann", f"/start for-{group}")
    assert "From now on this is for <b>Group one</b>" in world.last("ann").text
    await world.says("bob", f"/start for-{group}")
    assert "You're not in that group here yet" in world.last("bob").text
