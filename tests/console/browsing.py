"""Looking at the console's pages in a real browser."""

import os
from pathlib import Path

from playwright.async_api import Page

from storage.staff import Role
from tests.console.conftest import Office
from tests.preview.browser import axe_script, violations

PICTURES = os.environ.get("PICTURES")  # a folder: then pictures are taken


async def sign_in(office: Office, page: Page, *, role: Role = Role.ADMIN) -> None:
    """Sign in as Kim Example, by the link and the button behind it."""
    link = office.link_for(office.hire("Kim Example", role))
    await page.goto(office.address + link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/staff/leads")


async def look_at(office: Office, page: Page, address: str, *, name: str) -> None:
    """Open a page: axe finds nothing in it, nothing is cut off, and its picture is taken as
    console-NAME-SIZE.png."""
    await page.goto(office.address + address)
    await look(page, name=name)


async def look(page: Page, *, name: str) -> None:
    """The same of the page as it is now."""
    assert await violations(page, axe_script()) == [], name
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} is wider than the window"
    if PICTURES and page.viewport_size:
        size = "phone" if page.viewport_size["width"] < 600 else "desk"
        path = Path(PICTURES, f"console-{name}-{size}.png")
        await page.screenshot(path=path, full_page=size == "desk")
