"""Reminders off: none goes out, whichever process would send it; on again: by the rules for late
ones, as was said before."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from actions.times.overdue import Overdue, overdue
from bot.core import open_core
from bot.loops import build_planner
from bot.pipeline.planner import Planner
from storage import calls, fanout, switches
from storage.models import Lease, Reminder
from storage.outbox import Lane
from storage.switches import REMINDERS
from tests.pipeline.crowd import fates, gather, queued
from tests.pipeline.test_reminders import add_call, local, subscribe
from tests.reading import read_once
from tests.world import World, open_world

NOON = local(2026, 3, 10, 12)
CLOSES_AT = local(2026, 3, 20, 17)
DAY_BEFORE = local(2026, 3, 19, 17)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=NOON) as opened:
        yield opened


@pytest.fixture
def others(world: World) -> Iterator[list[Planner]]:
    """The planners of two more processes on the same database."""
    with ExitStack() as stack:
        cores = [
            stack.enter_context(open_core(world.core.settings, clock=world.clock, read=read_once))
            for _ in "ab"
        ]
        yield [build_planner(core) for core in cores]


def turn_off(world: World) -> bool:
    with world.core.database.transaction() as session:
        now = world.clock.now()
        return switches.turn_off(session, REMINDERS, who="Kim", why="A wrong date", now=now)


def turn_on(world: World) -> Overdue:
    """What was said before, then it is done."""
    with world.core.database.transaction() as session:
        programme, now = world.core.programme, world.clock.now()
        late = overdue(session, programme=programme, now=now)
        switches.turn_on(session, REMINDERS)
        fanout.end_pause(session, Lane.REMINDERS, now=now)
        return late


def states(world: World) -> Counter[str]:
    with world.core.database.reading() as session:
        return Counter(session.scalars(select(Reminder.state)))


async def test_no_process_plans_while_they_are_off(world: World, others: list[Planner]) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    gather(world, 30)
    turn_off(world)
    world.clock.move_to(DAY_BEFORE)
    for planner in (world.planner, *others):
        assert await planner.top_up() == 0
        with world.core.database.transaction() as session:
            assert planner.work(session) == 0  # nor who looked just before
            session.rollback()
    assert queued(world) == []
    turn_on(world)
    await world.live_until(DAY_BEFORE + timedelta(minutes=1))
    assert states(world) == {"sent": 30}


async def test_the_planner_that_holds_the_lease_obeys_as_well(
    world: World, others: list[Planner]
) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    gather(world, 250)
    world.clock.move_to(DAY_BEFORE)
    assert await others[0].top_up() == 100
    turn_off(world)
    assert await others[0].top_up() == 0
    assert await others[1].top_up() == 0
    assert len(queued(world)) == 100


async def test_what_is_in_the_outbox_waits_as_well_and_goes_when_they_are_on(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d", "2h"])
    gather(world, 20)
    world.clock.move_to(DAY_BEFORE)
    while await world.planner.top_up():
        pass
    turn_off(world)
    await world.live_until(DAY_BEFORE + timedelta(hours=2))
    assert world.sender.sent == []
    assert states(world) == {"queued": 20}
    late = turn_on(world)
    assert (late.count, late.goes) == (20, 20)
    await world.settle()
    assert states(world) == {"sent": 20}


async def test_what_becomes_of_the_late_is_what_was_said(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d", "2h"])
    add_call(world, local(2026, 3, 21, 17), code="later", reminders=["2d", "1d"])
    add_call(world, local(2026, 3, 25, 17), code="off", reminders=["5d"])
    gather(world, 12)
    gather(world, 30, code="later")
    gather(world, 4, code="off")
    turn_off(world)
    world.clock.move_to(local(2026, 3, 21, 12))  # one deadline has passed, one comes up
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code="off")
        assert call is not None
        calls.withdraw_call(session, call, by="Ann", now=world.clock.now())
    late = turn_on(world)
    assert late.goes == 30
    assert late.skipped == {"no allowed moment is left": 12, "the call was withdrawn": 4}
    assert late.count == 46
    await world.live_until(local(2026, 3, 21, 12, 1))
    sent = {what: count for what, count in fates(world).items() if what[1] == "sent"}
    assert sent == {("1d", "sent", None): 30}
    why: Counter[str | None] = Counter()
    for (_offset, state, reason), count in fates(world).items():
        why[reason] += count if state == "skipped" else 0
    assert why["the call was withdrawn"] == 4
    assert why["a later one was due as well"] == 30 + 12


async def test_at_night_it_says_that_they_go_in_the_morning(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    gather(world, 5)
    turn_off(world)
    world.clock.move_to(local(2026, 3, 19, 23))
    late = turn_on(world)
    morning = local(2026, 3, 20, 9)
    assert (late.goes, late.begins_at) == (5, morning)
    await world.live_until(CLOSES_AT)
    assert {at for at, _parcel in world.sender.sent} == {morning}


async def test_answers_go_on_while_they_are_off(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    turn_off(world)
    await subscribe(world)
    assert "Gardens together" in world.heard("ann")[-1]


async def test_who_turns_it_off_first_is_named_and_idling_writes_nothing(world: World) -> None:
    assert turn_off(world)
    world.clock.move_on(timedelta(hours=1))
    assert not turn_off(world)
    with world.core.database.reading() as session:
        off = switches.find_off(session, REMINDERS)
        assert off is not None
        assert (off.since, off.who, off.why) == (NOON, "Kim", "A wrong date")
        assert session.scalars(select(Lease)).all() == []
    turn_on(world)
    with world.core.database.transaction() as session:
        assert switches.find_off(session, REMINDERS) is None
        assert not switches.turn_on(session, REMINDERS)
    assert turn_off(world)
