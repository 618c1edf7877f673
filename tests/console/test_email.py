"""Staff's own e-mail in the console: given, proved, chosen, stopped."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page
from sqlalchemy import select

from bot.ways_out.ways_out import WaysOut
from storage import mails, staff
from storage.mailboxes import GIVEN, MOST_A_DAY, MOST_AN_HOUR
from storage.models import AuditEntry, OutboxRow, StaffMember
from storage.staff import Role
from tests.console.browsing import look, look_at, sign_in
from tests.console.conftest import Browser, Office, open_office
from tests.console.test_leads import send
from tests.ways_out.mail_server import MailServer, Taken

EMAIL = "/staff/email"
ADDRESS = "kim@example.org"


class Post:
    """An office with a mail server."""

    def __init__(self, office: Office, server: MailServer) -> None:
        self.office = office
        self.server = server
        self._ways_out = WaysOut(office.core)

    async def deliver(self) -> list[Taken]:
        """What was taken by now."""
        assert self._ways_out.mails is not None
        await self._ways_out.mails.run_waiting()
        return self.server.taken

    async def kim(self, role: Role = Role.CASEWORKER) -> Browser:
        browser = await self.office.signed_in("Kim", role)
        await browser.get(EMAIL)
        return browser

    async def give(self, browser: Browser, *kinds: str, address: str = ADDRESS) -> str:
        """Give an address; the path of the link that comes there."""
        for kind in kinds or (mails.NEW,):  # one field each
            fields = {"address": address, "kinds": kind}
            assert (await browser.post(EMAIL, **fields)).status == 303
        return self.link(await self.deliver(), "confirm")

    def link(self, taken: list[Taken], what: str) -> str:
        found = re.search(rf"/staff/email/{what}/\S+", taken[-1].text)
        assert found is not None
        return found[0]

    def member(self) -> StaffMember:
        with self.office.core.database.reading() as session:
            found = staff.find_member(session, channel="telegram", external_id="Kim")
            assert found is not None
            return found

    def waiting(self) -> list[str]:
        with self.office.core.database.reading() as session:
            rows = session.scalars(select(OutboxRow).where(OutboxRow.state == "to_do"))
            return [(it.payload or {}).get("about", "") for it in rows]


@pytest.fixture
async def post(database_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    async with MailServer().listening() as server:
        settings = {"smtp_url": server.url, "mail_from": "hello@example.org"}
        async with open_office(database_url, tmp_path, **settings) as office:
            yield Post(office, server)


@pytest.fixture
async def small_post(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    async with MailServer().listening() as server:
        settings = {"smtp_url": server.url, "mail_from": "hello@example.org"}
        async with open_office(sqlite_url, tmp_path, **settings) as office:
            yield Post(office, server)


async def test_an_address_is_proved_by_a_button_behind_a_link(post: Post) -> None:
    kim = await post.kim()
    link = await post.give(kim)
    [taken] = post.server.taken
    assert taken.to == [ADDRESS]
    assert "confirm" in taken.text
    stranger = await post.office.browser()  # their mail program, where nobody is signed in
    assert (await stranger.get(link)).status == 200
    assert post.member().email_confirmed_at is None  # to look at it is not enough
    assert (await stranger.post(link)).status == 200
    assert post.member().email_confirmed_at is not None
    assert (await stranger.post(link)).status == 410
    send(post.office, "LCR-AAAAA", "Ann Example")
    assert "LCR-AAAAA" in (await post.deliver())[-1].text


async def test_of_two_addresses_the_later_counts(post: Post) -> None:
    kim = await post.kim()
    former = await post.give(kim, address="wrong@example.org")
    await kim.get(EMAIL)
    link = await post.give(kim)
    stranger = await post.office.browser()
    assert (await stranger.post(former)).status == 410
    assert (await stranger.post(link)).status == 200
    assert post.member().email == ADDRESS


async def test_one_member_gets_three_links_in_an_hour(post: Post) -> None:
    kim = await post.kim()
    for number in range(MOST_AN_HOUR):
        await post.give(kim, address=f"kim{number}@example.org")
    assert (await kim.post(EMAIL, address=ADDRESS, kinds="mine")).status == 429
    assert "try again in an hour" in kim.page
    assert f'value="{ADDRESS}"' in kim.page  # what was typed is still there
    assert len(await post.deliver()) == MOST_AN_HOUR
    assert (post.member().email, post.member().email_kinds) == ("kim2@example.org", ["new"])
    lou = await post.office.signed_in("Lou", Role.VIEWER)
    await post.give(lou)
    post.office.wait(timedelta(hours=1))
    await kim.get(EMAIL)
    await post.give(kim)
    assert len(await post.deliver()) == MOST_AN_HOUR + 2


async def test_one_address_gets_ten_links_in_a_day(post: Post) -> None:
    taken = 0
    for number in range(4):
        browser = await post.office.signed_in(f"Member{number}", Role.VIEWER)
        await browser.get(EMAIL)
        for way in ("Kim@Example.org", "kim+news@example.org", ADDRESS):
            taken += (await browser.post(EMAIL, address=way, kinds="new")).status == 303
    assert taken == MOST_A_DAY
    assert "Try again tomorrow" in browser.page
    assert (await browser.post(EMAIL, address="lou@example.org", kinds="new")).status == 303
    with post.office.core.database.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.verb == GIVEN)).all()
        assert [it.result for it in found].count("refused") == 2
        assert not [it for it in found if "kim" in str(it.detail).lower()]
    post.office.wait(timedelta(days=1))
    later = await post.office.signed_in("Sam", Role.VIEWER)
    await later.get(EMAIL)
    assert (await later.post(EMAIL, address=ADDRESS, kinds="new")).status == 303


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kim",
        "kim@",
        "a@b",
        "kïm@example.org",
        "kim@example.org\r\nBcc: all@example.org",
        "a@example.org, b@c.org",
    ],
)
async def test_what_is_no_address_is_said(small_post: Post, address: str) -> None:
    kim = await small_post.kim()
    assert (await kim.post(EMAIL, address=address, kinds="new")).status == 422
    assert "not an address" in kim.page
    assert await small_post.deliver() == []


async def test_what_comes_is_ones_own_choice(post: Post) -> None:
    kim = await post.kim()
    link = await post.give(kim)
    await kim.post(link)
    await kim.get(EMAIL)
    assert 'value="new" id="want-new" checked' in kim.page
    assert (await kim.post(f"{EMAIL}/kinds", kinds="digest")).status == 303
    assert post.member().email_kinds == ["digest"]
    assert post.waiting() == ["digest"]
    send(post.office, "LCR-AAAAA")
    assert len(await post.deliver()) == 1
    assert (await kim.post(f"{EMAIL}/kinds", kinds="made up")).status == 303
    assert post.member().email_kinds == []
    assert post.waiting() == []


async def test_the_link_in_each_mail_stops_it_without_signing_in(post: Post) -> None:
    kim = await post.kim()
    await kim.post(await post.give(kim))
    send(post.office, "LCR-AAAAA")
    taken = await post.deliver()
    link = post.link(taken, "stop")
    assert str(taken[-1].message["List-Unsubscribe"]).endswith(f"{link}>")
    stranger = await post.office.browser()
    assert (await stranger.get(link)).status == 200
    assert post.member().email_kinds == ["new"]
    # As a mail program does it by one click (RFC 8058): it was on no page of ours.
    response = await stranger.client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert response.status == 200
    assert post.member().email_kinds == []
    send(post.office, "LCR-BBBBB")
    assert len(await post.deliver()) == len(taken)


async def test_a_link_that_was_made_up_stops_nothing(small_post: Post) -> None:
    kim = await small_post.kim()
    await kim.post(await small_post.give(kim))
    stranger = await small_post.office.browser()
    for token in (f"{small_post.member().id}-{'0' * 40}", f"999-{'0' * 40}"):
        assert (await stranger.get(f"{EMAIL}/stop/{token}")).status == 410
        assert (await stranger.post(f"{EMAIL}/stop/{token}")).status == 410
    assert small_post.member().email_kinds == ["new"]


async def test_ones_address_can_be_deleted(post: Post) -> None:
    kim = await post.kim()
    await kim.post(await post.give(kim))
    await kim.get(EMAIL)
    assert (await kim.post(f"{EMAIL}/end")).status == 303
    member = post.member()
    assert (member.email, member.email_kinds, member.email_confirmed_at) == (None, None, None)


async def test_what_did_not_get_through_is_shown(post: Post) -> None:
    post.server.unknown = {ADDRESS}
    kim = await post.kim()
    assert (await kim.post(EMAIL, address=ADDRESS, kinds="new")).status == 303
    await post.deliver()
    await kim.get(EMAIL)
    assert "Not delivered" in kim.page
    assert "550 5.1.1 no such user here" in kim.page


async def test_without_a_mail_server_the_page_says_so(small_office: Office) -> None:
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    await kim.get(EMAIL)
    assert "SMTP_URL" in kim.page
    assert (await kim.post(EMAIL, address=ADDRESS, kinds="new")).status == 422


async def test_the_pages_are_sound_on_every_screen(small_post: Post, page: Page) -> None:
    post, office = small_post, small_post.office
    await sign_in(office, page)
    await look_at(office, page, EMAIL, name="email-none")
    await page.get_by_label("E-mail address").fill("kim@example.org")
    await page.get_by_label("Each new lead").check()
    await page.get_by_role("button", name="Send me a link").click()
    await page.wait_for_url("**done=asked")
    await look(page, name="email-asked")
    link = post.link(await post.deliver(), "confirm")
    await look_at(office, page, link, name="email-confirm")
    await page.get_by_role("button", name="Yes, it is mine").click()
    await look(page, name="email-confirmed")
    for number in range(3):
        send(office, f"LCR-{number:05}")
    await post.deliver()
    post.server.unknown = {"kim@example.org"}
    send(office, "LCR-AAAAA")
    taken = await post.deliver()
    await look_at(office, page, EMAIL, name="email")
    await look_at(office, page, post.link(taken, "stop"), name="email-stop")
    await page.get_by_role("button", name="Stop it").click()
    await look(page, name="email-stopped")
    await look_at(office, page, link, name="email-link-gone")


async def test_ones_choice_can_be_made_with_the_keyboard(small_post: Post, page: Page) -> None:
    await sign_in(small_post.office, page)
    await page.goto(small_post.office.address + EMAIL)
    await page.get_by_label("E-mail address").focus()
    await page.keyboard.type(ADDRESS)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")  # each new lead
    await page.keyboard.press("Enter")
    await page.wait_for_url("**done=asked")
    assert "on its way" in await page.get_by_role("status").inner_text()
