"""One group from its first message to the staff's desk, in a real browser.

With PICTURES=docs/pictures it also takes the pictures that docs/groups.md shows.
"""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.preview.browser import Chat, axe_script, browser_path, violations
from tests.preview.walking import Opener, assistant_at, begin, pages_of, press, reply
from tests.preview.walking import picture as take_picture

if browser_path() is None and not os.environ.get("BROWSER_REQUIRED"):
    pytest.skip("left out: there is no Chromium or Chrome on this machine", allow_module_level=True)

GROUP = "in=nans-gardeners"


@pytest_asyncio.fixture
async def open_chat(tmp_path: Path) -> AsyncIterator[Opener]:
    async with assistant_at(tmp_path) as assistant, pages_of(assistant) as opener:
        yield opener


async def picture(chat: Chat, name: str) -> None:
    await take_picture(chat, f"group-{name}")


def board(chat: Chat) -> Locator:
    return chat.log.locator("article", has_text="Our idea").first


async def join(open_chat: Opener, group: Chat, who: str, named: str, *then: str) -> Chat:
    """Go by the group's own button, say yes, and whether the name may be told."""
    link = await board(group).get_by_role("link", name="Join in").get_attribute("href")
    token = re.search(r"start=(join-\w+)", link or "")
    assert token is not None
    chat = await open_chat(f"as={who}&start={token[1]}")
    await begin(chat)
    await press(chat, "Yes, join in", named, *then)
    return chat


async def answer_together(ann: Chat, ben: Chat, cat: Chat) -> None:
    await press(ann, "Shape an idea together")
    await expect(ben.log).to_contain_text("What's wrong?")
    await reply(
        ann, "Reply to this message", "The yard is full of rubbish. I hear it every bingo night"
    )
    await expect(ben.log).to_contain_text("Kept, thanks Ann")
    await reply(ben, "2 of 9", "About forty of us, most over seventy")
    await expect(cat.log).to_contain_text("Kept, thanks Ben")
    await reply(cat, "2 of 9", "And the carers who come in at lunch")
    await expect(ann.log).to_contain_text("has more than one answer")
    await ann.choice("Add it").click()
    await expect(board(ann)).to_contain_text("the carers who come in at lunch")
    await reply(cat, "3 of 9", "Clear it, raised beds, tea on Thursdays")
    await expect(ann.log).to_contain_text("Kept, thanks Cat")


async def vote_on_what_they_would_do(ann: Chat, ben: Chat, cat: Chat) -> None:
    await reply(ben, "3 of 9", "Just benches first")
    await ben.choice("Vote").click()
    await expect(ann.log).to_contain_text("One vote each")
    await ann.choice("1. Clear it").click()
    await ben.choice("2. Just benches").click()
    await expect(ann.log).to_contain_text(re.compile(r"votes: 1.*votes: 1", re.DOTALL))
    await picture(ann, "vote")
    await cat.choice("1. Clear it").click()


async def ask_ben_about_what_they_need(ann: Chat, ben: Chat) -> None:
    await ann.send("ask somebody a question")
    await press(ann, "What would help", "Ben")
    await expect(ben.log).to_contain_text("thinks you could answer one thing")
    await press(ben, "Answer now")
    await picture(ben, "asked")
    await ben.send("A skip, some tools, and the landlord's OK")
    await expect(ann.log).to_contain_text("Ben has answered")


async def send_with_two_yeses(ann: Chat, ben: Chat) -> str:
    await ann.send("two of us should agree before it goes")
    await press(ann, "Yes, two of us agree")
    await ann.send("send it to the team")
    await press(ann, "No call, just the team", "Yes, that's OK")
    while await ann.newest.get_by_role("button", name="Yes").count() == 0:
        if await ann.newest.get_by_role("button").count():
            await ann.press(ann.newest.get_by_role("button").first)
        else:
            await ann.send("Ann Example")
    await picture(ann, "summary")
    await ann.press(ann.newest.get_by_role("button", name="Yes").first)
    await expect(ben.log).to_contain_text(
        "The yard is full of rubbish. I hear it every bingo night"
    )
    await expect(ben.choice("I agree")).to_be_visible()
    await picture(ben, "sign-off")
    await press(ben, "I agree")
    found = re.search(r"\bLCR-[A-Z0-9]+\b", await ben.log.inner_text())
    assert found is not None
    return found[0]


@pytest.mark.timeout(240)
async def test_a_group_from_its_first_message_to_the_desk(open_chat: Opener) -> None:
    private = await open_chat("as=ann")
    await private.send("/start")
    await private.send("i want to do it with others")
    await expect(private.log).to_contain_text("Add me to the chat where you all talk")
    ann, ben, cat = [await open_chat(f"as={who}&{GROUP}") for who in ("ann", "ben", "cat")]
    await begin(ann)
    await picture(ann, "introduction")
    await answer_together(ann, ben, cat)
    ann_alone = await join(open_chat, ann, "ann", "Yes, my name may be there", "Ann")
    await picture(ann_alone, "joined")
    ben_alone = await join(open_chat, ben, "ben", "Yes, my name may be there", "Ben")
    await join(open_chat, cat, "cat", "No, just count me")
    await vote_on_what_they_would_do(ann, ben, cat)
    await expect(ann.log).to_contain_text("the vote is over")
    await ann_alone.send("give someone a role")
    await press(ann_alone, "Ben", "Second contact")
    await ask_ben_about_what_they_need(ann_alone, ben_alone)
    await expect(board(cat)).to_contain_text("the landlord's OK")
    reference = await send_with_two_yeses(ann_alone, ben_alone)
    await expect(ann.log).to_contain_text(reference)
    await expect(ann_alone.log).to_contain_text(reference)
    await board(cat).evaluate("it => it.scrollIntoView()")  # it may be drawn anew just then
    await picture(cat, "board")
    desk = await open_chat("as=staff")
    card = desk.log.locator("article", has_text=reference).first
    await expect(card).to_contain_text("Ben")
    await expect(card).not_to_contain_text("Cat")
    await picture(desk, "desk")
    assert await violations(ann.page, axe_script()) == []
