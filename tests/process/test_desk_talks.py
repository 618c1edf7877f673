"""Residents and staff talk through the real line: in a forum, in a plain group, and when things go
wrong in the middle of it."""

import asyncio
import re

import pytest
from sqlalchemy import create_engine, text

from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def alex(api: BotApi) -> Person:
    return api.person("Alex", last_name="Sample")


@pytest.fixture
def bo(api: BotApi) -> Person:
    return api.person("Bo", last_name="Sample")


@pytest.fixture
async def forum(
    assistant: Assistant, api: BotApi, database_url: str, alex: Person, bo: Person
) -> Group:
    """The staff's forum, with the assistant running."""
    group = api.group("Staff desk", members=[alex, bo], forum=True)
    assistant.set("STAFF_CHAT_ID", str(group.id))
    await assistant.start()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("update staff_chats set is_forum = true"))
    engine.dispose()
    return group


@pytest.fixture
async def group(assistant: Assistant, api: BotApi, alex: Person, bo: Person) -> Group:
    """A staff group without topics."""
    made = api.group("Staff desk", members=[alex, bo])
    assistant.set("STAFF_CHAT_ID", str(made.id))
    await assistant.start()
    return made


async def asks(api: BotApi, name: str, words: str = "Is anybody there?") -> Person:
    """Somebody who has asked for a person."""
    person = api.person(name, last_name="Example")
    await person.start()
    await person.send("/human")
    await person.receives("pass it to the team")
    await person.send(words)
    await person.receives("passed it on", "answers you here by")
    return person


def topic_called(desk: Group, words: str) -> int:
    found = [number for number, topic in desk.topics.items() if words in topic.name]
    assert found, f"no topic {words!r}: {[it.name for it in desk.topics.values()]}"
    return found[-1]


def heard(person: Person | Group, words: str) -> int:
    """In how many messages that stand these words are."""
    return sum(words in message.text for message in person.transcript.messages)


async def test_a_talk_in_a_topic_of_its_own(forum: Group, api: BotApi, alex: Person) -> None:
    ann = await asks(api, "Ann")
    await forum.receives("Ann Example", "asks for a person", "Is anybody there?")
    topic = topic_called(forum, "Ann Example")
    await forum.send("Hello Ann, how can I help?", by=alex, topic=topic)
    await ann.receives("Alex from", "is here now")
    await ann.receives("Hello Ann, how can I help?")
    first = await ann.send("What is a constitution?")
    await ann.send("My letter asks for one")
    await forum.receives("What is a constitution?", "My letter asks for one")
    letter = await ann.photo("this letter")
    await forum.receives("this letter")
    await ann.edit(letter, "that letter")
    assert (await forum.receives("that letter")).medium == "photo"
    await ann.edit(first, "What is a group constitution?")
    await forum.receives("What is a group constitution?")
    await forum.send("// has she sent the form?", by=alex, topic=topic)
    await forum.photo("like this one", by=alex, topic=topic)
    shown = await ann.receives("like this one")
    assert shown.medium == "photo"
    await forum.send("/end", by=alex, topic=topic)
    await ann.receives("Alex has finished", "back with me")
    await api.until(lambda: "☑️" in forum.topics[topic].name, "the topic is named anew", 20)
    assert "has she sent" not in str(ann.transcript)
    assert api.violations == []


@on_sqlite
async def test_a_talk_by_replies_in_a_plain_group(
    group: Group, api: BotApi, alex: Person, bo: Person
) -> None:
    ann, ben = await asks(api, "Ann"), await asks(api, "Ben")
    of_ben = await group.receives("Ben Example", "asks for a person")
    of_ann = next(m for m in group.transcript.messages if "Ann Example" in m.text)
    await group.reply(of_ann, "Hello Ann", by=alex)
    await group.reply(of_ben, "Hello Ben", by=alex)
    await ann.receives("Hello Ann")
    await ben.receives("Hello Ben")
    await ann.send("I am Ann")
    await ben.send("I am Ben")
    line = await group.receives("I am Ben")
    await group.reply(line, "And I am Bo", by=bo)
    await ben.receives("Bo from", "here too")
    await ben.receives("And I am Bo")
    assert heard(ann, "Bo") == 0
    await ben.press("End the talk")
    await group.receives("Ben Example", "ended the talk")
    assert api.violations == []


@on_sqlite
async def test_a_topic_is_deleted_in_the_middle_of_it(
    forum: Group, api: BotApi, alex: Person
) -> None:
    ann = await asks(api, "Ann")
    await forum.receives("asks for a person")
    old = topic_called(forum, "Ann")
    await forum.send("Hello Ann", by=alex, topic=old)
    await ann.receives("Hello Ann")
    await forum.delete_topic(old)
    await ann.send("are you there?")
    await forum.receives("are you there?")
    new = topic_called(forum, "Ann")
    assert new != old
    said = [message.text for message in forum.said_in(new)]
    assert any("asks for a person" in it for it in said)
    await forum.send("Yes, I am", by=alex, topic=new)
    await ann.receives("Yes, I am")


