"""However many are to be reminded: none twice, none forgotten, nothing flooded, all logged."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bot.loops import build_planner
from bot.pipeline.parcel import RefusedError
from bot.pipeline.planner import Planner
from bot.pipeline.topping_up import BATCH, MOST_WAITING
from storage import calls, fanout
from storage.models import Lease, OutboxRow, Reminder
from storage.outbox import Lane
from storage.reminders import plans_of
from tests.pipeline.crowd import deadlines_in_order, fates, gather, move_deadline, queued
from tests.pipeline.test_reminders import add_call, local, reminders, subscribe
from tests.world import World, open_world

NOON = local(2026, 3, 10, 12)
CLOSES_AT = local(2026, 3, 20, 17)
DAY_BEFORE = local(2026, 3, 19, 17)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=NOON) as opened:
        yield opened


async def top_up(world: World) -> int:
    """Plan as long as there is room; how many subscriptions moved on."""
    count = 0
    while moved := await world.planner.top_up():
        count += moved
    return count


def drain(world: World) -> None:
    """All that waits is sent."""
    with world.core.database.transaction() as session:
        session.execute(
            OutboxRow.table().update().where(OutboxRow.state == "waiting").values(state="sent")
        )


async def test_the_outbox_is_topped_up_and_never_flooded(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    gather(world, MOST_WAITING + 250)
    world.clock.move_to(DAY_BEFORE)
    assert await top_up(world) == MOST_WAITING
    drain(world)
    assert await top_up(world) == 250
    drain(world)
    assert await top_up(world) == 0
    assert fates(world) == {("1d", "queued", None): MOST_WAITING + 250}


async def test_the_nearest_deadline_goes_first(world: World) -> None:
    add_call(world, CLOSES_AT + timedelta(days=6), code="later", reminders=["7d"])
    add_call(world, CLOSES_AT, reminders=["1d"])
    gather(world, BATCH, code="later")
    gather(world, BATCH)
    world.clock.move_to(DAY_BEFORE)
    await top_up(world)
    assert deadlines_in_order(world) == ["garden", "later"]


async def test_wishes_of_ones_own_are_kept(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    gather(world, 3, plan="2d 3h")
    gather(world, 2, at_clock="10:30")
    await world.live_until(CLOSES_AT)
    moments = [at for at, _parcel in world.sender.sent]
    evening = local(2026, 3, 18, 17)
    morning = local(2026, 3, 19, 10, 30)
    assert moments == [evening] * 3 + [morning] * 2 + [local(2026, 3, 20, 14)] * 3


async def test_a_crowd_begins_early_and_hours_are_on_time(world: World) -> None:
    world.planner._rate = 1.0  # so that 600 take ten minutes
    add_call(world, CLOSES_AT, reminders=["1d"])
    add_call(world, DAY_BEFORE + timedelta(hours=2), code="hours", reminders=["2h"])
    gather(world, 600)
    gather(world, 600, code="hours")
    for minutes, moved in ((60, 0), (11, 0), (10, 600), (5, 0), (0, 600)):
        world.clock.move_to(DAY_BEFORE - timedelta(minutes=minutes))
        assert await top_up(world) == moved, minutes
        drain(world)
    assert {due_at for due_at, _state in queued(world)} == {
        DAY_BEFORE - timedelta(minutes=10),
        DAY_BEFORE,
    }


async def test_nobody_is_woken_so_that_a_crowd_is_through_in_time(world: World) -> None:
    world.planner._rate = 0.2
    add_call(world, local(2026, 3, 20, 9), reminders=["1d"])  # 9 is when the quiet hours end
    gather(world, 100)
    world.clock.move_to(local(2026, 3, 19, 8, 59))
    assert await top_up(world) == 0
    world.clock.move_to(local(2026, 3, 19, 9))
    assert await top_up(world) == 100


async def test_none_goes_out_twice_after_a_deadline_moves_away_and_back(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d", "2h"])
    await subscribe(world)
    await world.live_until(DAY_BEFORE)
    assert len(reminders(world)) == 1
    move_deadline(world, CLOSES_AT + timedelta(days=7))
    world.clock.move_to(DAY_BEFORE - timedelta(minutes=5))  # as if the clock were put right
    move_deadline(world, CLOSES_AT)
    await world.live_until(CLOSES_AT + timedelta(days=8))
    assert len(reminders(world)) == 2
    assert fates(world) == {("1d", "sent", None): 1, ("2h", "sent", None): 1}


async def test_what_waits_when_the_deadline_moves_is_dropped_and_logged(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    await subscribe(world)
    world.clock.move_to(DAY_BEFORE)
    await top_up(world)
    move_deadline(world, CLOSES_AT + timedelta(days=7))
    await world.settle()
    assert reminders(world) == []
    assert fates(world) == {("1d", "dropped", "the deadline has moved"): 1}
    await world.live_until(CLOSES_AT + timedelta(days=7))
    assert len(reminders(world)) == 1


async def test_who_stops_and_begins_again_in_time_is_reminded(world: World) -> None:
    world.planner._rate = 0.0003  # one is a crowd already
    add_call(world, CLOSES_AT, reminders=["1d"])
    await subscribe(world)
    world.clock.move_to(DAY_BEFORE - timedelta(minutes=30))
    assert await top_up(world) == 1  # begun early, not sent yet
    with world.core.database.transaction() as session:
        session.execute(OutboxRow.table().update().values(due_at=DAY_BEFORE))
    await world.says("ann", "stop reminding me")
    assert fates(world) == {("1d", "dropped", "stopped"): 1}
    await subscribe(world)
    await world.live_until(CLOSES_AT)
    assert len(reminders(world)) == 1
    assert fates(world) == {("1d", "sent", None): 1}


async def test_a_reminder_that_telegram_refuses_is_logged_as_failed(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    await subscribe(world)
    world.clock.move_to(DAY_BEFORE)
    world.sender.troubles = [RefusedError("bad text")]
    await world.live_until(DAY_BEFORE)
    assert fates(world) == {("1d", "failed", "bad text"): 1}


async def test_after_an_outage_what_is_useless_is_skipped_with_its_reason(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["2d", "1d", "2h"])
    add_call(world, CLOSES_AT + timedelta(days=2), code="withdrawn", reminders=["2d"])
    gather(world, 3)
    gather(world, 2, code="withdrawn")
    with world.core.database.transaction() as session:
        withdrawn = calls.find_call(session, code="withdrawn")
        assert withdrawn is not None
        withdrawn.withdrawn_at = NOON
    world.clock.move_to(CLOSES_AT + timedelta(minutes=1))
    await top_up(world)
    assert queued(world) == []
    assert fates(world) == {
        ("2d", "skipped", "a later one was due as well"): 3,
        ("1d", "skipped", "a later one was due as well"): 3,
        ("2h", "skipped", "no allowed moment is left"): 3,
        ("2d", "skipped", "the call was withdrawn"): 2,
    }


async def test_a_plan_is_logged_once_for_all_who_share_it(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["7d", "1d"])
    gather(world, 5)
    gather(world, 5, at_clock="10:30")
    move_deadline(world, CLOSES_AT + timedelta(days=7))
    with world.core.database.reading() as session:
        call = calls.find_call(session, code="garden")
        assert call is not None
        current = [it for it in plans_of(session, call_id=call.id) if not it.superseded_at]
        assert {(it.at_clock, it.closes_at) for it in current} == {
            ("", call.closes_at),
            ("10:30", call.closes_at),
        }
        assert [entry["offset"] for entry in current[0].entries] == ["7d", "1d"]


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        found.append(statement)

    event.listen(world.core.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(world.core.database.engine, "before_cursor_execute", note)


async def test_many_cost_no_more_statements_than_few(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    add_call(world, CLOSES_AT, code="few", reminders=["1d"])
    gather(world, BATCH)
    gather(world, 2, code="few")
    with counted(world) as moving_many:
        move_deadline(world, CLOSES_AT + timedelta(days=1))
    with counted(world) as moving_few:
        move_deadline(world, CLOSES_AT + timedelta(days=2), code="few")
    assert len(moving_many) == len(moving_few)
    world.clock.move_to(DAY_BEFORE + timedelta(days=1))
    with counted(world) as planning_many:
        assert await world.planner.top_up() == BATCH
    world.clock.move_to(DAY_BEFORE + timedelta(days=2))
    with counted(world) as planning_few:
        assert await world.planner.top_up() == 2
    assert len(planning_many) <= len(planning_few) + 2  # the first look ahead is among them


async def test_idling_writes_nothing(world: World) -> None:
    add_call(world, CLOSES_AT)
    gather(world, 1)
    assert await world.planner.top_up() == 0
    with world.core.database.reading() as session:
        assert session.scalars(select(Lease)).all() == []


async def test_a_clean_stop_lets_go_of_the_lease(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    gather(world, 1)
    world.clock.move_to(DAY_BEFORE)
    loop = asyncio.create_task(world.planner.run())
    await world.core.signals.outbox.wait()
    world.core.signals.stop()
    await loop
    with world.core.database.reading() as session:
        assert session.scalars(select(Lease)).all() == []


@on_postgresql
async def test_two_planners_at_once_double_nothing(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    gather(world, 900)
    world.clock.move_to(DAY_BEFORE)
    other = build_planner(world.core)

    async def plan_on(planner: Planner) -> int:
        return sum([await planner.top_up() for _ in range(30)])

    first, second = await asyncio.gather(plan_on(world.planner), plan_on(other))
    assert (first + second, min(first, second)) == (900, 0)
    gather(world, 50, plan="22h")
    world.clock.move_on(timedelta(hours=2))  # the holder is dead by now: the other takes over
    assert await plan_on(other if first else world.planner) == 50
    with world.core.database.reading() as session:
        reminded = select(func.count(Reminder.subscription_id.distinct()), func.count())
        assert tuple(session.execute(reminded).one()) == (950, 950)
        assert fanout.room_in(session, Lane.REMINDERS, most=2000) == 2000 - 950
