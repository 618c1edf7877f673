"""A browser's page on the preview, driven as a person would."""

import shutil
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import Browser, Locator, Page, Playwright, expect

QUIET = 250  # milliseconds without anything new
PATIENCE = 15_000  # a machine that runs all tests at once takes its time
expect.set_options(timeout=PATIENCE)
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--use-fake-device-for-media-stream",  # a microphone that beeps
    "--use-fake-ui-for-media-stream",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser_path() -> str | None:
    """The system's Chromium or Chrome, if it has one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


async def launch(playwright: Playwright) -> Browser:
    """Start it. Raises RuntimeError where there is none."""
    if browser_path() is None:
        raise RuntimeError("BROWSER_REQUIRED is set, and this machine has no Chromium or Chrome")
    return await playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)


def axe_script() -> str:
    """The accessibility checker's source."""
    return Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


_ALL_ARRIVED = """() => Promise.allSettled(
    document.getAnimations()
        .filter(it => it.effect.getComputedTiming().iterations !== Infinity)
        .map(it => it.finished)
)"""

# What is right with a page is ten times as much, and would be gathered and sent over as well.
_VIOLATIONS = """() => axe.run(document, { resultTypes: ["violations"] })
    .then(result => result.violations)"""


async def violations(page: Page, script: str) -> list[str]:
    """What axe finds wrong with the page as it stands, once nothing fades in any more."""
    await page.evaluate(script + "\n;null")
    await page.evaluate(_ALL_ARRIVED)
    found: list[dict[str, Any]] = await page.evaluate(_VIOLATIONS)
    return [
        f"{finding['id']}: {node['html'][:120]}" for finding in found for node in finding["nodes"]
    ]


class Chat:
    """One person's open page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_role("log")
        self.words = page.get_by_label("Message")
        self.newest = self.log.locator("article").last

    async def open(self, address: str) -> None:
        """Go there, and wait until it listens."""
        async with self.page.expect_response("**/preview/events?**"):
            await self.page.goto(address)

    async def send(self, text: str) -> None:
        """Write something and let the answer come."""
        before = await self.log.locator("article.theirs").count()
        await self.words.fill(text)
        await self.words.press("Enter")
        await self.settle(before)

    async def press(self, button: Locator) -> None:
        """Press a choice and let the answer come."""
        before = await self.log.locator("article.theirs").count()
        await button.click()
        await self.settle(before)

    async def settle(self, before: int) -> None:
        """Wait until there are more answers than before, and then no more for a moment."""
        answers = self.log.locator("article.theirs")
        await expect(answers.nth(before)).to_be_visible(timeout=PATIENCE)
        known = -1
        while known != (known := await answers.count()) or await self.is_busy():
            await self.page.wait_for_timeout(QUIET)

    async def is_busy(self) -> bool:
        """Whether an answer is being prepared."""
        return await self.page.locator("#typing").is_visible()

    def choice(self, label: str) -> Locator:
        """The newest button with this label."""
        return self.log.get_by_role("button", name=label).last
