"""Insight, people and conversations in a real browser, with a programme that is well under way."""

from datetime import timedelta

import pytest
from playwright.async_api import Page
from sqlalchemy import select

from storage import applicants, chats, handoffs, misunderstood
from storage.chats import ChatKey
from storage.models import Lead
from tests.console.browsing import look, look_at, sign_in
from tests.console.conftest import Office
from tests.console.figured import count_weeks
from tests.console.lives import chat_of, live, world_of
from tests.console.test_insight_leaving import leave

INSIGHT = {
    "insight": "/staff/insight",
    "insight-borough": "/staff/insight?split=borough&span=52",
    "insight-way": "/staff/insight/way",
    "insight-leaving": "/staff/insight/leaving",
    "insight-question": "/staff/insight/leaving/check_eligibility/who",
    "insight-answers": "/staff/insight/answers",
}
SAID = (
    "do yous do grants",
    "do you do grants?",
    "Do you do any grants",
    "can i bring me nephew",
    "can I bring my nephew along",
    "wheres your office to",
    "is it wheelchair friendly in yours",
)
WHY = "She rang about Monday"


async def fill(office: Office) -> int:
    """A programme with figures, people who left, puzzles, and Ann; her chat."""
    count_weeks(office)
    for step, many in (("who", 31), ("where", 18), ("what", 9), ("bank", 3)):
        leave(office, many, "check_eligibility", step)
    for step, many in (("problem", 44), ("plan", 12), ("title", 6)):
        leave(office, many, "shape_idea", step)
    office.wait(timedelta(days=8))
    now = office.clock.now()
    with office.core.database.transaction() as session:
        for number, text in enumerate(SAID):
            chat_id = chats.chat_id_for(session, ChatKey("preview", f"p{number}"), now=now)
            misunderstood.note(
                session,
                chat_id=chat_id,
                text=text,
                language=None,
                question=("check_eligibility", "who"),
                now=now,
            )
    with world_of(office) as world:
        await live(world)
    chat_id = chat_of(office, "ann")
    with office.core.database.transaction() as session:
        ann = applicants.applicant_of(session, chat_id=chat_id, now=now)
        facts = {"borough": "sefton", "theme": "ageing", "adult": True}
        applicants.save_facts(session, ann, facts=facts, kind="individual", now=now)
        for handoff in handoffs.handoffs_of(session, chat_id=chat_id):
            handoff.answered_at = now + timedelta(hours=1)
    office.wait(timedelta(hours=2))
    return chat_id


async def say_why(page: Page) -> None:
    await page.get_by_label("Why do you read it?").select_option("complaint")
    await page.get_by_label("In a few words").fill(WHY)
    await page.get_by_role("button", name="Read it").click()


async def test_insight_is_clean_and_nothing_is_cut_off(small_office: Office, page: Page) -> None:
    office = small_office
    await fill(office)
    complaints: list[str] = []
    page.on("console", lambda it: complaints.append(it.text))
    await sign_in(office, page)
    for name, address in INSIGHT.items():
        await look_at(office, page, address, name=name)
        for picture in await page.locator("img.chart").all():
            await picture.scroll_into_view_if_needed()
            width = "async it => { await it.decode(); return it.naturalWidth; }"
            assert await picture.evaluate(width) > 0, name
    await page.goto(f"{office.address}/staff/insight")
    await page.get_by_text("The numbers: Leads").click()
    await look(page, name="insight-numbers")
    await look_at(office, page, "/staff/insight/misses", name="insight-misses-why")
    await say_why(page)
    await page.get_by_text("×").first.wait_for()
    await look(page, name="insight-misses")
    assert not [it for it in complaints if "Content Security Policy" in it]


async def test_a_chart_has_its_colours(small_office: Office, page: Page) -> None:
    """The policy of the picture lets its own style through."""
    count_weeks(small_office)
    await sign_in(small_office, page)
    await page.goto(f"{small_office.address}/staff/insight/figures/people.svg")
    fill = "getComputedStyle(document.querySelector('.series rect.reactive')).fill"
    assert await page.evaluate(fill) == "rgb(20, 80, 158)"


async def test_people_are_clean_and_nothing_is_cut_off(small_office: Office, page: Page) -> None:
    office = small_office
    chat_id = await fill(office)
    await sign_in(office, page)
    await look_at(office, page, "/staff/people", name="people")
    await look_at(office, page, "/staff/people?words=Example", name="people-found")
    await look_at(office, page, f"/staff/people/{chat_id}", name="person")
    await look_at(office, page, f"/staff/people/{chat_id}/delete", name="person-delete")
    await look_at(office, page, "/staff/people/999999", name="person-none")
    await look_at(office, page, f"/staff/conversations/{chat_id}", name="conversation-why")
    await say_why(page)
    await page.get_by_text("You can read it until").wait_for()
    await look(page, name="conversation")
    await look_at(office, page, f"/staff/people/{chat_id}", name="person-read")


async def test_figures_can_be_asked_for_with_the_keyboard(small_office: Office, page: Page) -> None:
    office = small_office
    count_weeks(office)
    await sign_in(office, page)
    await page.goto(f"{office.address}/staff/insight")
    await page.get_by_label("Split by").focus()
    await page.keyboard.type("Bor")
    await page.keyboard.press("Tab")  # from
    await page.get_by_role("button", name="Show").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**split=borough**")
    numbers = page.locator("summary").first
    await numbers.focus()
    await page.keyboard.press("Enter")
    assert await page.get_by_role("columnheader", name="Sefton").first.is_visible()


async def test_somebody_is_found_read_and_deleted_with_the_keyboard(
    small_office: Office, page: Page
) -> None:
    office = small_office
    with world_of(office) as world:
        await live(world)
    with office.core.database.reading() as session:
        reference = session.scalars(select(Lead.reference)).one()
    await sign_in(office, page)
    await page.goto(f"{office.address}/staff/people")
    await page.get_by_label("Look for").focus()
    await page.keyboard.type("07700 900123")
    await page.keyboard.press("Enter")
    await press_link(page, "Ann Example")
    await press_link(page, "What was said")
    await page.get_by_label("Why do you read it?").focus()
    await page.keyboard.type("A com")
    await page.keyboard.press("Tab")
    await page.keyboard.type(WHY)
    await page.keyboard.press("Enter")
    await page.get_by_text("looking at walls").first.wait_for()
    await press_link(page, "Ann Example")
    await press_link(page, "Delete …")
    await page.get_by_label("to delete them").focus()
    await page.keyboard.type(reference)
    await page.keyboard.press("Enter")
    await page.get_by_text("It is gone").wait_for()


async def press_link(page: Page, name: str) -> None:
    await page.get_by_role("link", name=name).first.focus()
    await page.keyboard.press("Enter")


@pytest.mark.parametrize("path", ["", "/way", "/answers"])
async def test_what_is_printed_is_the_figures(small_office: Office, page: Page, path: str) -> None:
    count_weeks(small_office)
    await sign_in(small_office, page)
    await page.goto(f"{small_office.address}/staff/insight{path}")
    await page.emulate_media(media="print")
    assert not await page.get_by_role("navigation").first.is_visible()
    assert not await page.get_by_role("button", name="Show").is_visible()
    table = page.locator("table.numbers").first
    assert await table.is_visible()
