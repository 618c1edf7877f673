"""An open page is told everything, once, and lets go when the server stops."""

import asyncio
from datetime import timedelta

import pytest

from storage import chats, messages
from tests.preview.room import Room


async def test_an_answer_comes_by_itself(any_room: Room) -> None:
    async with any_room.events() as events:
        assert await events.until("present") == {"numbers": []}
        number = await any_room.say("hello")
        own = await events.until("said")
        answer = await events.until("said")
    assert own["number"] == number < answer["number"]
    assert "hello" in own["html"]
    assert "<b>You said:</b>" in answer["html"]
    assert "data-token" in answer["html"]


async def test_a_page_is_not_told_what_it_was_served_with(any_room: Room) -> None:
    number = await any_room.say("hello")
    any_room.clock.move_on(timedelta(minutes=5))
    await any_room.say("more")
    cursor = (await any_room.page()).split('data-cursor="')[1].split('"')[0]
    async with any_room.events(since=cursor) as events:
        told = [
            data["number"]
            for name, data in [await events.next() for _ in range(3)]
            if name == "said"
        ]
    assert number not in told


async def test_after_a_break_it_is_told_what_it_missed(any_room: Room) -> None:
    async with any_room.events() as events:
        await any_room.say("before")
        await events.until("said")
        await events.until("said")
        last = events.last_id
    any_room.clock.move_on(timedelta(minutes=5))
    await any_room.say("in between")
    async with any_room.events(headers={"Last-Event-ID": last or ""}) as events:
        while "in between" not in (await events.until("said"))["html"]:
            pass  # what came shortly before the break is told again


async def test_an_edit_is_told(any_room: Room) -> None:
    number = await any_room.say("helo")
    any_room.clock.move_on(timedelta(seconds=2))
    async with any_room.events() as events:
        await events.until("chats")
        await any_room.post("edit", {"number": number, "text": "hello"})
        await any_room.settle()
        edited = await events.until("said")
    assert edited["number"] == number
    assert "edited" in edited["html"]


async def test_what_was_deleted_leaves_the_page(any_room: Room) -> None:
    await any_room.say("forget me")
    async with any_room.events() as events:
        present = await events.until("present")
        assert len(present["numbers"]) == 2
        with any_room.database.transaction() as session:
            chat_id = chats.find_chat_id(session, channel="preview", external_id="sam") or 0
            messages.delete_history(session, chat_id)
        assert await events.until("present") == {"numbers": []}


async def test_it_shows_that_an_answer_is_being_prepared(any_room: Room) -> None:
    async with any_room.events() as events:
        await any_room.post("say", {"text": "hello"})
        assert await events.until("busy") == {"on": True}
        await any_room.settle()
        assert await events.until("busy") == {"on": False}


async def test_a_notice_reaches_the_one_who_pressed(any_room: Room) -> None:
    await any_room.say("hello", as_="staff")
    token = (await any_room.page(**{"as": "staff"})).split('data-token="')[1].split('"')[0]
    async with (
        any_room.events("staff") as alex,
        any_room.events("staff", who="robin") as robin,
    ):
        await alex.until("chats")
        await robin.until("chats")
        await any_room.post("press", {"number": 1, "token": token}, as_="staff", who="robin")
        await any_room.settle()
        assert await robin.until("notice") == {"text": "noted by Robin"}
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await alex.until("notice")


async def test_other_chats_are_announced(any_room: Room) -> None:
    async with any_room.events() as events:
        before = await events.until("chats")
        assert [chat["name"] for chat in before["chats"]] == ["sam", "staff"]
        await any_room.say("hello", as_="maria")
        after = await events.until("chats")
    named = {chat["name"]: chat["latest"] for chat in after["chats"]}
    assert named["maria"] > 0 == named["sam"]


async def test_stopping_does_not_wait_for_open_pages(any_room: Room) -> None:
    async with any_room.events() as events:
        await events.until("chats")
        async with asyncio.timeout(10):  # what waits for pages waits a minute
            await any_room.server.close()
