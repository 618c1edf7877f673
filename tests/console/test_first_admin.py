"""The first admin gets from the terminal into the console, and nobody else by the same link."""

import re
from datetime import timedelta

import pytest

from bot.console.staff.first import COOKIE as MARK
from storage import staff, staff_links
from storage.staff import Role
from storage.staff_links import Purpose
from tests.console.conftest import Browser, Office


def make_link(office: Office) -> str:
    """As `run` prints it; its token."""
    with office.core.database.transaction() as session:
        _link, token = staff_links.make_link(
            session, Purpose.INVITE, role=Role.ADMIN, by=None, now=office.clock.now()
        )
    return token


def press_start(office: Office, token: str, name: str = "Ada") -> None:
    """Open the link in the channel, as the desk takes it."""
    with office.core.database.transaction() as session:
        _, link = staff_links.find_link(session, token, Purpose.INVITE, now=office.clock.now())
        assert link is not None
        assert staff_links.use_link(session, link, now=office.clock.now())
        member = staff.admit(
            session,
            channel="telegram",
            external_id=name,
            name=name,
            role=Role.ADMIN,
            invited_by=None,
            now=office.clock.now(),
        )
        link.used_by = member.id


@pytest.fixture
async def browser(office: Office) -> Browser:
    return await office.browser()


async def test_a_scanned_link_signs_the_waiting_browser_in_once(
    office: Office, browser: Browser
) -> None:
    token = make_link(office)
    place = f"/staff/first/{token}"
    assert (await browser.get(place)).status == 200
    assert f"?start=staff-{token}" in browser.page
    assert '<svg aria-hidden="true"' in browser.page
    assert (await browser.post(place)).status == 200  # nobody has pressed Start yet
    office.wait(timedelta(minutes=2))
    press_start(office, token)
    await browser.get(place)
    assert "The link has been used" in browser.page
    kept = browser.client.session.cookie_jar.filter_cookies(browser.client.make_url(place))[MARK]
    response = await browser.post(place)
    assert (response.status, response.headers["Location"]) == (303, "/staff/leads")
    await browser.get("/staff/me")
    assert "Ada" in browser.page
    thief = await office.browser()
    thief.client.session.cookie_jar.update_cookies({MARK: kept.value})
    assert (await thief.post(place)).status == 200  # the mark is good, and was used
    assert (await thief.get("/staff/me")).status == 303


async def test_who_opens_it_after_it_was_used_is_not_let_in(
    office: Office, browser: Browser
) -> None:
    token = make_link(office)
    press_start(office, token)
    office.wait(timedelta(seconds=2))
    assert (await browser.get(f"/staff/first/{token}")).status == 410
    assert (await browser.post(f"/staff/first/{token}")).status == 410
    assert (await browser.get("/staff/me")).status == 303


async def test_of_two_waiting_browsers_one_gets_in(office: Office, browser: Browser) -> None:
    token, other = make_link(office), await office.browser()
    place = f"/staff/first/{token}"
    await browser.get(place)
    await other.get(place)
    press_start(office, token)
    statuses = [(await it.post(place)).status for it in (browser, other)]
    assert statuses[0] == 303
    assert statuses[1] != 303


async def test_the_wait_is_a_quarter_of_an_hour(office: Office, browser: Browser) -> None:
    token = make_link(office)
    await browser.get(f"/staff/first/{token}")
    press_start(office, token)
    office.wait(timedelta(minutes=16))
    assert (await browser.post(f"/staff/first/{token}")).status != 303
    assert (await browser.get("/staff/me")).status == 303


async def test_a_members_invitation_is_no_way_in(office: Office, browser: Browser) -> None:
    ada = office.hire("Ada", Role.ADMIN)
    with office.core.database.transaction() as session:
        _link, token = staff_links.make_link(
            session, Purpose.INVITE, role=Role.ADMIN, by=ada, now=office.clock.now()
        )
    assert (await browser.get(f"/staff/first/{token}")).status == 410


async def test_a_made_up_mark_is_none(office: Office, browser: Browser) -> None:
    token = make_link(office)
    browser.client.session.cookie_jar.update_cookies({MARK: "x.1.y"})
    assert (await browser.get(f"/staff/first/{token}")).status == 200
    assert re.search(r"sign me in", browser.page)
    for _ in range(20):
        status = (await browser.get(f"/staff/first/{'0' * 48}")).status
    assert status == 429
