"""The public pages in a real browser: for everybody, also without JavaScript, and on paper."""

import os
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.preview.browser import axe_script, browser_path, launch, violations
from tests.process.assistant import Assistant

if browser_path() is None and not os.environ.get("BROWSER_REQUIRED"):
    pytest.skip("left out: there is no Chromium or Chrome on this machine", allow_module_level=True)

pytestmark = pytest.mark.asyncio(loop_scope="module")
PAGES = ("/calls", "/calls/ageing_well", "/calls/nothing")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def assistant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Assistant]:
    """`python -m bot run` without a token, with the sample calls."""
    process = Assistant({}, folder=tmp_path_factory.mktemp("site"))
    await process.start()
    yield process
    await process.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The system's browser."""
    async with async_playwright() as playwright:
        opened = await launch(playwright)
        yield opened
        await opened.close()


def at(assistant: Assistant, path: str) -> str:
    return assistant.url.rstrip("/") + path


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everybody_can_use_it(
    assistant: Assistant, browser: Browser, path: str, dark: bool
) -> None:
    script, scheme = axe_script(), "dark" if dark else "light"
    for width in (1200, 360, 320):
        page = await browser.new_page(
            viewport={"width": width, "height": 740},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        await page.goto(at(assistant, path))
        assert await violations(page, script) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.close()


async def test_without_javascript_and_by_keyboard(assistant: Assistant, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(at(assistant, "/calls"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Calls you can apply to")
    await expect(page.get_by_role("article")).to_have_count(3)
    assert all(url.startswith(assistant.url) for url in asked)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the calls")).to_be_focused()
    poster = page.get_by_role("link", name=re.compile("Print as a poster.*Growing old"))
    await poster.focus()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/calls/ageing_well$"))
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Growing old round here")
    await context.close()


async def test_a_poster_is_one_sheet_with_a_large_code(
    assistant: Assistant, browser: Browser
) -> None:
    page = await browser.new_page()
    await page.goto(at(assistant, "/calls/ageing_well"))
    sheets = re.findall(rb"/Count (\d+)", await page.pdf(format="A4", prefer_css_page_size=True))
    assert sheets == [b"1"]
    await page.emulate_media(media="print")
    box = await page.locator("svg.qr").bounding_box()
    assert box is not None
    assert box["width"] > 250  # pixels of 1/96 inch: over 66 mm
    await expect(page.get_by_text("?start=call-ageing_well-poster")).to_be_visible()
    await expect(page.get_by_role("link", name="Add to my calendar")).to_be_hidden()
    for path in ("/calls/ageing_well", "/calls"):  # on paper it is wrong the day after
        await page.goto(at(assistant, path))
        await expect(page.get_by_text("days left").first).to_be_hidden()
    await page.close()


async def test_from_the_page_into_the_chat(assistant: Assistant, browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto(at(assistant, "/calls"))
    async with page.expect_response("**/preview/events?**"):  # the page listens
        await page.get_by_role("link", name=re.compile("Check if it fits you.*Growing")).click()
    await page.get_by_role("button", name="Start", exact=True).click()
    log = page.get_by_role("log")
    await expect(log).to_contain_text("Growing old round here", timeout=15_000)
    await log.get_by_role("button", name="Add to my calendar").click()
    file = log.get_by_role("link", name="ageing_well.ics")
    await expect(file).to_be_visible(timeout=15_000)
    async with page.expect_download() as download:
        await file.click()
    assert (await (await download.value).path()).read_bytes().startswith(b"BEGIN:VCALENDAR")
    await page.close()
