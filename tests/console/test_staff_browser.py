"""The pages of staff and settings in a real browser, at a desk and on a phone, and by keyboard."""

from datetime import timedelta

from playwright.async_api import Page, expect
from sqlalchemy import select

from bot.pipeline.vigil import PREFIX
from storage import audit, intake_spans, leases, staff, staff_links
from storage.chats import ChatKey
from storage.models import StaffChat
from storage.staff import Role
from storage.staff_links import Purpose
from tests.console.browsing import look, look_at, sign_in
from tests.console.conftest import Office
from tests.console.test_leads import change, send

PAGES = {
    "team": "/staff/team",
    "me": "/staff/me",
    "trail": "/staff/audit",
    "trail-none": "/staff/audit?verb=none",
    "health": "/staff/health",
    "groups": "/staff/groups",
    "setup": "/staff/settings",
}


def fill(office: Office) -> None:
    """A small team with its group, and what they did."""
    now = office.clock.now()
    ada = office.hire("Ada Sample", Role.ADMIN)
    robin = office.hire("Robin Sample", Role.CASEWORKER)
    office.hire("Vic Example", Role.VIEWER)
    lead = send(office, "LCR-AAAAA", "Ann Example")
    change(office, lead, assignee_id=robin.id, status="claimed")
    with office.core.database.transaction() as session:
        key = ChatKey("telegram", "-100", "group", "The example team")
        staff.seed_staff_chat(session, key, now=now)
        staff_links.make_link(session, Purpose.INVITE, role=Role.VIEWER, by=ada, now=now)
        audit.note(session, "claim", member=robin, done=True, now=now, lead_id=lead)
        audit.note(
            session,
            "wording_publish",
            member=ada,
            done=True,
            now=now,
            detail={
                "response": "utter_menu",
                "before": [{"text": "What can I do for you?"}],
                "after": [{"text": "What would you like to do?"}],
            },
        )
        audit.note(session, "qualify", member=robin, done=False, now=now, lead_id=lead)
        intake_spans.note_alive(session, channel="telegram", now=now)
        for number in (1, 2):
            leases.hold(
                session,
                name=f"{PREFIX}{number}",
                owner=f"example-host:{number}",
                now=now,
                period=timedelta(seconds=30),
            )


async def test_axe_finds_nothing_and_nothing_is_cut_off(small_office: Office, page: Page) -> None:
    office = small_office
    fill(office)
    await sign_in(office, page)
    for name, address in PAGES.items():
        await look_at(office, page, address, name=name)
    robin = office.hire("Robin Sample", Role.CASEWORKER)
    await look_at(office, page, f"/staff/team/{robin.id}", name="member")
    await page.get_by_role("button", name="Take Robin Sample off the list").click()
    await expect(page.get_by_role("status")).to_be_visible()
    await look(page, name="member-leaves")
    await page.goto(office.address + "/staff/team")
    await page.get_by_role("button", name="Make a link").click()
    await expect(page.get_by_text("Copy it now")).to_be_visible()
    await look(page, name="invited")


async def test_trouble_is_seen_at_once(small_office: Office, page: Page) -> None:
    office = small_office
    fill(office)
    with office.core.database.transaction() as session:
        found = session.scalars(select(StaffChat)).one()
        found.trouble, found.troubled_at = "silenced", office.clock.now()
    office.wait(timedelta(minutes=5))
    await sign_in(office, page)
    await look_at(office, page, "/staff/health", name="health-trouble")
    await look_at(office, page, "/staff/groups", name="groups-trouble")


async def test_somebody_is_invited_with_the_keyboard(small_office: Office, page: Page) -> None:
    office = small_office
    await sign_in(office, page)
    await page.goto(office.address + "/staff/team")
    await page.get_by_label("Role").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Copy it now")).to_be_visible()
    await expect(page.locator(".secret")).to_contain_text("caseworker")
    copied = page.get_by_label("To copy")
    assert (await copied.input_value()).startswith("/start staff-")
    await expect(page.get_by_role("button", name="Copy")).to_be_visible()


async def test_the_first_admin_gets_in(small_office: Office, page: Page) -> None:
    office = small_office
    with office.core.database.transaction() as session:
        _link, token = staff_links.make_link(
            session, Purpose.INVITE, role=Role.ADMIN, by=None, now=office.clock.now()
        )
    await look_at(office, page, f"/staff/first/{token}", name="first-admin")
    with office.core.database.transaction() as session:
        _, link = staff_links.find_link(session, token, Purpose.INVITE, now=office.clock.now())
        assert link is not None
        assert staff_links.use_link(session, link, now=office.clock.now())
        link.used_by = staff.admit(
            session,
            channel="telegram",
            external_id="Ada",
            name="Ada Sample",
            role=Role.ADMIN,
            invited_by=None,
            now=office.clock.now(),
        ).id
    await page.get_by_role("button", name="I pressed Start").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/staff/leads")
