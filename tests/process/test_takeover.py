"""Two processes that do everything: when one dies or stops, the other goes on."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.botapi import BotApi
from tests.process.team import Member, team

POLLS = "this process polls Telegram"
TAKEN_OVER_WITHIN = 30.0  # seconds, as promised; the rest is for a busy machine


@pytest.fixture
async def pair(api: BotApi, fresh_postgres: str, tmp_path: Path) -> AsyncIterator[list[Member]]:
    """Two running processes."""
    async with team(api, fresh_postgres, tmp_path, [(), ()]) as members:
        await asyncio.gather(*(member.start() for member in members))
        yield members


async def poller_of(pair: list[Member]) -> Member:
    """The one that polls."""
    async with asyncio.timeout(20):
        while True:
            for member in pair:
                if POLLS in member.log:
                    return member
            await asyncio.sleep(0.1)


async def test_only_one_polls(pair: list[Member], api: BotApi) -> None:
    ann = api.person("Ann")
    await ann.start()
    await ann.receives("free")
    await asyncio.sleep(3)
    assert sum(POLLS in member.log for member in pair) == 1
    assert not [call for call in api.calls("getUpdates") if call.status == 409]


@pytest.mark.timeout(180)
async def test_when_the_poller_is_killed_the_other_polls_within_half_a_minute(
    pair: list[Member], api: BotApi
) -> None:
    ann = api.person("Ann")
    await ann.start()
    await ann.receives("free")
    await (await poller_of(pair)).kill()
    died_at = time.monotonic()
    await ann.send("/help")
    await ann.receives(button="Just ring me", timeout=TAKEN_OVER_WITHIN + 15)
    assert time.monotonic() - died_at < TAKEN_OVER_WITHIN + 10


@pytest.mark.timeout(180)
async def test_when_the_poller_stops_in_order_the_other_polls_at_once(
    pair: list[Member], api: BotApi
) -> None:
    ann = api.person("Ann")
    await ann.start()
    await ann.receives("free")
    assert await (await poller_of(pair)).stop() == 0
    await ann.send("/help")
    await ann.receives(button="Just ring me", timeout=8)
