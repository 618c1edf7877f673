"""A group shapes an idea with the real process among it, and everything that may go wrong there."""

import asyncio

import pytest

from tests.botapi import BotApi, Group, Person
from tests.botapi.messages import Message
from tests.process.assistant import Assistant

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FIRST, OTHER = "The hut is shut, I walk past every day", "The park is full of glass, I sweep it"


@pytest.fixture
def people(api: BotApi) -> list[Person]:
    return [api.person(name, last_name="Example") for name in ("Ann", "Bo", "Kim")]


async def begins(group: Group, ann: Person) -> Message:
    """We are added by a link, and the first question is asked; its message."""
    await group.add_bot(by=ann, start="new")
    await group.receives("What I read here", button="Shape an idea together")
    await group.press("Shape an idea together", by=ann)
    return await group.receives("1 of 9", button="Skip for now")


def newest(group: Group, words: str) -> Message:
    """The newest message of ours that says this, in the chat as it is now."""
    ours = [it for it in group.chat.messages.values() if it.sender.is_bot and not it.deleted]
    return [it for it in ours if words in it.text][-1]


async def board(group: Group, *words: str, timeout: float = 20) -> Message:  # noqa: ASYNC109
    return await group.receives("answered", *words, button="Next question", timeout=timeout)


@pytest.mark.parametrize(("privacy", "supergroup"), [(True, False), (False, True)])
@on_sqlite
async def test_an_idea_is_shaped_together(
    assistant: Assistant, api: BotApi, people: list[Person], *, privacy: bool, supergroup: bool
) -> None:
    ann, bo, kim = people
    group = api.group("Diggers", members=people, privacy=privacy, supergroup=supergroup)
    group.chat.bot_status = "left"
    await assistant.start()
    asked = await begins(group, ann)
    await group.send("what do we think?", by=ann)
    await group.reply(asked, FIRST, by=bo)
    second = await group.receives("Kept, thanks Bo", "2 of 9")
    await group.reply(asked, OTHER, by=kim)
    offers = await group.receives("more than one answer", OTHER, button="Add it")
    await asyncio.gather(
        group.press("Add it", by=ann, on_message=offers),
        group.press("Use it instead", by=bo, on_message=offers),
    )
    await api.until(lambda: bool(ann.toasts and bo.toasts), "both hear what came of it", 5)
    assert "That's settled already. The board shows how." in (*ann.toasts, *bo.toasts)
    own = await group.reply(second, "About 40 of us", by=ann)
    await group.receives("Kept, thanks Ann")
    await group.edit(own, "About 50 of us")
    shown = await board(group, "About 50 of us")
    assert "2 of 9 answered" in shown.text
    assert "what do we think" not in str(shown)
    assert api.violations == []


async def test_a_vote_survives_the_supergroup(
    assistant: Assistant, api: BotApi, people: list[Person]
) -> None:
    ann, bo, kim = people
    group = api.group("Diggers", members=people)
    group.chat.bot_status = "left"
    await assistant.start()
    asked = await begins(group, ann)
    await group.reply(asked, FIRST, by=bo)
    await group.receives("Kept, thanks Bo")
    await group.reply(asked, OTHER, by=kim)
    await group.receives("more than one answer", button="Vote")
    await group.press("Vote", by=ann)
    vote = await group.receives("Vote: What's wrong", button="Close the vote")
    await group.press(f"2. {OTHER}", by=kim, on_message=vote)
    await group.receives("votes: 1")
    await group.upgrade(by=ann)
    vote = await group.receives("Vote: What's wrong", "votes: 1", button=f"2. {OTHER}")
    await group.press(f"2. {OTHER}", by=bo, on_message=vote)
    await group.receives("votes: 2")
    question = newest(group, "Reply to this message")
    await group.reply(question, "About 40 of us", by=ann)
    await group.receives("Kept, thanks Ann")
    assert api.violations == []


