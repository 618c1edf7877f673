"""The short form of `make soak`: faults while residents write; the books are balanced after."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.process.postgres import PostgresServer, postgres_server
from tests.soak import faults, scene
from tests.soak.ledger import Event
from tests.soak.scene import Scene

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that may be restarted."""
    with postgres_server() as running:
        yield running


@pytest.fixture
def chance() -> random.Random:
    return random.Random(5)


async def balanced(stage: Scene) -> None:
    """Everything came, and twice only what may."""
    audit = await stage.audit()
    assert audit.losses == []
    assert audit.unexplained == []
    assert audit.rounds


async def test_the_books_notice_what_is_missing_and_what_is_there_twice(tmp_path: Path) -> None:
    async with scene.on_sqlite(tmp_path) as stage:
        await stage.begin()
        exported = await stage.export()
        assert stage.balance(exported).clean
        await stage.assistant.stop()
        ann = stage.people[0].person
        url = f"{stage.api.url}/bot{stage.api.token}/sendMessage"
        async with aiohttp.ClientSession() as http:
            await http.post(url, json={"chat_id": ann.id, "text": "once more"})
        (double,) = stage.balance(exported).unexplained
        stage.events.append(Event("killed", double.call.at + 1, double.call.at + 1))
        assert stage.balance(exported).clean
        with sqlite3.connect(tmp_path / "assistant.db") as database:
            database.execute("delete from inbox where id = 3")
            database.execute("update messages set external_id = null where id = 4")
        losses = "\n".join(stage.balance("[]").losses)
        for words in ("update telegram:", "0 leads are there", "R0: "):
            assert words in losses


async def test_killed_on_sqlite(tmp_path: Path, chance: random.Random) -> None:
    async with scene.on_sqlite(tmp_path) as stage:
        await stage.begin()
        async with stage.traffic(3, pause=0.5):
            await faults.kills(stage, times=3, chance=chance)
        await balanced(stage)


async def test_one_of_two_killed_on_postgresql(
    tmp_path: Path, server: PostgresServer, chance: random.Random
) -> None:
    async with scene.on_postgres(server, tmp_path, processes=2) as stage:
        await stage.begin()
        async with stage.traffic(3, pause=0.5):
            await faults.kills(stage, times=3, chance=chance)
        await balanced(stage)


async def test_the_database_goes_and_comes_back(
    tmp_path: Path, server: PostgresServer, chance: random.Random
) -> None:
    async with scene.on_postgres(server, tmp_path) as stage:
        await stage.begin()
        async with stage.traffic(3, pause=0.5):
            await faults.database_trouble(stage, chance=chance, rounds=1)
        await balanced(stage)


async def test_one_of_two_is_cut_off_from_the_database(
    tmp_path: Path, server: PostgresServer
) -> None:
    async with scene.on_postgres(server, tmp_path, processes=2) as stage:
        await stage.begin()
        async with stage.traffic(3, pause=0.5):
            await faults.one_cut_off(stage, seconds=4)
        await balanced(stage)


async def test_telegram_fails(tmp_path: Path, chance: random.Random) -> None:
    async with scene.on_sqlite(tmp_path) as stage:
        await stage.begin()
        async with stage.traffic(3, pause=0.5):
            await faults.telegram_trouble(
                stage, faults.telegram_troubles(stage, 3), chance=chance, pause=0.8
            )
        await balanced(stage)


async def test_the_disk_is_full_for_a_while(tmp_path: Path) -> None:
    async with scene.on_sqlite(tmp_path) as stage:
        await stage.begin()
        async with stage.traffic(3, pause=0.5):
            await faults.disk_full(stage, times=2, seconds=2)
        await balanced(stage)


async def test_a_message_that_kills_the_process_is_set_aside(tmp_path: Path) -> None:
    async with scene.on_sqlite(tmp_path, module=faults.POISONED) as stage:
        await stage.begin()
        async with stage.traffic(3, pause=0.5):
            await faults.poison(stage, within=100)
        await balanced(stage)


async def test_the_clock_is_set_back_on_sqlite(tmp_path: Path, chance: random.Random) -> None:
    async with scene.on_sqlite(tmp_path, module=faults.STEPPING) as stage:
        await stage.begin()
        async with stage.traffic(3, pause=0.5):
            await faults.clock_steps(stage, times=1, chance=chance)
        await balanced(stage)
        assert "the clock was set back" in stage.assistant.log
