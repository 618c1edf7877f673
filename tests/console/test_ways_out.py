"""Web hooks in the console: added, tried out, paused, looked into, sent again, taken away."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
from playwright.async_api import Page
from sqlalchemy import select

from bot.ways_out.ways_out import WaysOut
from storage import lead_work
from storage.models import AuditEntry, HookDelivery, Lead, WebHook
from storage.staff import Role
from tests.console.browsing import look, look_at, sign_in
from tests.console.conftest import Browser, Office, open_office
from tests.console.test_leads import send
from tests.ways_out.receiver import Receiver, open_receiver

HOOKS = "/staff/web-hooks"


class Post:
    """An office, the other system, and what carries events there."""

    def __init__(self, office: Office, receiver: Receiver) -> None:
        self.office = office
        self.receiver = receiver
        self._ways_out = WaysOut(office.core)

    async def deliver(self) -> None:
        await self._ways_out.hooks.run_waiting()

    async def admin(self) -> Browser:
        browser = await self.office.signed_in("Kim", Role.ADMIN)
        await browser.get(HOOKS)
        return browser

    async def add(self, browser: Browser, *, kinds: str = "lead.sent", **more: str) -> str:
        """Add a hook; its secret as the page shows it."""
        fields = {"address": self.receiver.address(), "kinds": kinds, **more}
        assert (await browser.post(HOOKS, **fields)).status == 200
        found = re.search(r'whsec_[^<"]+', unescape(browser.page))
        assert found is not None
        await browser.get(f"{HOOKS}/1")
        return found[0]

    async def do(self, browser: Browser, what: str, **more: str) -> None:
        """Press a button of the hook's page, and see the page that it leads to."""
        response = await browser.post(f"{HOOKS}/1/do", what=what, **more)
        assert response.status == 303
        await browser.get(response.headers["Location"])

    def states(self) -> list[str]:
        with self.office.core.database.reading() as session:
            return list(session.scalars(select(HookDelivery.state).order_by(HookDelivery.id)))

    def hook(self) -> WebHook:
        with self.office.core.database.reading() as session:
            return session.get_one(WebHook, 1)

    def verbs(self) -> list[str]:
        with self.office.core.database.reading() as session:
            verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id))
            return [it for it in verbs if it.startswith("web_hook")]


