"""A stop in order: what is under way is finished; nothing is lost, and nothing comes twice."""

import asyncio
import random
import signal
import time
from pathlib import Path

import pytest

from tests.botapi import BotApi
from tests.process.assistant import Assistant
from tests.process.postgres import postgres_server
from tests.soak import scene
from tests.soak.scene import Scene

TIMES = 10
STOPS_WITHIN = 10.0


async def stop_again_and_again(stage: Scene, *, times: int, seed: int) -> None:
    """Stop and start each process in turn while residents write; then balance the books."""
    chance = random.Random(seed)
    await stage.begin()
    async with stage.traffic(6, pause=0.1):
        for number in range(times):
            await asyncio.sleep(chance.uniform(0.2, 1.2))
            process = stage.assistants[number % len(stage.assistants)]
            begun = time.monotonic()
            assert await process.stop() == 0, process.log
            assert time.monotonic() - begun < STOPS_WITHIN
            await process.start()
    audit = await stage.audit()
    assert audit.losses == []
    assert audit.doubles == []
    assert audit.rounds
    for process in stage.assistants:
        assert "Traceback" not in process.log


@pytest.mark.timeout(400)
async def test_stopped_under_load_on_sqlite(tmp_path: Path) -> None:
    async with scene.on_sqlite(tmp_path, desk=False) as stage:
        await stop_again_and_again(stage, times=TIMES, seed=3)


@pytest.mark.timeout(400)
async def test_one_of_two_stopped_under_load_on_postgresql(tmp_path: Path) -> None:
    with postgres_server() as server:
        async with scene.on_postgres(server, tmp_path, processes=2, desk=False) as stage:
            await stop_again_and_again(stage, times=TIMES, seed=4)


async def test_asked_twice_it_ends_at_once(assistant: Assistant, api: BotApi) -> None:
    await assistant.start()
    ann = api.person("Ann")
    api.hang_next("sendMessage", 30)
    await ann.start()
    await api.called("sendMessage")
    assistant.send(signal.SIGTERM)
    await asyncio.sleep(1)
    begun = time.monotonic()
    assistant.send(signal.SIGINT)
    assert await assistant.ended() == -signal.SIGINT
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_hangs_does_not_hold_up_the_stop(assistant: Assistant, api: BotApi) -> None:
    """Telegram takes the message and never says so: that one may come again, and no other."""
    await assistant.start()
    ann = api.person("Ann")
    api.hang_next("sendMessage", 60, after_delivering=True)
    await ann.start()
    await ann.receives("free")
    begun = time.monotonic()
    await assistant.stop()
    assert time.monotonic() - begun < STOPS_WITHIN + 4
