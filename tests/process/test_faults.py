"""Killed, cut off, refused: no update, lead or reply is lost, and no lead is doubled."""

import asyncio
import json
import random
import re

import pytest

from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant

COMMANDS = """start menu eligibility idea ideas page share calls remind reminders offers human end
    status cancel mydata forget privacy groups help"""


@pytest.fixture
def desk(api: BotApi, assistant: Assistant) -> Group:
    """The staff's group, connected."""
    group = api.group("Staff desk", members=[api.person("Alex", last_name="Sample")])
    assistant.set("STAFF_CHAT_ID", str(group.id))
    return group


async def leads(assistant: Assistant) -> list[dict[str, object]]:
    code, out, err = await assistant.command("leads", "export", "--format", "json")
    assert code == 0, err
    exported: list[dict[str, object]] = json.loads(out)
    return exported


async def ask_to_be_rung(person: Person, name: str, phone: str) -> str:
    """'Just ring me' in two turns; the receipt's reference."""
    await person.send("just ring me")
    await person.receives("your name", timeout=100)
    await person.send(name)
    await person.receives("number", timeout=100)
    await person.send(phone)
    receipt = await person.receives(re.compile(r"LCR-\w{5}"), timeout=100)
    found = re.search(r"LCR-\w{5}", receipt.text)
    assert found is not None
    return found[0]


async def test_just_ring_me_in_two_turns(assistant: Assistant, api: BotApi, desk: Group) -> None:
    await assistant.start()
    ann = api.person("Ann")
    await ann.start()
    reference = await ask_to_be_rung(ann, "Ann Example", "07700 900123")
    await desk.receives(reference, "Ann Example", "07700 900123")


async def test_an_update_delivered_twice_has_one_effect(
    assistant: Assistant, api: BotApi, desk: Group
) -> None:
    await assistant.start()
    ann = api.person("Ann")
    await ann.start()
    reference = await ask_to_be_rung(ann, "Ann Example", "07700 900123")
    await desk.receives(reference)
    await ann.receives("anything else")
    said = len(ann.transcript)
    await api.all_confirmed()
    for update_id in range(1, 20):
        try:
            api.redeliver(update_id)
        except (KeyError, LookupError, ValueError):
            break
    await api.all_confirmed()
    await ann.hears_nothing(within=1)
    assert len(ann.transcript) == said
    assert len(await leads(assistant)) == 1


@pytest.mark.timeout(300)  # on PostgreSQL what a killed process held is waited for
async def test_killed_at_random_moments_nothing_is_lost_or_doubled(
    assistant: Assistant, api: BotApi, desk: Group
) -> None:
    """Residents go on writing while the process is killed again and again."""
    await assistant.start()
    people = [api.person(f"P{number}") for number in range(8)]
    for person in people:
        await person.start()
    journeys = [
        asyncio.create_task(ask_to_be_rung(person, f"Person {n}", f"077009001{n:02}"))
        for n, person in enumerate(people)
    ]
    chance = random.Random(7)
    for _ in range(4):
        await asyncio.sleep(chance.uniform(0.05, 1.2))
        await assistant.kill()
        await assistant.start()
    references = await asyncio.gather(*journeys)
    exported = await leads(assistant)
    assert sorted(lead["reference"] for lead in exported) == sorted(references)
    for reference in references:
        await api.until(
            lambda ref=reference: ref in str(desk.transcript), f"the card of {reference}", 20
        )


@pytest.mark.timeout(300)
async def test_killed_in_the_middle_of_a_send_the_message_comes_again(
    assistant: Assistant, api: BotApi
) -> None:
    await assistant.start()
    ann = api.person("Ann")
    api.hang_next("sendMessage", 30)
    await ann.start()
    await api.called("sendMessage")
    await assistant.kill()
    await assistant.start()
    await ann.receives("free", timeout=110)


async def test_telegrams_bad_days_lose_nothing(assistant: Assistant, api: BotApi) -> None:
    await assistant.start()
    ann = api.person("Ann")
    api.fail_next("sendMessage", status=502, times=2)
    await ann.start()
    await ann.receives("free", timeout=20)
    api.flood(ann, retry_after=2)
    await ann.send("/offers")
    await ann.receives("help", timeout=20)
    api.drop_connection_after_delivering()
    await ann.send("/privacy")
    await ann.receives("keep", timeout=20)


async def test_who_blocks_the_bot_is_left_in_peace_and_welcome_back(
    assistant: Assistant, api: BotApi
) -> None:
    await assistant.start()
    ann = api.person("Ann")
    await ann.start()
    await ann.receives("free")
    await ann.block()
    await api.all_confirmed()
    await ann.unblock()
    await ann.start()
    await ann.receives("Hello again")


async def test_it_stops_within_ten_seconds_and_loses_nothing(
    assistant: Assistant, api: BotApi
) -> None:
    await assistant.start()
    ann = api.person("Ann")
    await ann.start()
    assert await assistant.stop() == 0
    await assistant.start()
    await ann.receives("free")


async def test_a_refused_token_stops_the_start(assistant: Assistant) -> None:
    assistant.set("TELEGRAM_TOKEN", "123456:" + "x" * 35)
    code, out, err = await assistant.command("run")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == "error: TELEGRAM_TOKEN: Telegram refuses this token"
    assert "xxxx" not in err


async def test_every_command_is_registered_and_answered(assistant: Assistant, api: BotApi) -> None:
    await assistant.start()
    ann = api.person("Ann")
    await ann.start()
    await ann.receives("free")
    names = [command["command"] for command in api.commands]
    assert sorted(names) == sorted(COMMANDS.split())
    for name in names:
        ann.skip()
        await ann.send(f"/{name}")
        await ann.receives("")
    assert api.violations == []
