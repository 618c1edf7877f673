"""The clock steps back in the midst of a conversation, and nobody waits for it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.pipeline.clockwatch import ClockWatch
from bot.pipeline.parcel import TryLaterError
from storage import accepting, chats
from storage.accepting import Accepted, Stored
from storage.chats import ChatKey
from tests.pipeline.test_mishaps import put
from tests.pipeline.test_reminders import add_call, reminders, subscribe
from tests.world import CHANNEL, World, open_world

HOUR = timedelta(hours=1)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


class Steady:
    """Seconds that only grow, together with the world's clock or without it."""

    def __init__(self, world: World) -> None:
        self.seconds = 0.0
        self.watch = ClockWatch(
            database=world.core.database,
            clock=world.core.clock,
            signals=world.core.signals,
            monotonic=lambda: self.seconds,
        )
        self._world = world

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds
        self._world.clock.move_on(timedelta(seconds=seconds))


@pytest.fixture
def steady(world: World) -> Steady:
    return Steady(world)


async def write_a_line(world: World, steady: Steady) -> None:
    """Ann answers a question; her words wait a moment for more."""
    await world.says("ann", "/idea")
    await steady.watch.look()
    accepted = Accepted(
        "preview:line",
        ChatKey(CHANNEL, "ann"),
        {"happened": "said", "text": "The hut has been empty for years", "message_id": 77},
        joins=True,
    )
    with world.core.database.transaction() as session:
        assert accepting.accept(session, accepted, now=world.clock.now()) is Stored.JOINS


async def test_words_that_wait_for_more_are_answered(world: World, steady: Steady) -> None:
    await write_a_line(world, steady)
    before = len(world.heard("ann"))
    world.clock.move_on(-HOUR)
    assert await steady.watch.look()
    await world.settle()
    assert len(world.heard("ann")) == before + 1


async def test_without_the_watch_they_would_wait(world: World, steady: Steady) -> None:
    await write_a_line(world, steady)
    before = len(world.heard("ann"))
    world.clock.move_on(-HOUR)
    steady.pass_by(600)
    await world.settle()
    assert len(world.heard("ann")) == before


async def test_a_chat_that_was_asked_to_wait_goes_on(world: World, steady: Steady) -> None:
    await world.says("ann", "/start")
    await steady.watch.look()
    world.sender.troubles = [TryLaterError(30)]
    await world.says("ann", "/menu")
    before = len(world.heard("ann"))
    world.clock.move_on(-HOUR)
    assert await steady.watch.look()
    with world.core.database.reading() as session:
        ann = chats.find_chat_id(session, channel=CHANNEL, external_id="ann")
        assert ann is not None
        assert chats.get_chat(session, ann).paused_until is None
    await world.live_until(world.clock.now() + timedelta(seconds=40))
    assert len(world.heard("ann")) > before


async def test_at_a_start_the_newest_update_tells_of_the_step(world: World, steady: Steady) -> None:
    await write_a_line(world, steady)
    before = len(world.heard("ann"))
    world.clock.move_on(-HOUR)
    assert await Steady(world).watch.look()
    await world.settle()
    assert len(world.heard("ann")) == before + 1


async def test_who_writes_afterwards_is_answered_in_order(world: World, steady: Steady) -> None:
    await write_a_line(world, steady)
    world.clock.move_on(-HOUR)
    assert await steady.watch.look()
    put(world, "ann", "/calls", key="preview:after")
    await world.settle()
    heard = world.heard("ann")
    await world.says("ann", "/menu")
    assert len(heard) >= 3
    assert len(world.heard("ann")) > len(heard)


@pytest.mark.parametrize("step", [timedelta(), timedelta(seconds=-0.9), HOUR])
async def test_a_clock_that_is_kept_right_or_set_forward_is_no_matter(
    world: World, steady: Steady, step: timedelta
) -> None:
    await world.says("ann", "/start")
    assert not await steady.watch.look()
    steady.pass_by(1)
    world.clock.move_on(step)
    assert not await steady.watch.look()


async def test_a_reminder_keeps_its_moment(world: World, steady: Steady) -> None:
    closes_at = world.clock.now() + timedelta(hours=5)
    add_call(world, closes_at, reminders=["2h"])
    await subscribe(world)
    await steady.watch.look()
    world.clock.move_on(-HOUR)
    assert await steady.watch.look()
    await world.live_until(closes_at)
    [reminded_at] = reminders(world)
    assert reminded_at == closes_at - timedelta(hours=2)
