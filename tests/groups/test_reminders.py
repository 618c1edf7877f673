"""Deadlines of a group: once in its chat, once to its contact, to others only if they asked."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from actions.calls.call_changes import keep_call
from storage import calls, groups
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
from tests.world import World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        with opened.core.database.transaction() as session:
            opened.core.load_samples(session)
        yield opened


@pytest.fixture
async def gathered(world: World) -> Gathered:
    with world.core.database.transaction() as session:
        made = gather(session, world)
    speaks_for(world, "ann", made.group_id)
    await tell_idea(world, "ann")
    return made


def reminders(world: World, who: str) -> list[str]:
    return [text for text in world.heard(who) if "⏰" in text]


async def a_week_on(world: World) -> None:
    await world.live_until(world.clock.now() + timedelta(days=8))


async def test_the_group_and_its_contact_and_nobody_else(world: World, gathered: Gathered) -> None:
    assert gathered
    speaks_for(world, "ann", None)
    await a_week_on(world)
    [in_group], [in_private] = reminders(world, GROUP), reminders(world, "ann")
    for told in (in_group, in_private):
        assert "14 days left" in told
        assert "2 of" in told
    assert "Your contact or your second contact can send it" in in_group
    assert labels(world, GROUP) in ([], ["Go on in private"])
    assert "It's about the idea of <b>Nan's gardeners</b>" in in_private
    assert labels(world, "ann")[0] == "Go on for Nan's gardeners"
    for who in ("ben", "cat", "dan"):
        assert not reminders(world, who)


async def test_a_member_who_asks_gets_their_own(world: World, gathered: Gathered) -> None:
    speaks_for(world, "cat", gathered.group_id)
    await world.says("cat", "remind me")
    await world.says("cat", "growing old")
    await a_week_on(world)
    assert len(reminders(world, "cat")) == 1
    assert len(reminders(world, GROUP)) == 1


async def test_once_it_is_sent_there_is_nothing_to_remind_of(
    world: World, gathered: Gathered
) -> None:
    assert gathered
    await up_to_yes(world, "ann")
    await world.says("ann", "yes")
    assert len(all_leads(world)) == 1
    await a_week_on(world)
    assert not reminders(world, GROUP)
    assert not reminders(world, "ann")


async def test_where_we_are_not_any_more_only_the_contact_hears(
    world: World, gathered: Gathered
) -> None:
    with world.core.database.transaction() as session:
        group = groups.get_group(session, gathered.group_id)
        assert group is not None
        groups.close(session, group, now=world.clock.now())
    await a_week_on(world)
    assert not reminders(world, GROUP)
    assert len(reminders(world, "ann")) == 1


async def test_who_becomes_the_contact_is_reminded_from_then_on(
    world: World, gathered: Gathered
) -> None:
    assert gathered
    await world.says("ann", "hand over")
    await world.presses("ann", "Ben Example")
    await world.presses("ben", "Yes, I'll do it")
    await a_week_on(world)
    assert len(reminders(world, "ben")) == 1


async def test_a_moved_deadline_is_news_in_both(world: World, gathered: Gathered) -> None:
    assert gathered
    world.clock.move_on(timedelta(seconds=1))
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code=CODE)
        assert call is not None
        later = call.closes_at + timedelta(days=3)
        details = calls.CallDetails(
            **{name: getattr(call, name) for name in calls.CallDetails.__dataclass_fields__}
            | {"closes_at": later}
        )
        keep_call(session, details, by="Kim", programme=world.core.programme, now=world.clock.now())
    await world.live_until(world.clock.now() + timedelta(hours=1))
    for who in (GROUP, "ann"):
        assert any("Growing old" in text for text in world.heard(who)[-2:]), who
    assert labels(world, GROUP) in ([], ["Go on in private"])
