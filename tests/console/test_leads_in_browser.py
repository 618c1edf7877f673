"""Leads in a real browser: looked at with axe, walked with the keyboard, and without JavaScript."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select

from bot.console import live
from storage import lead_labels, lead_work, messages
from storage.models import Lead, LeadEvent, Message
from storage.staff import Role
from tests.console.browsing import look, look_at, sign_in
from tests.console.conftest import Office
from tests.console.test_leads import change, send
from tests.console.test_timeline import told

LEAD = "/staff/leads/LCR-AAAAA"
PEOPLE = (
    ("LCR-BBBBB", "Bo Sample", "wirral"),
    ("LCR-CCCCC", "Cleo Sample", "sefton"),
    ("LCR-DDDDD", "Dan Sample", "liverpool"),
)


def note(office: Office, lead_id: int, words: str, *, who: str = "Robin Sample") -> None:
    with office.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_id)
        lead_work.add_note(session, lead, words, who=who, now=office.clock.now())


def fill(office: Office) -> int:
    """A lead with a past, a twin and some others; its id."""
    robin = office.hire("Robin Sample", Role.CASEWORKER)
    first = send(office, "LCR-AAAAA", "Ann Example")
    twin = send(office, "LCR-TTTTT", "Ann Example")
    for reference, name, borough in PEOPLE:
        send(office, reference, name, borough=borough)
    with office.core.database.transaction() as session:
        lead = session.get_one(Lead, first)
        session.get_one(Lead, twin).chat_id = lead.chat_id
        lead_work.assign(session, lead, robin, who="Robin Sample", now=office.clock.now())
        for label in ("visit", "needs a room"):
            lead_work.put_labels(session, lead, [label], who="Kim", now=office.clock.now())
    change(office, first, score=84, status="claimed", next_action="ring her")
    change(office, first, next_action_at=office.clock.now() + timedelta(days=3))
    office.wait(timedelta(hours=2))
    note(office, first, "Her nan has the keys to the hall.")
    office.wait(timedelta(minutes=20))
    told(office, first, "Thanks, <b>Ann</b>. We have read your idea and would like to meet.")
    office.wait(timedelta(minutes=5))
    told(office, first, "Is Friday good?", state="set_aside", error="Forbidden: blocked by user")
    return first


async def tab_to(page: Page, name: str, *, role: str = "") -> None:
    """Walk on with the Tab key until what is called so has the focus."""
    for _ in range(120):
        await page.keyboard.press("Tab")
        found = await page.evaluate(
            """() => { const it = document.activeElement;
            return [it.tagName.toLowerCase(), (it.labels?.[0] ?? it).textContent.trim()]; }"""
        )
        if name in found[1] and role in ("", found[0]):
            return
    raise AssertionError(f"no way to {name} with the keyboard")


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "POLL", 0.05)


async def test_axe_finds_nothing_whatever_is_open(small_office: Office, page: Page) -> None:
    office = small_office
    fill(office)
    await sign_in(office, page)
    await look_at(office, page, "/staff/leads?status=open", name="leads-list")
    await page.get_by_text("Save this search").click()
    await page.get_by_label("By which name").fill("Open here")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_text("Change this view").click()
    await page.get_by_label("Tick LCR-AAAAA").check()
    await page.get_by_label("With those ticked").select_option("next")
    await look(page, name="leads-ticked")
    await look_at(office, page, LEAD, name="lead-page")
    for it in await page.locator("details.act").all():
        await it.locator("summary").click()
    await look(page, name="lead-acts")
    await page.goto(office.address + LEAD)
    await page.get_by_role("button", name="Qualify…").click()
    await look(page, name="lead-preview")
    await page.goto(office.address + LEAD)
    await page.locator("summary", has_text="Let it rest").click()
    note(office, 1, "Meanwhile")
    await page.locator("#snooze-words").fill("next tuesday")
    await page.get_by_role("button", name="Let it rest").click()
    await expect(page.get_by_role("alert", name="Not done")).to_contain_text("Meanwhile")
    assert await page.locator("#snooze-words").input_value() == "next tuesday"
    await look(page, name="lead-conflict")


async def test_a_lead_is_found_and_worked_with_the_keyboard_alone(
    small_office: Office, page: Page
) -> None:
    office = small_office
    first = fill(office)
    await sign_in(office, page, role=Role.CASEWORKER)
    keys = page.keyboard
    await tab_to(page, "Words", role="input")
    await keys.type("nan keys hall")
    await keys.press("Enter")
    await page.wait_for_url("**?find=*")
    await tab_to(page, "LCR-AAAAA", role="a")
    await keys.press("Enter")
    await page.wait_for_url(f"**{LEAD}")
    await tab_to(page, "Labels", role="summary")
    await keys.press("Enter")
    await tab_to(page, "Put on")
    await keys.type("garden")
    await keys.press("Enter")
    await page.wait_for_url("**#said")
    await tab_to(page, "Note for the others", role="summary")
    await keys.press("Space")
    await tab_to(page, "Only staff see it")
    await keys.type("She has a key now")
    await tab_to(page, "Save")
    await keys.press("Enter")
    await expect(page.locator(".past")).to_contain_text("She has a key now")
    await tab_to(page, "Qualify…")
    await keys.press("Enter")
    await expect(page.locator("#said")).to_contain_text("Ann Example")
    await tab_to(page, "In other words")
    await keys.type("Come and see us on Monday, Ann.")
    await tab_to(page, "Show it in these words")
    await keys.press("Enter")
    await expect(page.locator("#said")).to_contain_text("Come and see us on Monday, Ann.")
    await tab_to(page, "Send")
    await keys.press("Enter")
    await expect(page.locator(".facts")).to_contain_text("qualified")
    with office.core.database.reading() as session:
        lead = session.get_one(Lead, first)
        assert lead.status == "qualified"
        assert lead_labels.labels_of(session, first) == ["garden", "needs a room", "visit"]
        said = session.scalars(
            select(Message).where(Message.chat_id == lead.chat_id).order_by(Message.id.desc())
        ).first()
        assert said is not None
        assert "Come and see us on Monday, Ann." in (said.text or "")


async def test_leads_are_ticked_and_labelled_with_the_keyboard(
    small_office: Office, page: Page
) -> None:
    office = small_office
    fill(office)
    await sign_in(office, page, role=Role.CASEWORKER)
    await tab_to(page, "All of this page")
    await page.keyboard.press("Space")
    await expect(page.locator("#ticked")).to_have_text("5 ticked")
    await page.keyboard.press("Space")
    await expect(page.locator("#ticked")).to_have_text("")
    await page.keyboard.press("Space")
    await page.get_by_label("With those ticked").select_option("label")
    await expect(page.get_by_label("To whom")).to_be_hidden()
    await tab_to(page, "Words")
    await page.keyboard.type("spring")
    await tab_to(page, "Do it")
    await page.keyboard.press("Enter")
    await expect(page.locator("#said")).to_contain_text("done with 5 of 5")


async def test_it_all_works_without_javascript(small_office: Office, page: Page) -> None:
    office = small_office
    first = fill(office)
    browser = page.context.browser
    assert isinstance(browser, Browser)
    size = page.viewport_size or {"width": 1200, "height": 800}
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": size["width"], "height": size["height"]}
    )
    plain = await context.new_page()
    await sign_in(office, plain, role=Role.MANAGER)
    await plain.get_by_role("searchbox", name="Words").fill("ann")
    await plain.get_by_role("button", name="Show").click()
    await plain.get_by_label("Tick LCR-AAAAA").check()
    await plain.get_by_label("Tick LCR-TTTTT").check()
    await plain.get_by_label("With those ticked").select_option("label")
    await plain.locator("#bulk-words").fill("spring")
    await plain.get_by_role("button", name="Do it").click()
    await expect(plain.locator("#said")).to_contain_text("done with 2 of 2")
    assert "find=" in plain.url
    assert "words" not in plain.url
    await plain.get_by_text("Save this search").click()
    await plain.get_by_label("By which name").fill("Anns")
    await plain.get_by_role("button", name="Save", exact=True).click()
    await expect(plain.get_by_role("link", name="Anns 2")).to_be_visible()
    async with plain.expect_download() as download:
        await plain.get_by_role("button", name="Export as CSV").click()
    assert (await download.value).suggested_filename == "leads-2026-06-01.csv"
    await plain.get_by_role("link", name="LCR-AAAAA").click()
    await plain.locator("summary", has_text="Note for the others").click()
    await plain.locator("#note-words").fill("No script was needed")
    await plain.get_by_role("button", name="Save").click()
    await expect(plain.locator(".past")).to_contain_text("No script was needed")
    await plain.get_by_role("button", name="Done…").click()
    await plain.get_by_role("button", name="Send").click()
    with office.core.database.reading() as session:
        assert session.get_one(Lead, first).status == "done"
    await context.close()


@pytest.mark.usefixtures("_soon")
async def test_changes_are_shown_in_place_and_nothing_typed_is_lost(
    small_office: Office, page: Page
) -> None:
    office = small_office
    first = fill(office)
    await sign_in(office, page)
    await page.goto(office.address + LEAD)
    await page.locator("summary", has_text="Note for the others").click()
    await page.locator("#note-words").fill("Half a th")
    note(office, first, "The roof is mended")
    note(office, first, "And the door")
    await expect(page.locator("#live")).to_contain_text("2 changes")
    await look(page, name="lead-live")
    await page.locator("#live").get_by_role("button", name="Show").click()
    await expect(page.locator(".past")).to_contain_text("The roof is mended")
    await expect(page.locator("#live")).to_be_empty()
    assert await page.locator("#note-words").input_value() == "Half a th"
    with office.core.database.reading() as session:
        newest = session.scalars(select(LeadEvent.id).order_by(LeadEvent.id.desc())).first()
    seen = await page.locator("input[name=seen]").first.input_value()
    assert int(seen) == newest  # what they do now is done to the lead as it is


@pytest.mark.usefixtures("_soon")
async def test_ticks_stay_when_the_list_is_shown_anew(small_office: Office, page: Page) -> None:
    office = small_office
    fill(office)
    await sign_in(office, page)
    await page.get_by_label("Tick LCR-BBBBB").check()
    late = send(office, "LCR-EEEEE", "Eve Sample")
    await expect(page.locator("#live")).to_contain_text("1 change")
    await page.locator("#live").get_by_role("button", name="Show").click()
    await expect(page.get_by_role("link", name="LCR-EEEEE")).to_be_visible()
    await expect(page.get_by_label("Tick LCR-BBBBB")).to_be_checked()
    await expect(page.get_by_label("Tick LCR-EEEEE")).not_to_be_checked()
    with office.core.database.reading() as session:
        assert messages.newest_id(session, session.get_one(Lead, late).chat_id or 0) == 0


async def test_a_second_click_sends_nothing_again(small_office: Office, page: Page) -> None:
    office = small_office
    first = fill(office)
    await sign_in(office, page)
    await page.goto(office.address + LEAD)
    await page.locator("summary", has_text="Write to Ann Example").click()
    await page.locator("#tell-words").fill("Can you come?")
    await page.get_by_role("button", name="Send it").dblclick()
    await page.wait_for_url("**#said")
    await expect(page.locator("#said")).to_contain_text("Sent to Ann Example")
    with office.core.database.reading() as session:
        said = select(LeadEvent).where(LeadEvent.lead_id == first, LeadEvent.kind == "staff_said")
        assert len(session.scalars(said).all()) == 1
