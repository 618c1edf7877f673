"""Learning from staff with real processes: the whole way, and what is left when one is killed."""

import asyncio
import re
import signal
import sqlite3
from contextlib import closing

import pytest
from aiohttp import ClientSession, CookieJar

from dialogues.loader import load
from dialogues.understanding.classifier import learning
from tests.botapi import BotApi, Person
from tests.process.assistant import Assistant, lighter
from tests.process.test_desk_staff import become_admin
from tests.process.test_ways_out import Console

READY, TRAINS = "the model of intents is ready", "training the model"
WITHIN = 600.0  # seconds, where the machine is busy
SAID, NEARLY = "wibble flumph quux narf zork", "wibble flumph qux narf zork"
UNDERSTOOD = "No call is open just now"
NOT_UNDERSTOOD = re.compile("get (that|this right)|not something I know about")
ID = re.compile(r'name="id" value="(\d+)"')
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = pytest.mark.timeout(1500)


class Teacher(Console):
    """A member of the staff at the page of what was not understood."""

    async def teach(self, intent: str) -> int:
        """Say that all of it means this; how many messages it was."""
        page = f"{self._url}/staff/insight/misses"
        token = TOKEN.search(await self._page(page))
        assert token is not None
        why = {"form_token": token[1], "reason": "learning", "words": "The monthly look"}
        async with self._session.post(f"{page}/look", data=why) as response:
            shown = await response.text()
        ids, token = ID.findall(shown), TOKEN.search(shown)
        assert token is not None
        fields = [("form_token", token[1]), ("guess", intent), *(("id", it) for it in ids)]
        async with self._session.post(f"{page}/name", data=fields) as response:
            assert "will be learnt" in await response.text()
        return len(ids)

    async def _page(self, address: str) -> str:
        async with self._session.get(address) as response:
            return await response.text()


async def ready(assistant: Assistant, times: int) -> None:
    """Wait until it has taken up a model so many times."""
    async with asyncio.timeout(WITHIN):
        while assistant.log.count(READY) < times:  # noqa: ASYNC110 - it only writes
            await asyncio.sleep(0.2)


async def start_with_a_model(assistant: Assistant) -> None:
    """A model of a part of the content, trained before."""
    content = lighter(assistant.folder)
    assistant.set("DIALOGUES", str(content))
    learning.learn(load(content).language, assistant.folder / learning.FOLDER, None)
    assistant.set("ENCODER_PATH", "")
    await assistant.start()
    await ready(assistant, 1)


async def taught(assistant: Assistant, api: BotApi) -> Person:
    """Ann wrote something that was not understood, and Ada has said what it means."""
    ada, ann = api.person("Ada"), api.person("Ann")
    await become_admin(assistant, api, ada)
    await ann.start()
    await ann.send(SAID)
    await ann.receives("get")  # "I want to get this right", or "didn't get"
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        teacher = Teacher(session, assistant.url)
        await teacher.sign_in(ada)
        assert await teacher.teach("list_calls") == 1
    return ann


def models(assistant: Assistant) -> set[str]:
    return {it.name for it in (assistant.folder / learning.FOLDER).glob("model-*.npz")}


def in_force(assistant: Assistant) -> list[int]:
    """The trainings that have not ended."""
    with closing(sqlite3.connect(assistant.folder / "test.db")) as connection:
        rows = connection.execute("select id from trainings where ended_at is null order by id")
        return [it for (it,) in rows]


async def test_what_staff_taught_is_understood_until_it_is_forgotten(
    assistant: Assistant, api: BotApi
) -> None:
    await start_with_a_model(assistant)
    ann = await taught(assistant, api)
    before = models(assistant)
    code, out, err = await assistant.command("train", "--yes", "--by", "Robin", within=WITHIN)
    assert code == 0, err
    assert re.search(r"^\d+ more right, \d+ fewer; ", out, re.MULTILINE)
    assert "replaced: it counts within seconds" in out
    await ready(assistant, 2)
    (learnt,) = models(assistant) - before
    await ann.send(NEARLY)
    await ann.receives(UNDERSTOOD)
    await ann.send("/forget")
    await ann.receives("delete")
    await ann.send("yes")
    await ready(assistant, 3)
    assert learnt not in models(assistant)
    assert "models that had learnt deleted words: 1, deleted" in assistant.log
    code, out, _err = await assistant.command("train", "--yes")
    assert (code, out.count("nothing new")) == (0, 1)


@on_sqlite
async def test_it_is_asked_before_replaced_and_undone_by_one_command(
    assistant: Assistant, api: BotApi
) -> None:
    await start_with_a_model(assistant)
    ann = await taught(assistant, api)
    held_out = assistant.folder / learning.FOLDER / "held-out.yml"
    held_out.write_text(f"list_calls:\n- {NEARLY}\nthank:\n- thanks a million for all that\n")
    code, out, err = await assistant.command("train", within=WITHIN)
    assert (code, "not replaced: --yes replaces without asking" in err) == (4, True)
    assert "2 messages: the messages that are held out" in out
    assert re.search(r"^1 more right, 0 fewer; no intent is worse$", out, re.MULTILINE)
    assert in_force(assistant) == []
    assert (await assistant.command("train", "--yes", within=WITHIN))[0] == 0
    await ready(assistant, 2)
    await ann.send(NEARLY)
    await ann.receives(UNDERSTOOD)
    code, out, _err = await assistant.command("train", "--undo")
    assert (code, "the content's examples alone again" in out) == (0, True)
    await ready(assistant, 3)
    assert TRAINS not in assistant.log  # it was read from its file
    await ann.send(NEARLY)
    await ann.receives(NOT_UNDERSTOOD)
    code, out, _err = await assistant.command("train", "--undo")
    assert (code, "nothing to undo" in out) == (0, True)


@on_sqlite
async def test_killed_while_it_trains_or_replaces_the_former_model_stays(
    assistant: Assistant, api: BotApi
) -> None:
    """Once in the middle of training; once when all is trained, and the database lets it wait."""
    await start_with_a_model(assistant)
    ann = await taught(assistant, api)
    before = models(assistant)
    training = await assistant.begin("train", "--yes")
    await asyncio.sleep(8)
    assert training.returncode is None
    training.send_signal(signal.SIGKILL)
    await training.communicate()
    assert (models(assistant), in_force(assistant)) == (before, [])
    training = await assistant.begin("train", "--yes")
    async with asyncio.timeout(WITHIN):
        assert training.stdout is not None
        while b"examples in all" not in await training.stdout.readline():
            pass
    with closing(sqlite3.connect(assistant.folder / "test.db", timeout=30)) as connection:
        connection.execute("begin immediate")
        async with asyncio.timeout(WITHIN):
            while models(assistant) == before:  # noqa: ASYNC110 - a file cannot be awaited
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)
        assert training.returncode is None  # it waits to write
        training.send_signal(signal.SIGKILL)
        await training.communicate()
        connection.rollback()
    assert in_force(assistant) == []
    await ann.send(NEARLY)
    await ann.receives(NOT_UNDERSTOOD)
    assert (await assistant.command("train", "--yes", within=WITHIN))[0] == 0
    await ready(assistant, 2)
    await ann.send(NEARLY)
    await ann.receives(UNDERSTOOD)
