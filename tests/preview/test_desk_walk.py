"""From a resident's "can I talk to someone" to a closed lead, in a real browser.

With PICTURES=docs/pictures it also takes the pictures that docs/desk.md shows.
"""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.preview.browser import QUIET, Chat, axe_script, browser_path, violations
from tests.preview.walking import Opener, assistant_at, begin, pages_of, press, reply
from tests.preview.walking import picture as take_picture

if browser_path() is None and not os.environ.get("BROWSER_REQUIRED"):
    pytest.skip("left out: there is no Chromium or Chrome on this machine", allow_module_level=True)

CALL, NAME = "Growing old round here (illustrative)", "Ann Example"
CHECKED = {
    "What is it closest to?": "Ageing",
    "Where": "Knowsley",
    "18": "Yes",
    "How far along": "Just an idea",
}
SENT = {
    "for somebody else?": "Yes, I'm helping someone",
    "What's their first name?": "Vera",
    "Is this OK with both of you?": "Yes, that's OK",
    "What's your name?": NAME,
    "How should we get in touch?": "Here on Telegram",
    "Shall I send it?": "Yes, send it",
}
ANSWERS = (
    "Nobody in the flats talks to each other. I see it every week at my nan's",
    "About thirty of them, most over seventy",
    "A kettle, a table and music on Tuesdays in the old laundry",
)


@pytest_asyncio.fixture
async def open_chat(tmp_path: Path) -> AsyncIterator[Opener]:
    async with assistant_at(tmp_path) as assistant, pages_of(assistant) as opener:
        yield opener


async def picture(chat: Chat, name: str, shown: Locator | None = None) -> None:
    if shown is not None:
        await shown.evaluate("it => it.scrollIntoView({block: 'start', behavior: 'instant'})")
    await take_picture(chat, f"desk-{name}")


def card(chat: Chat, reference: str) -> Locator:
    """The lead's own card, not what replies to it."""
    return chat.log.locator("article.theirs", has_text=reference).first


async def ask_for_a_person(ann: Chat) -> None:
    await begin(ann)
    await ann.send("can i apply")
    await press(ann, "Just me")
    await ann.send("can I talk to someone")
    await ann.send("my nan can't fill in forms so I'm doing it for her, is that alright?")
    await picture(ann, "asked")


async def talk(ann: Chat, alex: Chat) -> None:
    await expect(alex.log).to_contain_text("asks for a person")
    await picture(alex, "handoff")
    await reply(alex, "asks for a person", "Hiya Ann, of course it is. Use your own words.")
    await expect(ann.log).to_contain_text("is here now")
    await reply(alex, "asks for a person", "// she may need a visit, Robin")
    for line in ("brilliant", "do I say it's me or her?"):
        await ann.words.fill(line)
        await ann.words.press("Enter")
    both = alex.log.locator("article.theirs", has_text="brilliant")
    await expect(both).to_contain_text("do I say it's me or her?")  # as one post
    await reply(
        alex, "do I say it's me or her?", "You, and that you help her. I'll look out for it."
    )
    await expect(ann.log).to_contain_text("I'll look out")
    await expect(ann.log).not_to_contain_text("may need a visit")
    await picture(ann, "talk-resident")
    await picture(alex, "talk-staff")
    await press(ann, "End the talk")
    await expect(ann.newest).to_contain_text("What is it closest to?")  # where she was
    await expect(alex.log).to_contain_text("has ended the talk")


async def check_what_is_open(ann: Chat) -> None:
    for question, answer in CHECKED.items():
        await asked(ann, question)
        await ann.choice(answer).click()
    await expect(ann.log).to_contain_text(CALL)


async def shape_the_idea(ann: Chat) -> None:
    await ann.send("/idea")
    for number in range(1, 10):
        await asked(ann, f"{number} of 9")
        if number <= len(ANSWERS):
            await ann.words.fill(ANSWERS[number - 1])
            await ann.words.press("Enter")
        else:
            await ann.choice("Skip for now").click()
    await asked(ann, "What would you like to do with it?")


async def send_the_idea(ann: Chat) -> str:
    await ann.choice("Send it to the team").click()
    for question, answer in SENT.items():
        await asked(ann, question)
        if answer in (NAME, "Vera"):
            await ann.words.fill(answer)
            await ann.words.press("Enter")
        else:
            await ann.choice(answer).click()
    await expect(ann.log).to_contain_text("Your reference is")
    found = re.search(r"\bLCR-[A-Z0-9]+\b", await ann.log.inner_text())
    assert found is not None
    return found[0]


async def asked(chat: Chat, question: str) -> None:
    """Wait until this is what was said last."""
    await expect(chat.newest).to_contain_text(question)
    await chat.page.wait_for_timeout(QUIET)


async def pick_up(alex: Chat, robin: Chat, reference: str) -> None:
    await expect(card(alex, reference)).to_contain_text("Score")
    await picture(alex, "card", card(alex, reference))
    await card(alex, reference).get_by_role("button", name="Claim").click()
    await expect(card(robin, reference)).to_contain_text("Alex")  # everybody sees whose it is
    await alex.send(f"/next {reference} tomorrow 10am ring her about the laundry")
    await alex.send(f"/label {reference} visit")
    await alex.send("/leads mine")
    await picture(alex, "list")


async def ask_for_more(ann: Chat, alex: Chat, reference: str) -> None:
    await alex.send(f"/changes {reference} 2 roughly how many would come each week?")
    await expect(ann.newest).to_contain_text("How would you put it now?")
    await picture(ann, "changes")
    await ann.send("About fifteen each Tuesday to begin with")
    while await ann.newest.get_by_role("button", name="Yes").count():
        await press(ann, "Yes")
    await expect(alex.log).to_contain_text("About fifteen each Tuesday")


async def qualify(ann: Chat, alex: Chat, reference: str) -> None:
    await card(alex, reference).get_by_role("button", name="Qualify").click()
    await expect(alex.newest).to_contain_text("Nothing has been sent yet")
    await picture(alex, "preview", alex.newest)
    await alex.choice("Send").click()
    await expect(ann.newest).to_contain_text("we'd like to take this further with you")
    await picture(ann, "qualified")
    await ann.send("/status")
    told = ann.log.locator("article.theirs", has_text="it goes further").last
    await expect(told).to_be_visible()
    await picture(ann, "status", told)


async def close(ann: Chat, alex: Chat, reference: str) -> None:
    outcome = "You have the laundry on Tuesdays from June, and £300 for a start."
    await alex.send(f"/done {reference} {outcome}")
    await expect(ann.newest).to_contain_text("You have the laundry on Tuesdays")
    await picture(ann, "outcome")
    await expect(card(alex, reference)).to_contain_text("You have the laundry")
    await picture(alex, "closed", card(alex, reference))


async def test_somebody_is_heard_and_their_lead_is_worked_to_its_end(open_chat: Opener) -> None:
    alex, robin = [await open_chat(f"as=staff&who={name}") for name in ("alex", "robin")]
    ann = await open_chat("as=ann")
    await ask_for_a_person(ann)
    await talk(ann, alex)
    await check_what_is_open(ann)
    await shape_the_idea(ann)
    reference = await send_the_idea(ann)
    await pick_up(alex, robin, reference)
    await ask_for_more(ann, alex, reference)
    await qualify(ann, alex, reference)
    await close(ann, alex, reference)
    assert await violations(alex.page, axe_script()) == []
