"""The pages about reminders in a real browser: nothing for axe to find, and all by keyboard."""

from datetime import timedelta

import pytest
from playwright.async_api import Page
from sqlalchemy import select

from bot.loops import build_planner
from storage.models import Reminder
from tests.console.browsing import look, look_at, sign_in
from tests.console.conftest import Office
from tests.console.test_reminders_pages import CLOSES_AT, LOG, follow, keep_call

NAMES = ("Ann Example", "Bo Sample", "Cy Placeholder")


@pytest.fixture
async def filled(small_office: Office) -> Office:
    office = small_office
    keep_call(office, title="Gardens together")
    keep_call(
        office, "ageing", title="Ageing well at home", closes_at=CLOSES_AT + timedelta(days=9)
    )
    keep_call(
        office,
        "night",
        title="Late nights, safe streets",
        closes_at=CLOSES_AT + timedelta(days=3, hours=5),
    )
    for number, name in enumerate(NAMES):
        follow(office, 41 + number, name=name)
    follow(office, 63, "ageing", "Di Specimen")
    follow(office, 18, "night", "Ed Example")
    office.wait(timedelta(days=3))
    planner = build_planner(office.core)
    while await planner.top_up():
        pass
    end(office, 102, "sent")
    end(office, 19, "merged", reason="another one's message told it as well")
    end(office, 3, "dropped", reason="theirs has been sent in")
    end(office, 2, "failed", reason="no answer from Telegram for an hour")
    return office


def end(office: Office, count: int, state: str, **fields: str) -> None:
    """So many of those on their way come to this."""
    with office.core.database.transaction() as session:
        some = select(Reminder).where(Reminder.state == "queued").order_by(Reminder.id)
        for it in session.scalars(some.limit(count)):
            it.state, it.reason = state, fields.get("reason")
            it.updated_at += timedelta(seconds=it.id % 9)


async def test_axe_finds_nothing_and_nothing_is_cut_off(filled: Office, page: Page) -> None:
    await sign_in(filled, page)
    await look_at(filled, page, "/staff/reminders", name="reminders")
    await look_at(filled, page, "/staff/reminders?month=2026-08", name="reminders-none")
    await look_at(filled, page, "/staff/reminders/days/2026-06-10", name="reminder-day")
    await look_at(filled, page, LOG, name="reminder-log")
    await look_at(filled, page, f"{LOG}?state=failed", name="reminder-failed")
    await look_at(filled, page, "/staff/reminders/calls/none", name="reminder-no-call")


async def test_all_are_turned_off_and_on_by_keyboard(filled: Office, page: Page) -> None:
    await sign_in(filled, page)
    await look_at(filled, page, "/staff/reminders/switch", name="reminders-turn-off")
    await page.get_by_label("Why?").focus()
    await page.keyboard.type("The deadline of Gardens together is wrong in the letter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Turn reminders on again").wait_for()
    await look(page, name="reminders-off")
    await page.goto(filled.address + "/staff/leads")
    await page.get_by_role("link", name="Turn them on again").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Turn them on again").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/staff/reminders")
    assert await page.get_by_label("Reminders are off").count() == 0


async def test_from_the_month_to_one_reminder_by_keyboard(filled: Office, page: Page) -> None:
    await sign_in(filled, page)
    await page.goto(filled.address + "/staff/reminders")
    await page.get_by_role("link", name="Gardens together").last.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/calls/garden")
    failed = page.get_by_role("region", name="Totals").get_by_role("link", name="2", exact=True)
    await failed.first.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**state=failed**")
    listed = page.get_by_role("region", name="Reminders one by one")
    assert await listed.get_by_role("row").count() == 3