@pytest.fixture
async def post(database_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    async with (
        open_receiver() as receiver,
        open_office(database_url, tmp_path, webhook_allow="127.0.0.1") as office,
    ):
        yield Post(office, receiver)


@pytest.fixture
async def small_post(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    async with (
        open_receiver() as receiver,
        open_office(sqlite_url, tmp_path, webhook_allow="127.0.0.1, crm.internal") as office,
    ):
        yield Post(office, receiver)


async def test_its_secret_is_shown_once_and_is_what_is_signed_with(post: Post) -> None:
    kim = await post.admin()
    secret = await post.add(kim)
    assert "whsec_" not in kim.page
    send(post.office, "LCR-AAAAA", "Ann Example")
    await post.deliver()
    [got] = post.receiver.got
    assert got.is_signed_with(secret)
    assert got.json["data"]["reference"] == "LCR-AAAAA"
    await kim.get(f"{HOOKS}/1")
    assert "LCR-AAAAA" in kim.page
    assert "Delivered" in kim.page
    assert post.verbs() == ["web_hook_add"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://example.org/hook", "must begin with https"),
        ("https://10.0.0.1/hook", "not public"),
        ("https://kim:secret@example.org/", "no password"),
        ("nonsense", "such as https://"),
        ("", "such as https://"),
    ],
)
async def test_an_address_that_may_not_be_is_said(
    small_post: Post, address: str, said: str
) -> None:
    kim = await small_post.admin()
    assert (await kim.post(HOOKS, address=address, kinds="lead.sent")).status == 422
    assert said in kim.page
    assert small_post.verbs() == []


async def test_one_that_hears_of_nothing_or_is_there_is_not_added(small_post: Post) -> None:
    kim = await small_post.admin()
    address = small_post.receiver.address()
    assert (await kim.post(HOOKS, address=address)).status == 422
    assert (await kim.post(HOOKS, address=address, kinds="lead.made.up")).status == 422
    await small_post.add(kim)
    assert (await kim.post(HOOKS, address=address, kinds="lead.sent")).status == 409
    assert "already" in kim.page


async def test_a_test_event_says_nothing_of_anybody(post: Post) -> None:
    kim = await post.admin()
    await post.add(kim)
    await post.do(kim, "test")
    assert 'role="status"' in kim.page
    await post.deliver()
    [got] = post.receiver.got
    assert got.json["type"] == "test"
    assert got.json["data"].keys() == {"link"}


async def test_paused_it_waits_and_goes_on(post: Post) -> None:
    kim = await post.admin()
    await post.add(kim)
    await post.do(kim, "pause")
    assert "Paused by staff" in kim.page
    send(post.office, "LCR-AAAAA")
    await post.deliver()
    assert post.receiver.got == []
    await post.do(kim, "go_on")
    await post.deliver()
    assert len(post.receiver.got) == 1
    await post.do(kim, "pause")
    send(post.office, "LCR-BBBBB")
    await post.deliver()
    await post.do(kim, "skip")
    await post.deliver()
    assert post.states() == ["delivered", "dropped"]
    assert post.verbs()[1:] == [
        *("web_hook_pause", "web_hook_go_on", "web_hook_pause", "web_hook_skip"),
    ]


async def test_what_failed_is_shown_with_why_and_sent_again(post: Post) -> None:
    kim = await post.admin()
    await post.add(kim)
    with post.office.core.database.transaction() as session:
        session.get_one(WebHook, 1).address = f"https://10.0.0.1:{post.receiver.port}/"
    for reference in ("LCR-AAAAA", "LCR-BBBBB"):
        send(post.office, reference)
    await post.deliver()
    assert post.states() == ["failed", "failed"]
    await kim.get(f"{HOOKS}/1?state=failed")
    assert kim.page.count("not public") == 2
    await kim.get(f"{HOOKS}/1/deliveries/1")
    assert "LCR-AAAAA" in kim.page
    assert "Given up" in kim.page
    with post.office.core.database.transaction() as session:
        session.get_one(WebHook, 1).address = post.receiver.address()
    assert (await kim.post(f"{HOOKS}/1/deliveries/1/replay")).status == 303
    await post.deliver()
    assert post.states() == ["delivered", "failed"]
    await post.do(kim, "replay", span="day")
    assert "On its way again" in kim.page
    await post.deliver()
    assert post.states() == ["delivered", "delivered"]
    await post.do(kim, "replay", span="day")
    assert "nothing to send again" in kim.page
    assert len({it.id for it in post.receiver.got}) == 2


async def test_a_delivery_belongs_to_its_hook(small_post: Post) -> None:
    kim = await small_post.admin()
    await small_post.add(kim)
    address = small_post.receiver.address(path="/other")
    await kim.get(HOOKS)
    assert (await kim.post(HOOKS, address=address, kinds="lead.noted")).status == 200
    send(small_post.office, "LCR-AAAAA")
    await kim.get(HOOKS)
    for path in (f"{HOOKS}/2/deliveries/1", f"{HOOKS}/1/deliveries/9", f"{HOOKS}/9"):
        assert (await kim.get(path)).status == 404
    assert (await kim.post(f"{HOOKS}/2/deliveries/1/replay")).status == 404
    assert (await kim.post(f"{HOOKS}/9/do", what="pause")).status == 404
    assert (await kim.post(f"{HOOKS}/1/do", what="made up")).status == 404


async def test_a_new_secret_is_shown_once_and_the_former_counts_for_a_day(post: Post) -> None:
    kim = await post.admin()
    former = await post.add(kim)
    assert (await kim.post(f"{HOOKS}/1/do", what="rotate")).status == 200
    found = re.search(r'whsec_[^<"]+', unescape(kim.page))
    assert found is not None
    assert found[0] != former
    send(post.office, "LCR-AAAAA")
    await post.deliver()
    [got] = post.receiver.got
    assert got.is_signed_with(former)
    assert got.is_signed_with(found[0])


async def test_what_it_hears_of_can_be_changed(post: Post) -> None:
    kim = await post.admin()
    await post.add(kim)
    assert (await kim.post(f"{HOOKS}/1")).status == 422  # nothing at all
    fields = {"kinds": "lead.noted", "is_personal": "yes"}
    assert (await kim.post(f"{HOOKS}/1", **fields)).status == 303
    lead_id = send(post.office, "LCR-AAAAA", "Ann Example")
    with post.office.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_id)
        lead_work.add_note(session, lead, "rang", who="Kim", now=post.office.clock.now())
    await post.deliver()
    [got] = post.receiver.got
    assert got.json["type"] == "lead.noted"
    assert got.json["data"]["person"] == {"name": "Ann Example", "contact": "telegram"}


