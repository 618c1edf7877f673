"""The work split among processes, one a role, on PostgreSQL."""

import asyncio
import json
import re
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant
from tests.process.team import Member, team

ROLES = ("intake", "turns", "delivery", "web")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(api: BotApi) -> Group:
    """The staff's group."""
    return api.group("Staff desk", members=[api.person("Alex", last_name="Sample")])


@pytest.fixture
async def processes(
    api: BotApi, desk: Group, fresh_postgres: str, tmp_path: Path
) -> AsyncIterator[dict[str, Member]]:
    """One running process for each role; they start together, on an empty database."""
    options = [("--role", role) for role in ROLES]
    async with team(api, fresh_postgres, tmp_path, options) as members:
        for member in members:
            member.set("STAFF_CHAT_ID", str(desk.id))
        await asyncio.gather(*(member.start() for member in members))
        yield dict(zip(ROLES, members, strict=True))


async def ask_to_be_rung(person: Person, name: str, phone: str) -> str:
    """'Just ring me', by button; the receipt's reference."""
    await person.send("/help")
    await person.receives(button="Just ring me", timeout=60)
    await person.press("Just ring me")
    await person.receives("your name", timeout=60)
    await person.send(name)
    await person.receives("number", timeout=60)
    await person.send(phone)
    receipt = await person.receives(re.compile(r"LCR-\w{5}"), timeout=60)
    found = re.search(r"LCR-\w{5}", receipt.text)
    assert found is not None
    return found[0]


async def test_a_lead_goes_through_four_processes(
    processes: dict[str, Member], api: BotApi, desk: Group
) -> None:
    ann = api.person("Ann")
    await ann.start()
    reference = await ask_to_be_rung(ann, "Ann Example", "07700 900123")
    await desk.receives(reference, "Ann Example", button="Claim")
    assert ann.spinning == []
    assert api.violations == []
    async with aiohttp.ClientSession() as http:
        for process in processes.values():
            async with http.get(f"{process.url}healthz") as answer:
                assert (answer.status, await answer.json()) == (200, {"status": "ok"})


async def test_processes_wake_each_other(processes: dict[str, Member], api: BotApi) -> None:
    """Each hop would take half a second on average if it waited for the slow poll."""
    ann = api.person("Ann")
    await ann.start()
    await ann.receives("free")
    waits = []
    for _ in range(7):
        await asyncio.sleep(1.3)  # past Telegram's pace for one chat, at no round number
        asked = time.monotonic()
        await ann.send("/help")
        await ann.receives(button="Just ring me")
        waits.append(time.monotonic() - asked)
    assert statistics.median(waits) < 0.6, waits


async def test_a_press_is_answered_though_nobody_takes_its_turn(
    processes: dict[str, Member], api: BotApi
) -> None:
    ann = api.person("Ann")
    await ann.start()
    await ann.send("/help")
    await ann.receives(button="Just ring me")
    await processes["turns"].kill()
    await ann.press("Just ring me")
    await api.until(lambda: not ann.spinning, "the press to be answered", timeout=8)
    await processes["turns"].start()
    await ann.receives("your name", timeout=60)


@pytest.mark.timeout(300)
async def test_each_is_killed_and_replaced_and_nothing_is_lost(
    processes: dict[str, Member], api: BotApi, desk: Group
) -> None:
    people = [api.person(f"P{number}") for number in range(4)]
    for person in people:
        await person.start()
    for role, process in processes.items():
        journeys = [
            asyncio.create_task(ask_to_be_rung(person, f"{role} {n}", f"077009001{n:02}"))
            for n, person in enumerate(people)
        ]
        await asyncio.sleep(0.7)
        await process.replace()
        for reference in await asyncio.gather(*journeys):
            await api.until(
                lambda ref=reference: ref in str(desk.transcript), f"the card of {reference}", 60
            )
    _code, out, _err = await processes["web"].command("leads", "export")
    assert len(json.loads(out)) == len(people) * len(ROLES)


@on_sqlite
async def test_on_sqlite_the_work_is_not_split(assistant: Assistant) -> None:
    for words in (("--role", "turns"), ("--role", "intake", "--role", "web")):
        code, out, err = await assistant.command("run", *words)
        assert (code, out) == (2, "")
        assert re.fullmatch(r"error: --role: [^\n]+\n", err)


@on_sqlite
async def test_an_unknown_role_is_a_mistake_in_the_command(assistant: Assistant) -> None:
    code, _out, err = await assistant.command("run", "--role", "cook")
    assert code == 2
    assert "cook" in err