@on_sqlite
async def test_topics_are_conversations_of_their_own(
    assistant: Assistant, api: BotApi, people: list[Person]
) -> None:
    ann, bo, _kim = people
    forum = api.group("Diggers", members=people, forum=True)
    await assistant.start()
    hut, park = [await forum.open_topic(name, by=ann) for name in ("The hut", "The park")]
    for topic in (hut, park):
        await forum.send(f"/next@{api.bot.username}", by=ann, topic=topic)
        await forum.receives("1 of 9")
    asked = next(it for it in forum.said_in(hut) if "1 of 9" in it.text)
    await forum.reply(asked, FIRST, by=bo)
    await forum.receives("Kept, thanks Bo", "2 of 9")
    assert FIRST not in "".join(it.text for it in forum.said_in(park))
    await forum.delete_topic(hut)
    await forum.send(f"/idea@{api.bot.username}", by=ann, topic=park)
    await board(forum, "0 of 9")
    assert all("Kept" not in it.text for it in forum.said_in(park))
    assert api.violations == []


@on_sqlite
async def test_a_board_that_an_admin_deletes_comes_again(
    assistant: Assistant, api: BotApi, people: list[Person]
) -> None:
    ann, bo, _kim = people
    group = api.group("Diggers", members=people, admin=True)
    await assistant.start()
    await group.send(f"/start@{api.bot.username}", by=ann)
    await group.receives(button="Shape an idea together")
    await group.press("Shape an idea together", by=ann)
    asked = await group.receives("1 of 9", button="Skip for now")
    await api.called("pinChatMessage")
    first = newest(group, "answered")
    assert group.chat.pinned == [first.id]
    await group.delete(first)
    await group.reply(asked, FIRST, by=bo)
    await group.receives("Kept, thanks Bo")
    again = await board(group, "1 of 9 answered")
    assert again.id != first.id
    await api.called("pinChatMessage", count=2)
    assert group.chat.pinned == [first.id, again.id]
    assert api.violations == []


async def test_fifty_answer_at_once(
    assistant: Assistant, api: BotApi, people: list[Person]
) -> None:
    ann = people[0]
    crowd = [api.person(f"P{number}") for number in range(50)]
    group = api.group("Diggers", members=[*people, *crowd])
    group.chat.bot_status = "left"
    await assistant.start()
    asked = await begins(group, ann)
    before = len(api.calls("sendMessage", chat=group))
    await asyncio.gather(
        *(group.reply(asked, f"Answer {n}, I see it", by=it) for n, it in enumerate(crowd))
    )
    await group.receives("more than one answer", "and 42 more", timeout=30)
    assert len(api.calls("sendMessage", chat=group)) - before <= 3
    assert str(group.transcript).count("Kept, thanks") == 1
    assert api.violations == []


@on_sqlite
async def test_removed_and_silenced(
    assistant: Assistant, api: BotApi, people: list[Person]
) -> None:
    ann, bo, _kim = people
    group = api.group("Diggers", members=people)
    group.chat.bot_status = "left"
    await assistant.start()
    asked = await begins(group, ann)
    await group.reply(asked, FIRST, by=bo)
    await group.receives("Kept, thanks Bo")
    for send_away, let_in in (
        (group.silence_bot, group.let_bot_speak),
        (group.remove_bot, group.add_bot),
    ):
        await send_away(by=ann)
        await api.all_confirmed()
        group.skip()
        await let_in(by=ann)
        await board(group, FIRST)
    assert str(group.transcript).count("What I read here") == 1
    assert api.violations == []


@on_sqlite
async def test_hidden_admins_answer_and_channels_do_not(
    assistant: Assistant, api: BotApi, people: list[Person]
) -> None:
    ann = people[0]
    group = api.group("Diggers", members=people, supergroup=True, privacy=False)
    group.chat.bot_status = "left"
    await assistant.start()
    asked = await begins(group, ann)
    await group.channel_posts("News from the council")
    await group.reply(asked, FIRST, by=ann, anonymous=True)
    await group.receives("Kept, thanks Admin")
    await board(group, "(Admin)")
    assert "council" not in newest(group, "answered").text
    assert api.violations == []
