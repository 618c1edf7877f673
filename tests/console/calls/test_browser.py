"""Calls in a real browser: nothing for axe to find, and everything by the keyboard alone."""

from datetime import timedelta

from playwright.async_api import Page

from storage import calls, late_links, news
from tests.console.browsing import look, look_at, sign_in
from tests.console.calls.town import EDIT, GARDENS, IN_SEFTON, keep, local, settle_in
from tests.console.conftest import Office

CALL = f"/staff/calls/{GARDENS.code}"
SHEDS = {"code": "sheds_2025", "title": "Sheds and tools 2025", "theme": "community_assets"}


def fill(office: Office) -> None:
    keep(office)
    keep(office, code="walks_2026", title="Walks with company", theme="ageing", is_draft=True)
    keep(office, code="halls_2027", title="Halls for everybody", opens_at=local(2026, 6, 29))
    keep(office, **SHEDS, opens_at=local(2025, 5, 1), closes_at=local(2026, 5, 29, 17))
    settle_in(office, reminded=7, borough="sefton", adult=True, applicant_who="individual")
    settle_in(office, reminded=4, borough="sefton", adult=False, applicant_who="individual")
    settle_in(office, reminded=2, borough="wirral", adult=True, applicant_who="group", people=5.0)
    settle_in(office, followers=6, drafting=3)
    keep(office, summary="For people who open up a green space together.", reminders=["14d", "1d"])
    with office.core.database.transaction() as session:
        news.note_openings(session, now=office.clock.now())
        sheds = calls.find_call(session, code=SHEDS["code"])
        assert sheds is not None
        until = office.clock.now() + timedelta(days=3)
        now = office.clock.now()
        late_links.make_late_link(session, sheds, expires_at=until, by="Ann Example", now=now)


async def test_axe_finds_nothing_and_nothing_is_cut_off(small_office: Office, page: Page) -> None:
    office = small_office
    fill(office)
    await sign_in(office, page)
    for name, address in {
        "calls": "/staff/calls",
        "call": CALL,
        "call-late": f"/staff/calls/{SHEDS['code']}",
        "call-preview": f"{CALL}/preview",
        "call-edit": EDIT,
        "call-copy": f"/staff/new-call?from={GARDENS.code}",
        "call-close": f"{CALL}/do/close",
        "call-publish": "/staff/calls/walks_2026/do/publish",
        "no-call": "/staff/calls/none_such",
    }.items():
        await look_at(office, page, address, name=name)
    await page.goto(f"{office.address}{EDIT}")
    await page.locator("#closes_date").fill("2026-07-24")
    await page.get_by_role("group", name="Answers to Where").get_by_label("Sefton").uncheck()
    await page.get_by_role("button", name="See what follows").click()
    await page.get_by_role("heading", name="Before it is saved").wait_for()
    await look(page, name="call-consequences")
    await page.get_by_role("button", name="Go back and change something").click()
    await page.locator("#title").fill("")
    await page.locator("#closes_date").fill("2026-10-25")
    await page.locator("#closes_time").fill("01:30")
    await page.get_by_role("button", name="See what follows").click()
    await page.get_by_role("alert").wait_for()
    await look(page, name="call-mistakes")


async def test_a_refused_call_shows_the_conversation(small_office: Office, page: Page) -> None:
    office = small_office
    keep(office, criteria=[IN_SEFTON], is_draft=True)
    await sign_in(office, page)
    await page.goto(f"{office.address}{EDIT}")
    await page.locator("#fact-top").select_option("applicant_who")
    await page.get_by_role("button", name="Add a criterion", exact=True).click()
    await page.get_by_label("A public body").check()
    for label, words in {
        "What they read when it is met": "You are a public body.",
        "What they read when it is not": "It is for public bodies.",
        "What would change it": "Ask your council to apply.",
    }.items():
        await page.get_by_label(label).nth(1).fill(words)
    await page.get_by_role("button", name="Save the draft").click()
    alert = page.get_by_role("alert")
    await alert.wait_for()
    assert "led elsewhere" in await alert.inner_text()
    assert "A public body (council, NHS)" in await alert.inner_text()
    assert await page.get_by_label("What would change it").nth(1).input_value() != ""
    await look(page, name="call-refused")


async def test_a_call_is_made_and_published_with_the_keyboard(
    small_office: Office, page: Page
) -> None:
    office = small_office
    keep(office)
    settle_in(office, followers=3)
    await sign_in(office, page)
    await page.goto(f"{office.address}/staff/calls")
    await reach(page, "New call")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="New call").wait_for()
    await page.locator("#title").focus()
    await page.keyboard.type("Benches by the canal")
    await tab_and_type(page, "benches_2026")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Community")
    await tab_and_type(page, "For people who want a place to sit together.")
    await page.locator("#opens_date").fill("2026-06-01")
    await page.locator("#closes_date").fill("2026-08-14")
    await page.locator("#fact-top").focus()
    await page.keyboard.type("18")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # add the criterion
    await page.locator("#c1-row").wait_for()
    await page.locator("#c1-values-true").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")  # what it means when it is not met
    for words in ("You're 18 or over.", "Somebody aged 18 or over applies.", "Ask a grown-up."):
        await tab_and_type(page, words)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # in a text field: goes on
    await page.get_by_text("Kept as a draft").wait_for()
    await reach(page, "Publish")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Publish", exact=True).wait_for()
    assert await page.get_by_text("3 people hear of it").count() == 1
    await reach(page, "Publish it now")
    await page.keyboard.press("Enter")
    await page.get_by_text("Published.").wait_for()
    assert await page.locator(".state").inner_text() == "Open"


async def tab_and_type(page: Page, words: str) -> None:
    await page.keyboard.press("Tab")
    await page.keyboard.type(words)


async def reach(page: Page, name: str) -> None:
    """Tab until the link or button of this name has the focus."""
    for _step in range(80):
        await page.keyboard.press("Tab")
        focused = await page.evaluate("document.activeElement.innerText")
        if focused == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")
