"""The whole assistant in this process, a bug in one of its loops: all the rest goes on, and so does
the loop."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy.orm import Session

from bot.app import run
from bot.clock import SystemClock
from bot.pipeline.planner import Planner
from bot.roles import EVERY
from bot.settings import Settings
from storage import leases
from storage.crypto import new_secret
from storage.database import open_database
from tests.world import ROOT

pytestmark = [
    pytest.mark.empty_database,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


async def until(ask: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await ask():  # noqa: ASYNC110  # it is a process that changes
            await asyncio.sleep(0.05)


async def test_a_bug_in_the_planner_is_told_and_stops_nobody(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    usual, secret, looked = Planner._is_time, new_secret(), []

    def is_time(planner: Planner, session: Session) -> bool:
        looked.append(planner)
        if len(looked) <= 2:
            raise KeyError("a word of Ann Example's")
        return usual(planner, session)

    monkeypatch.setattr(Planner, "_is_time", is_time)
    settings = Settings(
        database_url=database_url,
        data_dir=tmp_path,
        dialogues=ROOT / "dialogues",
        secret_key=secret,
        encoder_path="off",
        port=0,
        _env_file=None,
    )
    stop, printed = asyncio.Event(), ""
    process = asyncio.create_task(
        run(settings, clock=SystemClock(), roles=EVERY, samples=True, stop=stop)
    )

    async def is_ready() -> bool:
        nonlocal printed
        printed += capsys.readouterr().out
        return "ready " in printed

    await until(is_ready)
    found = re.search(r"ready (\S+)", printed)
    assert found is not None
    async with aiohttp.ClientSession(found[1]) as http:

        async def health() -> dict[str, Any]:
            async with http.get("/healthz") as answer:
                assert answer.status == 200
                said: dict[str, Any] = await answer.json()
                return said

        async def has_failed_twice() -> bool:
            loops = (await health()).get("loops", [])
            return [(it["loop"], it["failures"]) for it in loops] == [("planner", 2)]

        async def works_again() -> bool:
            return len(looked) > 3

        await until(has_failed_twice)
        await until(works_again)
        assert await has_failed_twice()  # for a while yet: it may fail again
        assert not process.done()
    stop.set()
    async with asyncio.timeout(15):
        await process
    database = open_database(database_url, secret=secret)
    try:
        with database.reading() as session:
            assert leases.held(session, prefix="") == []  # nobody takes it for killed
    finally:
        database.close()
