"""What the walks have in common: people's pages in a real browser, on a real process."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import async_playwright, expect

from tests.preview.browser import Chat, launch
from tests.process.assistant import Assistant

PICTURES = os.environ.get("PICTURES")  # the folder for them, if they are wanted
Opener = Callable[[str], Awaitable[Chat]]


@asynccontextmanager
async def assistant_at(folder: Path) -> AsyncIterator[Assistant]:
    """The assistant as `run` serves it, at any time of day."""
    process = Assistant({"QUIET_HOURS": "off"}, folder=folder)
    await process.start()
    try:
        yield process
    finally:
        await process.stop()


@asynccontextmanager
async def pages_of(assistant: Assistant) -> AsyncIterator[Opener]:
    """Opens somebody's page, each in a browser of their own."""
    async with async_playwright() as playwright:
        browser = await launch(playwright)

        async def open_(query: str) -> Chat:
            context = await browser.new_context(viewport={"width": 760, "height": 900})
            chat = Chat(await context.new_page())
            chat.page.set_default_timeout(20_000)
            await chat.open(f"{assistant.url}?{query}")
            return chat

        yield open_
        await browser.close()


async def picture(chat: Chat, name: str) -> None:
    """Take one, if they are wanted."""
    if PICTURES:
        await chat.page.wait_for_timeout(700)  # nothing fades in any more
        await chat.page.screenshot(path=Path(PICTURES, f"{name}.png"))


async def reply(chat: Chat, to: str, text: str) -> None:
    """Reply to the newest message of the assistant that says this."""
    message = chat.log.locator("article.theirs", has_text=to).last
    await message.get_by_role("link", name="Reply").click()
    await chat.words.fill(text)
    await chat.words.press("Enter")
    await expect(chat.log.locator("article.mine", has_text=text[:40]).last).to_be_visible()


async def press(chat: Chat, *labels: str) -> None:
    """Press the newest button with each label, and let the answer come."""
    for label in labels:
        await chat.press(chat.choice(label))


async def begin(chat: Chat) -> None:
    """Press Start."""
    await chat.press(chat.page.locator("#start"))
