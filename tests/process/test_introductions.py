"""Two residents are brought together by staff, through real processes; also when both answer at the
same moment."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from storage import chats, outbox, staff
from storage.crypto import new_secret
from storage.database import open_database
from storage.outbox import Lane
from tests.botapi import BotApi, Group, Person
from tests.neighbourhood import BEDS, GARDEN, Sender, has_idea, has_sent
from tests.process.assistant import ROOT, Assistant
from tests.process.team import Member, team
from tests.reading import read_once

SECRET = new_secret()
PROGRAMME = read_once(ROOT / "dialogues").content.programme
PAIRS = 5

T = TypeVar("T")


@pytest.fixture
def staff_members(api: BotApi) -> list[Person]:
    """Two caseworkers."""
    return [api.person("Alex"), api.person("Bo")]


@pytest.fixture
def desk(api: BotApi, staff_members: list[Person]) -> Group:
    """The staff's group."""
    return api.group("Staff desk", members=staff_members)


@pytest.fixture
async def one(assistant: Assistant, desk: Group) -> Assistant:
    """The assistant, running, on each kind of database."""
    assistant.set("STAFF_CHAT_ID", str(desk.id))
    assistant.set("SECRET_KEY", SECRET)
    await assistant.start()
    return assistant


@asynccontextmanager
async def two(
    api: BotApi, desk: Group, database_url: str, folder: Path
) -> AsyncIterator[list[Member]]:
    """Two processes that do everything."""
    async with team(api, database_url, folder, [(), ()]) as members:
        for member in members:
            member.set("STAFF_CHAT_ID", str(desk.id))
            member.set("SECRET_KEY", SECRET)
        await asyncio.gather(*(member.start() for member in members))
        yield members


def beside(database_url: str, work: Callable[[Session], T]) -> T:
    """Do something in the database of a running assistant."""
    database = open_database(database_url, secret=SECRET)
    try:
        with database.transaction() as session:
            return work(session)
    finally:
        database.close()


async def arrives(person: Person) -> None:
    await person.start()
    await person.receives("free")


def sends(session: Session, person: Person, sender: Sender, *, card: bool = True) -> str:
    """Their idea goes to the team, with its card; the reference."""
    now = datetime.now(UTC)  # noqa: TID251  # the processes have the machine's clock
    chat_id = chats.find_chat_id(session, channel="telegram", external_id=str(person.id))
    assert chat_id is not None
    idea = has_idea(session, chat_id, sender, programme=PROGRAMME, now=now)
    lead = has_sent(session, idea, sender, chat_id=chat_id, now=now)
    staff_chat_id = staff.staff_chat_id(session, channel="telegram")
    assert staff_chat_id is not None
    if card:
        payload = {"lead_id": lead.id}
        outbox.queue(
            session,
            chat_id=staff_chat_id,
            kind="lead_card",
            lane=Lane.LEADS,
            now=now,
            payload=payload,
        )
    return lead.reference


def both_send(pair: tuple[Person, Person], session: Session) -> list[str]:
    """Without cards, of which a group takes few in a minute."""
    return [sends(session, it, Sender(it.user.first_name), card=False) for it in pair]


async def says_yes(person: Person) -> None:
    await person.receives("would you like to be put in touch", button="Yes", timeout=30)
    await person.press("Yes")
    await person.receives("a link to write to you", button="Yes, you may", timeout=30)


async def test_staff_see_who_is_alike_and_two_residents_meet(
    one: Assistant,
    api: BotApi,
    desk: Group,
    staff_members: list[Person],
    database_url: str,
) -> None:
    ann, bob = api.person("Ann", last_name="Example"), api.person("Bob", last_name="Sample")
    alex, bo = staff_members
    await arrives(ann)
    await arrives(bob)
    first = beside(database_url, lambda it: sends(it, ann, Sender("Ann Example", GARDEN)))
    await desk.receives(first, timeout=15)
    second = beside(
        database_url, lambda it: sends(it, bob, Sender("Bob Sample", BEDS, agrees=False))
    )
    card = await desk.receives(second, timeout=15)
    assert "Alike" not in card.text
    await bob.send("is anyone doing something like this?")
    await bob.receives(button="Yes, match my idea")
    await bob.press("Yes, match my idea")
    await bob.receives("a few people", "Sefton", timeout=15)
    await api.until(
        lambda: str(desk.transcript).count("both mention:") == 2, "both cards say it", 15
    )
    await asyncio.gather(
        desk.send(f"/introduce {first} {second}", by=alex),
        desk.send(f"/introduce {second} {first} They share tools.", by=bo),
    )
    await desk.receives("Both are asked now", timeout=15)
    await desk.receives("being asked already", timeout=15)
    await asyncio.gather(says_yes(ann), says_yes(bob))
    for who, other in ((ann, "Bob"), (bob, "Ann")):
        assert other not in str(who.transcript)
    await ann.press("Yes, you may")
    await ann.receives("They get the same question")
    await bob.press("Yes, you may")
    for who, other in ((ann, bob), (bob, ann)):
        met = await who.receives(f"Meet {other.user.first_name}", timeout=15)
        assert any(it.get("user", {}).get("id") == other.id for it in met.entities)
    await desk.receives("both said yes", first, second, timeout=15)
    assert api.violations == []


@pytest.mark.timeout(180)
async def test_both_answer_at_the_same_moment_in_two_processes(
    api: BotApi,
    desk: Group,
    staff_members: list[Person],
    fresh_postgres: str,
    tmp_path: Path,
) -> None:
    pairs = [(api.person(f"Ann{n}"), api.person(f"Bob{n}")) for n in range(PAIRS)]
    everybody = [*chain(*pairs)]
    async with two(api, desk, fresh_postgres, tmp_path):
        await asyncio.gather(*map(arrives, everybody))
        await desk.send(f"/start@{api.bot.username}", by=staff_members[0])
        await desk.receives("How this works")
        references = [beside(fresh_postgres, partial(both_send, pair)) for pair in pairs]
        for pair in references:
            await desk.send(f"/introduce {' '.join(pair)}", by=staff_members[0])
        await asyncio.gather(*map(says_yes, everybody))
        await asyncio.gather(*(who.press("Yes, you may") for who in everybody))
        for pair in pairs:
            for who, other in (pair, pair[::-1]):
                await who.receives(f"Meet {other.user.first_name}", timeout=60)
        await api.until(
            lambda: str(desk.transcript).count("both said yes") == PAIRS, "staff hear of all", 60
        )
    for pair in pairs:
        for who in pair:
            assert str(who.transcript).count("Meet ") == 1
            assert str(who.transcript).count("They get the same question") <= 1
    assert all(str(desk.transcript).count(f"{it[0]}, {it[1]}: both") == 1 for it in references)
    assert api.violations == []
