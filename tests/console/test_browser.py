"""The console in a real browser: nothing for axe to find, at a desk and on a phone.

With PICTURES=docs/pictures it also takes the pictures that docs/staff-console.md shows.
"""

from playwright.async_api import Page

from storage import lead_work
from storage.models import Lead
from storage.staff import Role
from tests.console.browsing import look, look_at, sign_in
from tests.console.conftest import Office
from tests.console.test_leads import change, send

PAGES = {
    "leads": "/staff/leads?borough=sefton",
    "lead": "/staff/leads/LCR-AAAAA",
    "no-lead": "/staff/leads/LCR-ZZZZZ",
    "audit": "/staff/audit",
    "sign-ins": "/staff/sign-ins",
}


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


async def test_axe_finds_nothing_and_nothing_is_cut_off(small_office: Office, page: Page) -> None:
    office = small_office
    fill(office)
    await look_at(office, page, "/staff/sign-in", name="sign-in")
    await page.goto(office.address + office.link_for(office.hire("Kim Example", Role.ADMIN)))
    await look(page, name="sign-in-link")
    await sign_in(office, page)
    for name, address in PAGES.items():
        await look_at(office, page, address, name=name)


async def test_the_list_can_be_worked_with_the_keyboard(small_office: Office, page: Page) -> None:
    office = small_office
    fill(office)
    await sign_in(office, page)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # skip to the page
    await page.get_by_role("searchbox", name="Words").focus()
    await page.keyboard.type("nan keys")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**?find=*")
    assert "nan" not in page.url
    assert await page.get_by_role("status").inner_text() == "One lead"
    await page.get_by_role("link", name="LCR-AAAAA").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/staff/leads/LCR-AAAAA")
    assert await page.get_by_role("heading", level=1).inner_text() != ""
