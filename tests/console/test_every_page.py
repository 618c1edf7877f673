"""Every page of the console in a real browser, with something of each kind in it: axe finds nothing
in any of them, nothing is cut off, and each says what it is. A new page is looked at by itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from benchmarks.console.databases import fill, settings_for
from benchmarks.console.scale import NOW, Scale
from benchmarks.console.visits import ADMIN, Visit, visits
from storage import sign_ins
from storage.crypto import new_secret
from storage.models import StaffMember
from tests.console.browsing import look
from tests.console.conftest import Office, open_office

SMALL = Scale().times(0.0005)
NOT_PAGES = {"asset", "live", "broadcast_progress", "wordings_export"}


@pytest.fixture
async def filled(tmp_path: Path) -> AsyncIterator[Office]:
    """An office where a little of everything has happened."""
    url, secret = f"sqlite:///{tmp_path / 'test.db'}", new_secret()
    fill(settings_for(url, secret, tmp_path), SMALL)
    async with open_office(url, tmp_path, secret=secret) as opened:
        opened.clock.move_on(NOW - opened.clock.now())
        yield opened


def asked_for(office: Office) -> tuple[str, list[Visit]]:
    """The link that signs an admin in, and each page once."""
    with office.core.database.transaction() as session:
        member = session.get_one(StaffMember, ADMIN)
        token = sign_ins.make_sign_in(session, member, now=office.clock.now())
        plain = [it for it in visits(session, SMALL) if not it.name]
    return f"/staff/sign-in/{token}", [it for it in plain if is_page(it.route)]


def is_page(route: str) -> bool:
    """Pictures, tables to download and streams are none."""
    return route not in NOT_PAGES and not route.endswith(("_picture", "_sheet"))


@pytest.mark.timeout(300)
async def test_axe_finds_nothing_in_any_page(filled: Office, page: Page) -> None:
    link, pages = asked_for(filled)
    await page.goto(filled.address + link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/staff/leads")
    for visit in pages:
        response = await page.goto(filled.address + visit.path)
        assert response is not None, visit
        assert "text/html" in (await response.header_value("content-type") or ""), visit
        assert response.status in (200, 410), visit  # a link that is used up says so
        assert await page.locator("h1").count() == 1, visit
        await look(page, name=f"every-{visit.route}")
