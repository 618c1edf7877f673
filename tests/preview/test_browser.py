"""The preview in a real browser, with the whole assistant behind it."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from tests.preview.browser import Chat, axe_script, browser_path, launch, violations
from tests.process.assistant import Assistant

if browser_path() is None and not os.environ.get("BROWSER_REQUIRED"):
    pytest.skip("left out: there is no Chromium or Chrome on this machine", allow_module_level=True)

pytestmark = pytest.mark.asyncio(loop_scope="module")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PLAYABLE = """sound => sound.readyState > 0 || new Promise((loaded, failed) => {
    sound.addEventListener("loadedmetadata", () => loaded(true));
    sound.addEventListener("error", () => failed(sound.error.message));
})"""
Opener = Callable[..., Awaitable[Chat]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def assistant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Assistant]:
    """`python -m bot run` without a token, as a newcomer starts it."""
    process = Assistant({"QUIET_HOURS": "off"}, folder=tmp_path_factory.mktemp("preview"))
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


@pytest_asyncio.fixture(loop_scope="module")
async def open_chat(assistant: Assistant, browser: Browser) -> AsyncIterator[Opener]:
    """Opens pages, each in a profile of its own; complaints of the browser fail the test."""
    complaints: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        gone = "ERR_CONNECTION_REFUSED" in message.text  # a server that a test stops
        if message.type in {"error", "warning"} and not gone:
            complaints.append(message.text)

    async def open_(
        query: str, *, width: int = 1200, height: int = 800, dark: bool = False
    ) -> Chat:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        chat = Chat(page)
        await chat.open(f"{assistant.url}?{query}")
        return chat

    yield open_
    for context in contexts:
        await context.close()
    assert complaints == []


async def journey(chat: Chat, *, name: str, turns: int) -> str:
    """Yes to each yes or no, a name when asked for one, else the first button; the reference."""
    await chat.press(chat.page.get_by_role("button", name="Start", exact=True))
    for _ in range(turns):
        found = re.search(r"\bLCR-[A-Z0-9]+\b", await chat.newest.inner_text())
        if found:
            return found[0]
        buttons = chat.newest.get_by_role("button")
        labels = await buttons.all_inner_texts()
        if not labels:
            await chat.send(name)
            continue
        yes = [place for place, label in enumerate(labels) if label.startswith("Yes")]
        await chat.press(buttons.nth(yes[0] if yes else 0))
    raise AssertionError(await chat.log.inner_text())


async def test_from_start_to_staffs_answer(assistant: Assistant, open_chat: Opener) -> None:
    ann = await open_chat("as=ann")
    reference = await journey(ann, name="Ann Example", turns=25)

    alex = await open_chat("as=staff")
    robin = await open_chat("as=staff&who=robin")
    await expect(alex.log).to_contain_text(reference)
    await alex.choice("Claim").click()
    await expect(alex.page.get_by_role("status").filter(has_text="Alex")).to_be_visible()
    await expect(robin.log).to_contain_text("Alex")

    card = alex.log.locator("article", has_text=reference).first
    await card.get_by_role("link", name="Reply").click()
    await alex.words.fill("Lovely idea. Can we talk on Friday?")
    await alex.words.press("Enter")
    await expect(ann.log).to_contain_text("Can we talk on Friday?")
    await ann.send("Friday at noon is good")
    await expect(alex.log).to_contain_text("Friday at noon is good")

    code, out, _err = await assistant.command("leads", "export", "--format", "json")
    assert code == 0
    assert reference in [lead["reference"] for lead in json.loads(out)]


async def test_the_conversation_is_there_after_a_reload(open_chat: Opener) -> None:
    chat = await open_chat("as=bea")
    await expect(chat.page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    await chat.send("/start")
    said = await chat.log.locator("article").count()
    await chat.page.reload()
    await expect(chat.log.locator("article")).to_have_count(said)
    await expect(chat.page.get_by_role("button", name="Start", exact=True)).to_be_hidden()


async def test_several_short_messages_and_a_sign_of_life(open_chat: Opener) -> None:
    chat = await open_chat("as=cat")
    await chat.send("/idea")
    await chat.words.fill("Our street is full of litter, I see it every day")
    await chat.words.press("Enter")
    await chat.words.fill("and nobody talks to each other")
    await chat.words.press("Enter")
    await expect(chat.page.locator("#typing")).to_be_visible()
    await expect(chat.log).to_contain_text("2 of 9")
    await expect(chat.page.locator("#typing")).to_be_hidden()
    assert "3 of 9" not in await chat.log.inner_text()


async def test_changing_ones_own_words(open_chat: Opener) -> None:
    chat = await open_chat("as=dot")
    await chat.send("/idea")
    await chat.send("There is no bench at the buss stop for the old ones")
    mine = chat.log.locator("article.mine", has_text="buss stop")
    await mine.hover()
    await mine.get_by_role("link", name="Edit").click()
    await expect(chat.words).to_have_value("There is no bench at the buss stop for the old ones")
    await chat.words.fill("There is no bench at the bus stop for the old ones")
    await chat.words.press("Enter")
    await expect(chat.log.locator("article.mine", has_text="bus stop")).to_contain_text("edited")


async def test_a_picture_is_answered_and_shown(open_chat: Opener) -> None:
    chat = await open_chat("as=eve")
    await chat.send("/idea")
    before = await chat.log.locator("article.theirs").count()
    await chat.page.set_input_files(
        "#file", {"name": "hut.png", "mimeType": "image/png", "buffer": PNG}
    )
    await chat.settle(before)
    picture = chat.log.get_by_role("img", name="hut.png")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.complete && image.naturalWidth") == 1


async def test_a_voice_note_is_recorded_and_can_be_heard(open_chat: Opener) -> None:
    chat = await open_chat("as=emi")
    await chat.send("/idea")
    await chat.page.get_by_role("button", name="Attach").click()
    await chat.page.get_by_role("button", name="Voice note").click()
    await expect(chat.page.get_by_text("Recording 0:01")).to_be_visible()
    before = await chat.log.locator("article.theirs").count()
    await chat.page.get_by_role("button", name="Send voice note").click()
    await chat.settle(before)
    note = chat.log.get_by_label("Voice note")
    await expect(note).to_be_visible()
    await note.evaluate(PLAYABLE)


async def test_sharing_a_number(open_chat: Opener) -> None:
    chat = await open_chat("as=fay")
    await chat.send("ring me")
    for _ in range(4):
        if await chat.newest.locator("[data-contact]").count():
            break
        await chat.send("Fay Example")
    await chat.newest.locator("[data-contact]").click()
    phone = chat.page.get_by_label("Your number")
    await expect(phone).to_be_focused()
    await expect(phone).to_have_value("07700 900123")
    before = await chat.log.locator("article.theirs").count()
    await phone.press("Enter")
    await chat.settle(before)
    await expect(chat.log).to_contain_text("07700 900123")
    await expect(chat.words).to_be_focused()


async def test_commands_by_keyboard(open_chat: Opener) -> None:
    chat = await open_chat("as=gus")
    await chat.words.press("/")
    menu = chat.page.get_by_role("group", name="Commands")
    await expect(menu).to_be_visible()
    await chat.words.press_sequentially("pri")
    await expect(menu.get_by_role("button")).to_have_count(1)
    await chat.words.press("ArrowDown")
    await chat.page.keyboard.press("Enter")
    await expect(chat.log).to_contain_text("/privacy")
    await expect(chat.words).to_be_focused()
    await chat.words.press("/")
    await chat.words.press("Escape")
    await expect(menu).to_be_hidden()


async def test_the_whole_chat_by_keyboard(open_chat: Opener) -> None:
    chat = await open_chat("as=hal")
    keyboard = chat.page.keyboard
    await expect(chat.words).to_be_focused()
    await keyboard.type("/start")
    await keyboard.press("Enter")
    await expect(chat.choice("Check if I can apply")).to_be_visible()
    for _ in range(30):
        await keyboard.press("Shift+Tab")
        focused = await chat.page.evaluate("document.activeElement.textContent.trim()")
        if focused == "Check if I can apply":
            break
    await keyboard.press("Enter")
    await expect(chat.log).to_contain_text("Who would be applying")


async def test_other_chats_are_a_click_away(open_chat: Opener) -> None:
    chat = await open_chat("as=ivy")
    people = chat.page.get_by_role("navigation", name="Chats")
    await people.get_by_role("link", name="Staff chat").click()
    await expect(chat.page.get_by_role("heading", level=1)).to_have_text("Staff chat")
    await people.get_by_label("Another resident").fill("jo_2")
    await people.get_by_role("button", name="Open").first.click()
    await expect(chat.page).to_have_url(re.compile(r"/\?as=jo_2$"))
    await expect(people.get_by_role("link", name="Jo 2")).to_have_attribute("aria-current", "page")


async def test_a_new_resident_shows_up_at_the_side(open_chat: Opener) -> None:
    watcher = await open_chat("as=ken")
    newcomer = await open_chat("as=liv")
    await newcomer.send("/start")
    link = watcher.page.get_by_role("link", name="Liv new")
    await expect(link).to_be_visible()
    await expect(link.locator(".unread")).to_be_visible()


async def test_without_javascript_it_says_so(assistant: Assistant, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(assistant.url)
    await expect(page.get_by_text("This preview needs JavaScript")).to_be_visible()
    await expect(page.get_by_label("Message")).to_be_hidden()
    await context.close()


async def no_wider_than_the_window(page: Page) -> bool:
    widths = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return bool(widths[0] <= widths[1])


@pytest.mark.parametrize("width", [1200, 360])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everybody_can_use_it(open_chat: Opener, width: int, dark: bool) -> None:
    script = axe_script()
    chat = await open_chat(f"as=mia-{width}-{dark}", width=width, height=740, dark=dark)
    assert await violations(chat.page, script) == []
    await chat.send("/start")
    await chat.send("/idea")
    assert await violations(chat.page, script) == []
    await chat.page.get_by_role("button", name="Commands").click()
    assert await violations(chat.page, script) == []
    await chat.page.keyboard.press("Escape")
    if width < 500:
        await chat.page.get_by_role("button", name="Chats").click()
        assert await violations(chat.page, script) == []
    assert await no_wider_than_the_window(chat.page)
    await chat.open(chat.page.url.split("?")[0] + "?as=staff")
    assert await violations(chat.page, script) == []
    assert await no_wider_than_the_window(chat.page)


async def test_stopping_is_quick_with_pages_open(open_chat: Opener, tmp_path: Path) -> None:
    chat = await open_chat("as=ned")
    process = Assistant({}, folder=tmp_path)
    await process.start()
    await chat.open(f"{process.url}?as=ned")
    async with asyncio.timeout(9):  # less than what it has for what is under way
        assert await process.stop() == 0
    await expect(chat.page.get_by_text("The server can't be reached")).to_be_visible()
