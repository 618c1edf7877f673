"""A broadcast while processes die: everybody gets it, and twice only what was on the line when one
died; on its way back it stands in the tables as it was sent."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.clock import SystemClock
from storage import broadcasts
from storage.broadcasts import Audience
from storage.database import Database, open_database
from storage.models import Chat, Interest
from tests.botapi import BotApi, Person
from tests.botapi.calls import Call
from tests.process.team import Member, team

MANY = 300
WORDS = "The Tool Hut opens on Saturday."
THEME = Audience("theme", "ageing")
UNWRITTEN = 2.0  # seconds for which a process may not have written yet what it sent
pytestmark = pytest.mark.timeout(300)


@contextmanager
def opened(member: Member, url: str) -> Iterator[Database]:
    """The database that the processes share."""
    database = open_database(url, secret=member._settings["SECRET_KEY"])
    try:
        yield database
    finally:
        database.close()


def listen(database: Database, people: list[Person]) -> None:
    """All of them asked to hear of the theme."""
    now = SystemClock().now()
    chat = {"channel": "telegram", "kind": "private", "created_at": now}
    chat |= {"expects_text": False, "missed_reply": False}
    wish = {"kind": THEME.kind, "value": THEME.value, "created_at": now}
    with database.transaction() as session:
        rows = [{**chat, "external_id": str(person.id)} for person in people]
        ids = session.scalars(insert(Chat).returning(Chat.id), rows).all()
        session.execute(insert(Interest), [{**wish, "chat_id": it} for it in ids])


def start(database: Database) -> int:
    now = SystemClock().now()
    with database.transaction() as session:
        item = broadcasts.draft(session, words=WORDS, audience=THEME, made_by=1, now=now)
        count = broadcasts.count_audience(session, THEME)
        broadcasts.start(session, item, expected=count, now=now)
        return item.id


def sends(api: BotApi) -> list[Call]:
    found = api.calls("sendMessage")
    return [it for it in found if it.ok and WORDS in str(it.params.get("text"))]


async def until_sent(api: BotApi, count: int) -> None:
    """So many calls have come in."""
    async with asyncio.timeout(60):
        while len(sends(api)) < count:  # noqa: ASYNC110  # it is another process that sends
            await asyncio.sleep(0.05)


async def until_over(database: Database, number: int) -> Counter[str]:
    """Nobody waits any more; what became of all."""
    async with asyncio.timeout(150):
        while True:
            with database.reading() as session:
                counts = broadcasts.counts(session, number)
            if counts.total() == MANY and not counts["queued"]:
                return counts
            await asyncio.sleep(0.2)


async def test_processes_die_in_the_middle_and_everybody_gets_it(
    api: BotApi, fresh_postgres: str, tmp_path: Path
) -> None:
    people = [api.person(f"Person {number}") for number in range(MANY)]
    for person in people:
        person.chat.started = True
    async with team(api, fresh_postgres, tmp_path, [(), ()]) as pair:
        await asyncio.gather(*(member.start() for member in pair))
        with opened(pair[0], fresh_postgres) as database:
            listen(database, people)
            number = start(database)
            died_at = []
            for member, sent in zip(pair, (MANY // 4, MANY // 2), strict=True):
                await until_sent(api, sent)
                await member.kill()
                died_at.append(time.time())
                await member.start()
            assert await until_over(database, number) == {"sent": MANY}
    found = sends(api)
    times = Counter(it.chat_id for it in found)
    assert set(times) == {person.id for person in people}
    for chat_id, count in times.items():
        first = next(it for it in found if it.chat_id == chat_id)
        on_the_line = any(0 <= at - first.at < UNWRITTEN for at in died_at)
        assert count == 1 or (count == 2 and on_the_line)
    assert sum(count > 1 for count in times.values()) < MANY / 4


async def test_cancelled_half_way_the_rest_hear_nothing(
    api: BotApi, fresh_postgres: str, tmp_path: Path
) -> None:
    people = [api.person(f"Person {number}") for number in range(MANY)]
    for person in people:
        person.chat.started = True
    async with team(api, fresh_postgres, tmp_path, [(), ()]) as pair:
        await asyncio.gather(*(member.start() for member in pair))
        with opened(pair[0], fresh_postgres) as database:
            listen(database, people)
            number = start(database)
            await until_sent(api, MANY // 4)
            with database.transaction() as session:
                item = broadcasts.hold(session, number)
                assert item is not None
                broadcasts.cancel(session, item, by=1, now=SystemClock().now())
            await asyncio.sleep(4)
            gone = len(sends(api))
            with database.reading() as session:
                counts = broadcasts.counts(session, number)
            assert counts["sent"] == gone < MANY * 3 / 4
            assert counts["queued"] == 0
            assert counts["cancelled"] > 0
            await asyncio.sleep(2)
            assert len(sends(api)) == gone
