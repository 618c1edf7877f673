"""However many are to be told: none twice, none forgotten, nothing flooded, whatever dies."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from actions.criteria.news import EVERYTHING
from bot.call_reports import do_to_call
from bot.core import open_core
from bot.loops import build_herald
from bot.pipeline.herald import Herald
from bot.pipeline.topping_up import BATCH, MOST_WAITING
from storage.models import CallNews, Chat, Interest, Lease, OutboxRow, Subscription
from tests.pipeline.test_news import NOON, OPEN, act, keep
from tests.reading import read_once
from tests.world import CHANNEL, World, open_world

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
MANY = 10_000


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=NOON) as opened:
        yield opened


def gather(world: World, count: int) -> None:
    """So many new chats want to hear of everything; every tenth follows all calls besides."""
    now = world.clock.now() - timedelta(minutes=1)
    with world.core.database.transaction() as session:
        known = session.scalar(select(func.count()).select_from(Chat)) or 0
        chat = {"channel": CHANNEL, "kind": "private", "created_at": now}
        chat |= {"expects_text": False, "missed_reply": False}
        rows = [{**chat, "external_id": f"crowd{known + number}"} for number in range(count)]
        ids = session.scalars(insert(Chat).returning(Chat.id), rows).all()
        wish = {"kind": EVERYTHING, "value": "", "created_at": now}
        session.execute(insert(Interest), [{**wish, "chat_id": id_} for id_ in ids])
        follow = {"call_id": 1, "closes_at": OPEN.closes_at, "created_at": now}
        if session.scalars(select(CallNews.id)).first():
            session.execute(insert(Subscription), [{**follow, "chat_id": id_} for id_ in ids[::10]])


async def tell_all(herald: Herald) -> int:
    """Tell as long as there is something to do; in how many transactions."""
    count = 0
    while await herald.top_up():
        count += 1
    return count


def queued(world: World) -> Counter[str]:
    """How often each thing was queued, by what it is to whom."""
    with world.core.database.reading() as session:
        keys = session.scalars(select(OutboxRow.dedupe_key).where(OutboxRow.kind == "news"))
        return Counter(key or "" for key in keys)


def drain(world: World) -> None:
    """All that waits is sent."""
    with world.core.database.transaction() as session:
        session.execute(update(OutboxRow).where(OutboxRow.state == "waiting").values(state="sent"))


async def test_ten_thousand_are_told_in_small_steps_and_the_outbox_is_not_flooded(
    world: World,
) -> None:
    gather(world, MANY)
    keep(world, OPEN)
    steps = 0
    for told in range(MOST_WAITING, MANY + 1, MOST_WAITING):
        steps += await tell_all(world.herald)
        assert len(queued(world)) == told
        drain(world)
    steps += await tell_all(world.herald)
    assert set(queued(world).values()) == {1}
    assert MANY / BATCH <= steps <= MANY / BATCH + MANY / MOST_WAITING + 1


async def test_a_crash_between_two_batches_loses_nobody_and_doubles_nothing(world: World) -> None:
    gather(world, 3 * BATCH)
    keep(world, OPEN)
    assert await world.herald.top_up()
    with world.core.database.transaction() as session:
        world.herald.work(session)
        session.rollback()  # the process dies before the commit
    assert len(queued(world)) == BATCH
    after = build_herald(world.core)
    world.clock.move_on(timedelta(minutes=1))  # the lease of who died is over
    await tell_all(after)
    assert len(queued(world)) == 3 * BATCH
    assert set(queued(world).values()) == {1}


async def test_a_change_in_the_middle_is_what_the_rest_is_told(world: World) -> None:
    keep(world, OPEN)
    await tell_all(world.herald)
    gather(world, 3 * BATCH)
    world.clock.move_on(timedelta(minutes=1))
    act(world, "withdraw")
    await world.herald.top_up()
    await world.settle()
    act(world, "reopen")
    await tell_all(world.herald)
    await world.settle()
    told = Counter(parcel.external_chat_id for _at, parcel in world.sender.sent)
    assert set(told.values()) == {2}
    assert len(told) == BATCH  # the others need not hear of what was taken back


async def test_idling_writes_nothing(world: World) -> None:
    keep(world, OPEN, opens_at=NOON + timedelta(days=1))
    gather(world, 1)
    assert not await world.herald.top_up()
    with world.core.database.reading() as session:
        assert session.scalars(select(Lease)).all() == []


async def test_what_another_process_does_is_seen_within_five_seconds(world: World) -> None:
    keep(world, OPEN)
    await tell_all(world.herald)
    gather(world, 10)
    with open_core(world.core.settings, clock=world.clock, read=read_once) as elsewhere:
        running = asyncio.create_task(world.herald.run())
        await asyncio.sleep(0.1)
        world.clock.move_on(timedelta(minutes=1))
        do_to_call(elsewhere, "withdraw", "garden", by="Ann")
        async with asyncio.timeout(5):
            while not queued(world):  # noqa: ASYNC110  # it is the database that changes
                await asyncio.sleep(0.05)
        world.core.signals.stop()
        await running
    with world.core.database.reading() as session:
        assert session.scalars(select(Lease)).all() == []


@on_postgresql
async def test_two_heralds_at_once_double_nothing(world: World) -> None:
    gather(world, 900)
    keep(world, OPEN)
    other = build_herald(world.core)

    async def tell_on(herald: Herald) -> int:
        return sum([await herald.top_up() for _ in range(30)])

    first, second = await asyncio.gather(tell_on(world.herald), tell_on(other))
    assert min(first, second) == 0
    assert len(queued(world)) == 900
    world.clock.move_on(timedelta(minutes=1))  # the holder is dead by now: the other takes over
    gather(world, 50)
    drain(world)
    world.clock.move_on(timedelta(minutes=1))
    act(world, "withdraw")
    await tell_all(other if first else world.herald)
    assert len(queued(world)) == 900 + 950
