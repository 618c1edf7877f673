"""Staff at work in their group, and everything that may go wrong there."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant

CALL = """
  - code: {code}
    title: About {code}
    theme: community_assets
    summary: For people who open up {code}.
    opens_at: 2026-01-01 09:00
    closes_at: 2036-12-31 17:00
    criteria: []
"""
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def ring_me(ann: Person) -> str:
    await ann.start()
    for words, answer in (("ring me", "name"), ("Ann Example", "number")):
        await ann.send(words)
        await ann.receives(answer)
    await ann.send("07700 900123")
    receipt = await ann.receives("LCR-")
    found = re.search(r"LCR-\w{5}", receipt.text)
    assert found is not None
    return found[0]


@on_sqlite
async def test_two_press_claim_and_one_has_it(
    desk: Group, people: tuple[Person, Person, Person], api: BotApi
) -> None:
    ann, alex, bo = people
    await ring_me(ann)
    card = await desk.receives(button="Claim")
    await asyncio.gather(
        desk.press("Claim", by=alex, on_message=card), desk.press("Claim", by=bo, on_message=card)
    )
    await desk.receives("taken")
    await api.until(lambda: bool(alex.toasts and bo.toasts), "both hear what came of it", 5)
    said = " ".join(str(toast) for toast in (*alex.toasts, *bo.toasts))
    assert "this one is yours" in said
    assert "already has this one" in said


@on_sqlite
async def test_done_without_words_or_with_a_wrong_reference_is_explained(
    desk: Group, people: tuple[Person, Person, Person]
) -> None:
    ann, alex, _bo = people
    reference = await ring_me(ann)
    await desk.receives(reference)
    await desk.send("/done", by=alex)
    await desk.receives("/done LCR-")
    await desk.send("/done LCR-ZZZZZ gone", by=alex)
    await desk.receives("can't find", "LCR-ZZZZZ")
    await desk.send(f"/done {reference.lower()} We rang and it's sorted.", by=alex)
    await ann.receives("We rang and it's sorted.")


@on_sqlite
async def test_staff_talk_among_themselves_is_left_alone(
    desk: Group, people: tuple[Person, Person, Person], api: BotApi
) -> None:
    _ann, alex, bo = people
    await desk.send("Who is in on Friday?", by=alex)
    await desk.send("Me", by=bo)
    await desk.hears_nothing(within=1)
    assert api.violations == []


@on_sqlite
async def test_a_person_is_asked_for_and_answers(
    desk: Group, people: tuple[Person, Person, Person]
) -> None:
    ann, alex, _bo = people
    await ann.start()
    await ann.send("/human")
    await ann.receives("team", button="Just ring me")
    await ann.send("My letter says I need a constitution, what is that please?")
    post = await desk.receives("asks for a person", "constitution")
    await desk.reply(post, "Just your rules on one page. I'll send you one.", by=alex)
    await ann.receives("Just your rules on one page", "Alex")
    await ann.send("ah great ta")
    await desk.receives("ah great ta")


@on_sqlite
async def test_words_of_crisis_bring_the_numbers_and_tell_staff_without_quoting(
    desk: Group, people: tuple[Person, Person, Person]
) -> None:
    ann = people[0]
    await ann.start()
    await ann.receives(button="Tell us your idea")
    await ann.press("Tell us your idea")
    await ann.receives("1 of 9")
    await ann.send("i cant go on any more i want to die")
    await ann.receives("116 123", "999")
    post = await desk.receives("distress")
    assert "want to die" not in str(desk.transcript)
    await ann.receives(button="Carry on")
    await ann.press("Carry on")
    await ann.receives("1 of 9")
    assert post.text


@on_sqlite
async def test_the_staff_group_becomes_a_supergroup(
    desk: Group, people: tuple[Person, Person, Person]
) -> None:
    ann = people[0]
    await desk.upgrade()
    await ring_me(ann)
    await desk.receives("Ann Example", button="Claim")


@on_sqlite
async def test_the_limit_of_a_group_is_kept_when_many_leads_come(
    assistant: Assistant, desk: Group, api: BotApi
) -> None:
    people = [api.person(f"P{number}") for number in range(12)]
    await asyncio.gather(*(ring_me(person) for person in people))
    await api.until(
        lambda: str(desk.transcript).count("Claim") == len(people), "a card of each lead", 20
    )
    assert api.violations == []


@on_sqlite
async def test_another_group_is_told_once_what_is_read_there(
    assistant: Assistant, desk: Group, api: BotApi
) -> None:
    ann = api.person("Ann")
    group = api.group("Gardeners", members=[ann])
    await group.send(f"/start@{api.bot.username}", by=ann)
    await group.receives("What I read here", button="Shape an idea together")
    await group.send("/ban@other_bot", by=ann)
    await group.send("what do we think?", by=ann)
    await group.hears_nothing(within=1)


async def send_an_idea(ann: Person) -> str:
    """One answer, for no call in particular; its reference."""
    await ann.start()
    await ann.receives(button="Tell us your idea")
    await ann.press("Tell us your idea")
    await ann.receives(button="Skip for now")
    await ann.send("The hut on Mill Lane is empty, I walk past it every day")
    await ann.receives(button="Skip for now")
    await ann.send("send my idea")
    asked = {
        "which call": "just the team",
        "somebody else": "no",
        "OK with you": "yes",
        "your name": "Ann Example",
        "get in touch": "here on telegram",
        "Shall I send it": "yes",
    }
    for question, answer in asked.items():
        await ann.receives(question)
        await ann.send(answer)
    receipt = await ann.receives("LCR-")
    found = re.search(r"LCR-\w{5}", receipt.text)
    assert found is not None
    return found[0]


async def test_staff_ask_for_changes_and_the_process_dies_in_between(
    desk: Group, people: tuple[Person, Person, Person], assistant: Assistant
) -> None:
    ann, alex, _bo = people
    code, _out, err = await assistant.command("calls", "import", str(_calls(assistant)))
    assert code == 0, err
    reference = await send_an_idea(ann)
    await desk.receives(reference, button="Claim")
    await desk.send(f"/changes {reference}", by=alex)
    await desk.receives("1. What's wrong", "Mill Lane")
    await desk.send(f"/changes {reference} whats wrong: which hut, by 31 December", by=alex)
    await desk.receives("I've asked", "31 December")
    await ann.receives("Alex Sample", "which hut")
    await ann.receives("put it now", button="Keep it as it is")
    await assistant.kill()
    await ann.send("The scout hut on Mill Lane is empty")
    await assistant.start()
    await ann.receives("before:", "scout hut", timeout=60)  # the poller's lease runs out
    await ann.receives(button="Yes, send it")
    await ann.press("Yes, send it")
    await ann.receives(reference, "scout hut")
    await desk.receives("in version 2", "scout hut")
    await ann.send("take it back")
    await ann.receives(reference, button="Yes, take it back")
    await ann.press("Yes, take it back")
    await ann.receives("taken back")
    await desk.receives("took", reference, "back")


def _calls(assistant: Assistant) -> Path:
    """Two open calls, so that there is a choice."""
    path = assistant.folder / "calls.yml"
    path.write_text("calls:\n" + "".join(CALL.format(code=code) for code in ("huts", "halls")))
    return path
