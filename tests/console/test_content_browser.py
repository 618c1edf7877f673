"""The content's pages in a real browser, at a desk and on a phone, and with the keyboard alone."""

from datetime import timedelta

from playwright.async_api import Page, expect

from dialogues.rewording import Words, words_of
from storage import rewordings
from storage.models import Rewording, StaffMember
from storage.staff import Role
from tests.console.browsing import look, look_at, sign_in
from tests.console.conftest import Office

SHORT = (
    "<b>How this works</b>\n\nPress a button, or type in your own words.\n"
    "Want a person? Ring {organisation_phone}.\n---\n"
    "You can stop at any time: just say <i>cancel</i>."
)


def fill(office: Office) -> None:
    """Words that count, words that did, and a draft."""
    robin = office.hire("Robin Sample", Role.MANAGER)
    for text in ("Ask me anything.", SHORT):
        write(office, robin, "utter_help", text)
    write(office, robin, "utter_menu", "What shall we do?", is_draft=True)


def write(
    office: Office, member: StaffMember, name: str, text: str, *, is_draft: bool = False
) -> None:
    was = words_of(office.core.content, name, "en")
    words = [Words(text, was[0].buttons), *was[1:]]
    now = office.clock.now()
    with office.core.database.transaction() as session:
        counting = rewordings.counting_for(session, name, "en")
        row: Rewording = rewordings.save_draft(
            session,
            response=name,
            language="en",
            words=[it.to_json() for it in words],
            was=[it.to_json() for it in was],
            seen=None,
            by=member,
            now=now,
        )
        if not is_draft:
            before = counting.id if counting else None
            rewordings.publish(session, row, instead_of=before, by=member, now=now)
    office.wait(timedelta(hours=2))


async def test_axe_finds_nothing_and_nothing_is_cut_off(small_office: Office, page: Page) -> None:
    office = small_office
    fill(office)
    assert office.core.rewordings is not None
    await office.core.rewordings.look_now()
    await sign_in(office, page)
    await look_at(office, page, "/staff/content", name="flows")
    await look_at(office, page, "/staff/content/flows/send_lead", name="flow")
    await look_at(office, page, "/staff/content/words?words=help", name="words")
    await look_at(office, page, "/staff/content/words/utter_help", name="word")
    await look_at(office, page, "/staff/content/words/utter_menu", name="word-draft")
    await look_at(office, page, "/staff/content/words/none", name="no-word")


async def test_what_is_wrong_is_shown_beside_the_words(small_office: Office, page: Page) -> None:
    office = small_office
    await sign_in(office, page)
    await page.goto(office.address + "/staff/content/words/utter_ask_forget_confirmed")
    await page.get_by_label("Text").first.fill(
        "<b>Really {nam}? Organisational prerequisites & more"
    )
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("alert")).to_contain_text("mend what is marked")
    await look(page, name="word-faults")


async def test_a_response_is_reworded_with_the_keyboard(small_office: Office, page: Page) -> None:
    office = small_office
    await sign_in(office, page)
    await page.goto(office.address + "/staff/content/words")
    await page.get_by_label("Words, or its name").focus()
    await page.keyboard.type("utter_help")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**words=utter_help*")
    await page.locator("a.listed").first.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/words/utter_help?*")
    await page.get_by_label("Text").focus()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("Press a button, or write to {organisation_email}.")
    for name in ("Look and check", "Save as a draft", "Publish"):
        button = page.get_by_role("button", name=name)
        while not await button.evaluate("it => it === document.activeElement"):
            await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("This is what people read")
    assert "Press a button" in office.core.wording.say("utter_help", {})
    await page.get_by_role("button", name="Undo").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("This is what people read")
    assert "How this works" in office.core.wording.say("utter_help", {})


async def test_the_content_is_tried_in_a_chat(small_office: Office, page: Page) -> None:
    office = small_office
    robin = office.hire("Robin Sample", Role.MANAGER)
    write(office, robin, "utter_help", "A draft of help.", is_draft=True)
    await sign_in(office, page)
    await look_at(office, page, "/staff/content/chat", name="try-none")
    await page.get_by_role("button", name="Begin").click()
    log = page.get_by_role("log")
    await expect(log.get_by_role("article").first).to_be_visible()
    await page.get_by_label("Message").fill("/help")
    await page.keyboard.press("Enter")
    await expect(log).to_contain_text("A draft of help.")
    await log.get_by_role("button", name="Talk to a person").last.click()
    await expect(log.get_by_role("article").last).not_to_contain_text("A draft of help.")
    await look(page, name="try")
    assert "How this works" in office.core.wording.say("utter_help", {})
