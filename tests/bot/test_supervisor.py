"""A loop that fails for no reason we know goes on, is told of, and takes no other along."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import ManualClock
from bot.pipeline.signals import Signals
from bot.serving import healthz
from bot.stopping import run_until
from bot.supervisor import LONGEST_PAUSE, STEADY_AFTER, Supervisor
from bot.telegram.bot import TokenRefusedError
from storage import leases, loop_failures
from storage.database import Database
from storage.loop_failures import Failing

WRITTEN = "words of Ann Example"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Pauses(Signals):
    """Lets the time of a pause pass at once, and keeps how long it was."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self.clock = clock
        self.paused: list[float] = []

    async def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.clock.move_on(timedelta(seconds=seconds))
        await asyncio.sleep(0)


class Stage:
    """Loops, and the supervisor who watches them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock(NOON)
        self.signals = Pauses(self.clock)
        self.stop = asyncio.Event()
        self.supervisor = Supervisor(
            database=database,
            clock=self.clock,
            signals=self.signals,
            monotonic=lambda: self.clock.now().timestamp(),
        )

    def told(self) -> list[Failing]:
        with self.database.reading() as session:
            held = leases.held(session, prefix="")
        return loop_failures.among(held, now=self.clock.now())


class Loop:
    """Fails so many times, each after `takes` seconds, then works until it is stopped."""

    def __init__(self, stage: Stage, failures: int, *, takes: float = 0) -> None:
        self.stage, self.left, self.takes = stage, failures, takes
        self.works = asyncio.Event()
        self.runs = 0

    async def run(self) -> None:
        self.runs += 1
        self.stage.clock.move_on(timedelta(seconds=self.takes))
        if self.left:
            self.left -= 1
            raise ZeroDivisionError(WRITTEN)
        self.works.set()
        await self.stage.signals.stopping.wait()


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


@asynccontextmanager
async def running(stage: Stage, **loops: Loop) -> AsyncIterator[asyncio.Task[None]]:
    watched = [stage.supervisor.watched(name, loop.run) for name, loop in loops.items()]
    task = asyncio.create_task(run_until(stage.stop, stage.signals, watched))
    async with asyncio.timeout(10):
        yield task
        stage.stop.set()
        await task


async def test_it_fails_twice_then_works_and_the_others_never_notice(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    planner, herald = Loop(stage, 2), Loop(stage, 0)
    async with running(stage, planner=planner, herald=herald):
        await planner.works.wait()
        assert (planner.runs, herald.runs) == (3, 1)
        assert stage.signals.paused == [1, 2]
        [failing] = stage.supervisor.failing()
        assert (failing.loop, failing.since, failing.failures) == ("planner", NOON, 2)
        assert [(it.loop, it.since, it.failures) for it in stage.told()] == [("planner", NOON, 2)]
    assert caplog.text.count("the loop planner failed") == 2
    assert "in run" in caplog.text  # where it happened …
    assert WRITTEN not in caplog.text  # … and nothing that anybody wrote


async def test_what_has_run_well_for_a_while_fails_no_more_and_begins_small_again(
    stage: Stage,
) -> None:
    planner = Loop(stage, 2)
    async with running(stage, planner=planner):
        await planner.works.wait()
        stage.clock.move_on(timedelta(seconds=STEADY_AFTER + 3))
        assert stage.supervisor.failing() == stage.told() == []
    slow = Loop(Stage(stage.database), 2, takes=300)
    async with running(slow.stage, retention=slow):
        await slow.works.wait()
        assert slow.stage.signals.paused == [1, 2]  # each time after so long: it still fails


async def test_the_pause_grows_to_a_minute(stage: Stage) -> None:
    planner = Loop(stage, 9)
    async with running(stage, planner=planner):
        await planner.works.wait()
    assert stage.signals.paused == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert max(stage.signals.paused) == LONGEST_PAUSE


async def test_a_refused_token_ends_the_process_alone_or_among_others(stage: Stage) -> None:
    async def refused() -> None:
        raise TokenRefusedError

    async def among_others() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(refused())

    for loop in (refused, among_others):
        with pytest.raises((TokenRefusedError, ExceptionGroup)):
            await run_until(
                asyncio.Event(), Pauses(stage.clock), [stage.supervisor.watched("intake", loop)]
            )
    assert stage.supervisor.failing() == []


async def test_a_stop_ends_what_fails_and_leaves_nothing_behind(stage: Stage) -> None:
    signals, ended = Signals(), []
    supervisor = Supervisor(database=stage.database, clock=stage.clock, signals=signals)

    async def fails() -> None:
        if signals.stopping.is_set():
            ended.append("wound up")
            return
        stage.stop.set()
        raise ZeroDivisionError

    async with asyncio.timeout(5):
        await run_until(stage.stop, signals, [supervisor.watched("planner", fails)])
    assert ended == ["wound up"]
    assert [it.loop for it in stage.told()] == ["planner"]
    await supervisor.close()
    with stage.database.reading() as session:
        assert leases.held(session, prefix="") == []


async def test_the_health_endpoint_names_it(stage: Stage) -> None:
    site = web.Application()
    site.router.add_get("/healthz", healthz(stage.database, stage.supervisor.failing))
    async with TestClient(TestServer(site)) as client:

        async def health() -> object:
            async with client.get("/healthz") as answer:
                assert answer.status == 200
                return json.loads(await answer.text())

        assert await health() == {"status": "ok"}
        planner = Loop(stage, 1)
        async with running(stage, planner=planner):
            await planner.works.wait()
            assert await health() == {
                "status": "failing",
                "loops": [{"loop": "planner", "since": NOON.isoformat(), "failures": 1}],
            }