async def test_taken_away_it_is_in_no_list_and_gets_nothing(post: Post) -> None:
    kim = await post.admin()
    await post.add(kim)
    send(post.office, "LCR-AAAAA")
    await post.do(kim, "end")
    assert "There is none yet" in kim.page
    await post.deliver()
    assert post.receiver.got == []
    assert (await kim.get(f"{HOOKS}/1")).status == 404


def fill(post: Post) -> None:
    """A week's worth of events, of all sorts."""
    for number in range(9):
        send(post.office, f"LCR-{number:05}", f"Person {number}", borough="sefton")


async def test_the_pages_are_sound_on_every_screen(small_post: Post, page: Page) -> None:
    post, office = small_post, small_post.office
    await sign_in(office, page)
    await look_at(office, page, HOOKS, name="web-hooks-none")
    await page.get_by_label("Address").fill("https://10.0.0.1/hook")
    await page.get_by_role("button", name="Add, and show").click()
    await look(page, name="web-hooks-wrong")
    await page.get_by_label("Address").fill(post.receiver.address("crm.internal"))
    await page.get_by_role("button", name="Add, and show").click()
    await look(page, name="web-hook-secret")
    with office.core.database.transaction() as session:
        hook = session.get_one(WebHook, 1)
        hook.address = post.receiver.address(path="/hooks/incubator")
    fill(post)
    post.receiver.answers = [200, 200, 410]
    await post.deliver()
    await page.get_by_role("link", name="I have saved it").click()
    await look(page, name="web-hook-paused")
    await page.get_by_role("button", name="Go on, with what waited").click()
    await post.deliver()
    post.receiver.always = 503
    send(office, "LCR-ABCDE", "Ann Example")
    await post.deliver()
    await look_at(office, page, f"{HOOKS}/1", name="web-hook")
    await look_at(office, page, f"{HOOKS}/1/deliveries/1", name="web-hook-delivery")
    await look_at(office, page, HOOKS, name="web-hooks")
    await look_at(office, page, f"{HOOKS}/7", name="web-hook-unknown")


async def test_a_hook_can_be_added_and_paused_with_the_keyboard(
    small_post: Post, page: Page
) -> None:
    await sign_in(small_post.office, page)
    await page.goto(small_post.office.address + HOOKS)
    await page.get_by_label("Address").focus()
    await page.keyboard.type(small_post.receiver.address())
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")  # the first kind is wanted no more
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="I have saved it").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Pause").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**done=pause")
    assert "Paused by staff" in await page.inner_text("main")
    assert "lead.sent" not in small_post.hook().kinds
    assert "lead.changed" in small_post.hook().kinds