@on_sqlite
async def test_a_topic_that_was_closed_is_opened_again(
    forum: Group, api: BotApi, alex: Person
) -> None:
    ann = await asks(api, "Ann")
    await forum.receives("asks for a person")
    topic = topic_called(forum, "Ann")
    await forum.demote_bot(by=alex)  # an admin would write there all the same
    await forum.close_topic(topic, by=alex)
    await ann.send("/human")
    await ann.receives("pass it to the team")
    await ann.send("one thing more")
    line = await forum.receives("one thing more")
    assert line.thread_id == topic
    assert not forum.topics[topic].closed


@on_sqlite
async def test_where_it_cannot_be_opened_again_posts_go_to_the_group(
    forum: Group, api: BotApi, alex: Person
) -> None:
    ann = await asks(api, "Ann")
    await forum.receives("asks for a person")
    await forum.demote_bot(by=alex)
    await forum.close_topic(topic_called(forum, "Ann"), by=alex)
    refusal = "Bad Request: not enough rights to manage topics"
    api.fail_next("reopenForumTopic", status=400, description=refusal)
    await ann.send("/human")
    await ann.receives("pass it to the team")
    await ann.send("one thing more")
    line = await forum.receives("one thing more", timeout=20)
    assert line.thread_id is None
    await forum.reply(line, "Here I am", by=alex)
    await ann.receives("Here I am")


@on_sqlite
async def test_staff_write_in_a_topic_before_we_know_that_it_is_made(
    forum: Group, api: BotApi, alex: Person
) -> None:
    api.hang_next("createForumTopic", 3, after_delivering=True)
    ann = await asks(api, "Ann")
    await api.until(lambda: bool(forum.topics), "the topic is made", 20)
    topic = topic_called(forum, "Ann")
    await forum.send("Hello Ann", by=alex, topic=topic)
    await ann.receives("Hello Ann", timeout=20)
    await ann.send("Hello Alex")
    line = await forum.receives("Hello Alex")
    assert line.thread_id == topic
    assert heard(ann, "Hello Ann") == 1


@on_sqlite
async def test_without_the_right_to_make_topics_posts_go_to_the_group(
    forum: Group, api: BotApi, alex: Person
) -> None:
    await forum.demote_bot(by=alex)
    ann = await asks(api, "Ann")
    post = await forum.receives("Ann Example", "asks for a person")
    assert post.thread_id is None
    await forum.reply(post, "Hello Ann", by=alex)
    await ann.receives("Hello Ann")
    await ann.send("at last")
    await forum.receives("at last")


async def test_the_process_dies_in_the_middle_and_nothing_is_lost_or_doubled(
    forum: Group, api: BotApi, alex: Person, assistant: Assistant
) -> None:
    ann = await asks(api, "Ann")
    await forum.receives("asks for a person")
    topic = topic_called(forum, "Ann")
    await forum.send("Hello Ann", by=alex, topic=topic)
    await ann.receives("Hello Ann")
    lines = [f"line {number} of ten." for number in range(10)]
    for number, line in enumerate(lines):
        await ann.send(line)
        if number in (3, 7):
            await asyncio.sleep(2.5)
            await assistant.kill()
            await forum.send(f"answer {number}.", by=alex, topic=topic)
            await assistant.start()
    await forum.receives(lines[-1], timeout=90)
    await ann.receives("answer 7.", timeout=90)
    await asyncio.sleep(4)
    said = "\n".join(message.text for message in forum.said_in(topic) if "💬" in message.text)
    assert re.findall(r"line \d of ten\.", said) == lines
    assert [heard(ann, f"answer {number}.") for number in (3, 7)] == [1, 1]


@on_sqlite
async def test_429_and_an_outage_keep_the_order(forum: Group, api: BotApi, alex: Person) -> None:
    ann = await asks(api, "Ann")
    await forum.receives("asks for a person")
    topic = topic_called(forum, "Ann")
    await forum.send("Hello Ann", by=alex, topic=topic)
    await ann.receives("Hello Ann")
    api.flood(forum, retry_after=4)
    api.fail_next("sendMessage", status=502, times=2)
    for number in range(5):
        await ann.send(f"line {number}.")
        await forum.send(f"answer {number}.", by=alex, topic=topic)
        await asyncio.sleep(0.8)
    await forum.receives("line 4.", timeout=60)
    await ann.receives("answer 4.", timeout=60)
    there = "\n".join(message.text for message in forum.said_in(topic) if "💬" in message.text)
    here = re.findall(r"answer \d", str(ann.transcript))
    assert re.findall(r"line \d", there) == [f"line {number}" for number in range(5)]
    assert here == [f"answer {number}" for number in range(5)]


@on_sqlite
async def test_a_resident_blocks_it_and_comes_back(forum: Group, api: BotApi, alex: Person) -> None:
    ann = await asks(api, "Ann")
    await forum.receives("asks for a person")
    topic = topic_called(forum, "Ann")
    await ann.block()
    await forum.receives("has blocked the assistant")
    await forum.send("Hello?", by=alex, topic=topic)
    await forum.receives("didn't arrive")


@on_sqlite
async def test_the_group_becomes_a_supergroup_in_the_middle(
    group: Group, api: BotApi, alex: Person
) -> None:
    ann = await asks(api, "Ann")
    post = await group.receives("asks for a person")
    await group.reply(post, "Hello Ann", by=alex)
    await ann.receives("Hello Ann")
    await group.upgrade()
    await ann.send("still there?")
    line = await group.receives("still there?")
    await group.reply(line, "Yes", by=alex)
    await ann.receives("Yes")
