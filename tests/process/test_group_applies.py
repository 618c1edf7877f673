"""A group applies, from the first yes to the answer that staff asked for."""

import re

import pytest

from bot.clock import SystemClock
from storage import chats, groups, ideas, members
from storage.chats import ChatKey
from storage.crypto import new_secret
from storage.database import open_database
from storage.members import CONTACT, SECOND
from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant

SECRET = new_secret()


@pytest.fixture
def people(api: BotApi) -> tuple[Person, Person, Person]:
    """The two contacts of a group, and a caseworker."""
    return (
        api.person("Ann", last_name="Example"),
        api.person("Ben", last_name="Example"),
        api.person("Alex", last_name="Sample"),
    )


@pytest.fixture
async def desk(assistant: Assistant, api: BotApi, people: tuple[Person, Person, Person]) -> Group:
    """The staff's group, with the assistant running."""
    group = api.group("Staff desk", members=[people[2]])
    assistant.set("STAFF_CHAT_ID", str(group.id))
    assistant.set("SECRET_KEY", SECRET)
    await assistant.start()
    return group


def gather(database_url: str, group: Group, ann: Person, ben: Person) -> None:
    """Both have joined, two have to agree, and there is an answer to send."""
    now = SystemClock().now()
    database = open_database(database_url, secret=SECRET)
    with database.transaction() as session:
        key = ChatKey("telegram", str(group.id), "group", "Nan's gardeners")
        place = chats.chat_id_for(session, key, now=now)
        made = groups.group_of(session, chat_id=place, added_by=None, now=now)
        applicant = groups.act_for(session, made, now=now).applicant
        made.two_agree = True
        idea = ideas.start_idea(session, applicant_id=applicant.id, now=now)
        ideas.add_answer(session, idea, question="idea_problem", text="Rust", now=now)
        for person, role in ((ann, CONTACT), (ben, SECOND)):
            own = chats.chat_id_for(session, ChatKey("telegram", str(person.user.id)), now=now)
            member, _new = members.join(
                session,
                made,
                external_id=str(person.user.id),
                chat_id=own,
                name=person.name,
                role=role,
                now=now,
            )
            member.named_at = now
            chats.get_chat(session, own).speaks_for = made.id if person is ann else None
    database.close()


async def test_two_agree_staff_ask_and_the_contact_answers(
    api: BotApi, desk: Group, people: tuple[Person, Person, Person], database_url: str
) -> None:
    ann, ben, alex = people
    gardens = api.group("Nan's gardeners", members=[ann, ben])
    for person in (ann, ben):
        await person.start()
        await person.receives("free")
    gather(database_url, gardens, ann, ben)
    for words, answer in (
        ("send it to the team", "OK with you, for the group"),
        ("yes", "your name"),
        ("Ann Example", "get in touch"),
        ("here on telegram", "Shall I send it"),
        ("yes", "I've asked"),
    ):
        await ann.send(words)
        await ann.receives(answer)
    await ben.receives("Ann Example", "Rust")
    await ben.receives(button="I agree, send it")
    await ben.press("I agree, send it")
    receipt = await ben.receives("LCR-")
    found = re.search(r"LCR-\w{5}", receipt.text)
    assert found is not None
    reference = found[0]
    await ann.receives(reference, "Nan's gardeners")
    await gardens.receives(reference, "Ann is the contact")
    await desk.receives("Nan's gardeners (contact: Ann Example)", "Ben Example (second contact)")
    await ann.receives(button="No, just to me")
    await ann.press("No, just to me")
    await desk.send(f"/changes {reference} 1 say where", by=alex)
    await ann.receives("Alex", "say where")
    await ann.receives("How would you put it now")
    await ann.send("Rust in the yard")
    await ann.receives(button="Yes, send it")
    await ann.press("Yes, send it")
    await ann.receives(reference, "have your answer")
    await desk.receives("in version 2", "Rust in the yard")
    assert api.violations == []
