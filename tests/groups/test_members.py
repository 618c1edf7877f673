"""People of a group in their private chats: joining, for whom they speak, roles, leaving."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.groups.joined import GROUP, answers, begun, joins, link_of, member, roles
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
