"""The pages of broadcasts in a real browser: nothing for axe to find, and all of it by keyboard."""

from datetime import timedelta

import pytest
from playwright.async_api import Page
from sqlalchemy import select

from bot.loops import build_broadcaster
from storage import broadcasts
from storage.broadcasts import Audience
from storage.models import BroadcastRecipient
from tests.console.browsing import look, look_at, sign_in
from tests.console.conftest import Office
from tests.console.test_broadcasts_pages import listen
from tests.console.test_reminders_pages import follow, keep_call

WORDS = """Saturday 6 June: come and look round the Tool Hut in Bootle, from 10am to 1pm.

Bring an idea for growing older well where you live, or just yourself. There is soup.

Reply here if you need a lift."""


@pytest.fixture
def filled(small_office: Office) -> Office:
    """An earlier one that is over, and many who listen."""
    office = small_office
    keep_call(office)
    follow(office, 12)
    listen(office, 142)
    member = office.hire("Robin Sample", None)
    now = office.clock.now()
    with office.core.database.transaction() as session:
        item = broadcasts.draft(
            session,
            words="The library in Sefton has a free room for groups on Tuesdays.",
            audience=Audience("borough", "sefton"),
            made_by=member.id,
            now=now - timedelta(days=3),
        )
        item.state, item.expected, item.started_at = "sent", 88, now - timedelta(days=3)
        item.ended_at = item.started_at
        for chat_id in range(1, 89):
            state, why = ("sent", None) if chat_id > 3 else ("dropped", "the bot was blocked")
            if chat_id == 1:
                state, why = "failed", "no answer from Telegram for an hour"
            session.add(
                BroadcastRecipient(
                    broadcast_id=item.id, chat_id=chat_id, state=state, reason=why, updated_at=now
                )
            )
    return office


async def hand_over(office: Office) -> None:
    broadcaster = build_broadcaster(office.core)
    while await broadcaster.top_up():
        pass


def reach(office: Office, count: int) -> None:
    """So many of those who wait have it now."""
    with office.core.database.transaction() as session:
        waiting = select(BroadcastRecipient).where(BroadcastRecipient.state == "queued")
        for it in session.scalars(waiting.limit(count)):
            it.state = "sent"


async def test_it_is_written_and_sent_by_keyboard_and_watched(filled: Office, page: Page) -> None:
    office = filled
    await sign_in(office, page)
    await look_at(office, page, "/staff/broadcasts/1", name="broadcast-sent")
    await look_at(office, page, "/staff/broadcasts", name="broadcasts")
    await page.get_by_role("link", name="New broadcast").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Who is to hear it").focus()
    await page.keyboard.type("Ageing")
    await page.keyboard.press("Tab")
    await page.keyboard.insert_text(WORDS)
    await look(page, name="broadcast-new")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="A broadcast, not sent yet").wait_for()
    await look(page, name="broadcast-draft")
    await page.get_by_role("button", name="Send it to me only").focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("The assistant has no chat with you").wait_for()
    await page.get_by_label("I have read it as they will see it").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_text("0 of 142 sent, 142 wait").wait_for()
    await hand_over(office)
    reach(office, 61)
    await page.get_by_text("61 of 142 sent, 81 wait").wait_for(timeout=10_000)  # by itself
    await look(page, name="broadcast-sending")
    await page.get_by_role("button", name="Stop sending it").focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("Cancelled: 61 of 142 had been sent").wait_for()
    await look(page, name="broadcast-cancelled")


async def test_when_all_is_out_the_page_says_so_by_itself(filled: Office, page: Page) -> None:
    office = filled
    with office.core.database.transaction() as session:
        item = broadcasts.draft(
            session,
            words=WORDS,
            audience=Audience("theme", "ageing"),
            made_by=1,
            now=office.clock.now(),
        )
        broadcasts.start(session, item, expected=142, now=office.clock.now())
        number = item.id
    await sign_in(office, page)
    await page.goto(f"{office.address}/staff/broadcasts/{number}")
    await hand_over(office)
    reach(office, 142)
    await page.get_by_role("status").get_by_text("142 of 142 sent", exact=True).wait_for()
    await page.get_by_role("button", name="Stop sending it").wait_for(state="detached")


async def test_what_is_wrong_is_said_beside_the_form(filled: Office, page: Page) -> None:
    office = filled
    await sign_in(office, page)
    await page.goto(office.address + "/staff/broadcasts/new")
    await page.evaluate("document.querySelector('main form').noValidate = true")
    await page.get_by_role("button", name="Save and look at it").press("Enter")
    await page.get_by_role("alert").wait_for()
    await look(page, name="broadcast-wrong")
    await look_at(office, page, "/staff/broadcasts/999", name="no-broadcast")
