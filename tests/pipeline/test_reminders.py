"""Reminders arrive at the promised local time, and never say what is not true any more."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.pipeline.parcel import ChatGoneError
from storage import calls
from storage.calls import CallDetails, Saved
from storage.models import Reminder
from tests.world import World, open_world

LONDON = ZoneInfo("Europe/London")


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type]


def add_call(
    world: World, closes_at: datetime, *, code: str = "garden", reminders: list[str] | None = None
) -> None:
    details = CallDetails(
        code=code,
        title="Gardens together",
        theme="community_assets",
        summary="For green spaces.",
        opens_at=datetime(2026, 1, 1, tzinfo=UTC),
        closes_at=closes_at,
        criteria=[],
        reminders=reminders,
    )
    with world.core.database.transaction() as session:
        calls.save_call(session, details, now=world.clock.now())


async def subscribe(world: World, who: str = "ann", title: str = "Gardens together") -> None:
    await world.says(who, "/remind")
    await world.presses(who, title)


def reminders(world: World, who: str = "ann") -> list[datetime]:
    """When this resident was reminded, in London's time."""
    return [
        at.astimezone(LONDON)
        for at, parcel in world.sender.sent
        if parcel.external_chat_id == who and "⏰" in parcel.text
    ]


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=local(2026, 3, 10, 10)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("start", "closes_at"),
    [
        (local(2026, 3, 10, 10), local(2026, 3, 30, 17)),  # the clocks go forward on 29 March
        (local(2026, 10, 6, 10), local(2026, 10, 26, 17)),  # and back on 25 October
    ],
)
async def test_over_a_clock_change_days_are_days_and_hours_are_hours(
    database_url: str, tmp_path: Path, start: datetime, closes_at: datetime
) -> None:
    with open_world(database_url, tmp_path, at=start) as world:
        add_call(world, closes_at)
        await subscribe(world)
        await world.live_until(closes_at + timedelta(days=1))
        wanted = [closes_at - timedelta(days=days) for days in (14, 7, 2, 1)]  # wall-clock days
        wanted.append((closes_at.astimezone(UTC) - timedelta(hours=2)).astimezone(LONDON))
        assert reminders(world) == wanted
        assert {moment.hour for moment in reminders(world)} == {17, 15}


async def test_a_reminder_minutes_ahead_comes_on_time(world: World) -> None:
    closes_at = world.clock.now() + timedelta(minutes=10)
    add_call(world, closes_at, reminders=["5m", "1m"])
    await subscribe(world)
    await world.live_until(closes_at + timedelta(minutes=5))
    assert reminders(world) == [
        (closes_at - timedelta(minutes=minutes)).astimezone(LONDON) for minutes in (5, 1)
    ]


async def test_nobody_is_woken(world: World) -> None:
    closes_at = local(2026, 3, 20, 8)  # a deadline in quiet hours
    add_call(world, closes_at, reminders=["1d", "2h"])
    await subscribe(world)
    await world.live_until(closes_at + timedelta(days=1))
    moments = reminders(world)
    assert moments
    assert all(9 <= moment.hour < 20 and moment < closes_at for moment in moments)


async def test_after_an_outage_one_reminder_says_it_all(world: World) -> None:
    closes_at = local(2026, 3, 28, 17)
    add_call(world, closes_at)
    await subscribe(world)
    world.clock.move_to(local(2026, 3, 27, 10))  # 14, 7 and 2 days before went by unserved
    await world.live_until(local(2026, 3, 27, 10, 1))
    assert len(reminders(world)) == 1
    await world.live_until(closes_at + timedelta(hours=1))
    assert len(reminders(world)) == 3


async def test_an_outage_that_ends_at_night_wakes_nobody(world: World) -> None:
    closes_at = local(2026, 3, 28, 17)
    add_call(world, closes_at, reminders=["2d"])
    await subscribe(world)
    world.clock.move_to(local(2026, 3, 26, 23))
    await world.live_until(local(2026, 3, 27, 12))
    assert reminders(world) == [local(2026, 3, 27, 9)]


async def test_who_stops_hears_no_more(world: World) -> None:
    closes_at = local(2026, 3, 28, 17)
    add_call(world, closes_at)
    await subscribe(world)
    await world.live_until(local(2026, 3, 22, 10))
    before = len(reminders(world))
    assert before
    await world.says("ann", "stop reminding me")
    await world.live_until(closes_at)
    assert len(reminders(world)) == before


@pytest.mark.parametrize(
    ("act", "state"), [(calls.withdraw_call, "withdrawn"), (calls.close_call_early, "closed")]
)
async def test_a_queued_reminder_of_a_call_that_is_over_is_dropped(
    act: Callable[..., Saved], state: str, world: World
) -> None:
    closes_at = local(2026, 3, 28, 17)
    add_call(world, closes_at, reminders=["2d"])
    await subscribe(world)
    world.clock.move_to(local(2026, 3, 26, 17, 0))
    await world.core.database.write(world.planner.work)  # queued, not yet sent
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code="garden")
        assert call is not None
        assert act(session, call, by="Ann", now=world.clock.now()).changed
    await world.settle()
    assert reminders(world) == []
    with world.core.database.reading() as session:
        [reason] = session.scalars(select(Reminder.reason))
    assert state in str(reason)


async def test_subscribing_twice_is_one_subscription(world: World) -> None:
    closes_at = local(2026, 3, 28, 17)
    add_call(world, closes_at, reminders=["1d"])
    await subscribe(world)
    await subscribe(world)
    await world.live_until(closes_at)
    assert len(reminders(world)) == 1


async def test_who_blocked_the_bot_is_let_go(world: World) -> None:
    closes_at = local(2026, 3, 28, 17)
    add_call(world, closes_at, reminders=["3d", "2d", "1d"])
    await subscribe(world)
    world.sender.troubles.append(ChatGoneError("blocked"))
    await world.live_until(closes_at)
    assert reminders(world) == []
    assert world.sender.troubles == []
