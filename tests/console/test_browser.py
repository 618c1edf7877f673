"""The console in a real browser: nothing for axe to find, at a desk and on a phone.

With PICTURES=docs/pictures it also takes the pictures that docs/console.md shows.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from storage import lead_work
from storage.models import Lead
from storage.staff import Role
from tests.console.conftest import Office
from tests.console.test_leads import change, send
from tests.preview.browser import axe_script, browser_path, launch, violations

if browser_path() is None and not os.environ.get("BROWSER_REQUIRED"):
    pytest.skip("left out: there is no Chromium or Chrome on this machine", allow_module_level=True)

SIZES = {"desk": (1200, 800), "phone": (360, 780)}
PICTURES = os.environ.get("PICTURES")
PAGES = {
    "leads": "/staff/leads?borough=sefton",
    "lead": "/staff/leads/LCR-AAAAA",
    "no-lead": "/staff/leads/LCR-ZZZZZ",
    "audit": "/staff/audit",
    "sign-ins": "/staff/sign-ins",
}


@pytest_asyncio.fixture(params=list(SIZES))
async def page(request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    width, height = SIZES[request.param]
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        opened = await browser.new_page(viewport={"width": width, "height": height})
        yield opened
        await browser.close()


def fill(office: Office) -> None:
    robin, first = office.hire("Robin", Role.CASEWORKER), send(office, "LCR-AAAAA", "Ann Example")
    for number in range(6):
        send(office, f"LCR-{number:05}", f"Person {number}", borough="sefton")
    change(office, first, assignee_id=robin.id, score=84, next_action="ring her")
    change(office, first, next_action_at=office.clock.now())
    with office.core.database.transaction() as session:
        lead = session.get(Lead, first)
        assert lead is not None
        lead_work.put_labels(session, lead, ["visit"], who="Robin", now=office.clock.now())
        lead_work.add_note(session, lead, "Her nan has the keys", who="Robin", now=lead.created_at)


async def sign_in(office: Office, page: Page) -> None:
    link = office.link_for(office.hire("Kim Example", Role.ADMIN))
    await page.goto(office.address + link)
    assert await violations(page, axe_script()) == []
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/staff/leads")


async def test_axe_finds_nothing_and_nothing_is_cut_off(small_office: Office, page: Page) -> None:
    office = small_office
    fill(office)
    await page.goto(f"{office.address}/staff/sign-in")
    assert await violations(page, axe_script()) == []
    await sign_in(office, page)
    for name, address in PAGES.items():
        await page.goto(office.address + address)
        assert await violations(page, axe_script()) == [], name
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is wider than the window"
        await picture(page, name)


async def test_the_list_can_be_worked_with_the_keyboard(small_office: Office, page: Page) -> None:
    office = small_office
    fill(office)
    await sign_in(office, page)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # skip to the page
    await page.get_by_label("Words").focus()
    await page.keyboard.type("nan keys")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**words=nan*")
    assert await page.get_by_role("status").inner_text() == "One lead"
    await page.get_by_role("link", name="LCR-AAAAA").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/staff/leads/LCR-AAAAA")
    assert await page.get_by_role("heading", level=1).inner_text() != ""


async def picture(page: Page, name: str) -> None:
    if PICTURES and page.viewport_size:
        size = "phone" if page.viewport_size["width"] < 600 else "desk"
        await page.screenshot(path=Path(PICTURES, f"console-{name}-{size}.png"))
