"""The chat in which staff try the content: real answers, and nothing of it in the real tables."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.console.content.trying import LASTS, MOST
from dialogues.rewording import Words, words_of
from storage import rewordings
from storage.models import Base, Call, Chat
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.pipeline.test_foresight import WORDS, Slow

CHAT = "/staff/content/chat"


async def say(browser: Browser, **fields: str) -> str:
    response = await browser.post(f"{CHAT}/say", **fields)
    assert response.status == 303
    await browser.get(CHAT)
    return browser.page


@pytest.fixture
async def cal(small_office: Office) -> Browser:
    """A caseworker, in whose browser a chat is open."""
    browser = await small_office.signed_in("Cal", Role.CASEWORKER)
    await browser.get(CHAT)
    assert "No conversation is open" in browser.page
    assert (await browser.post(f"{CHAT}/again")).status == 303
    await browser.get(CHAT)
    return browser


def counts(office: Office) -> dict[str, int]:
    with office.core.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


async def test_it_answers_as_it_answers_residents(small_office: Office, cal: Browser) -> None:
    before = counts(small_office)
    assert 'role="log"' in cal.page
    page = await say(cal, text="/help")
    assert "How this works" in page
    token = re.findall(r'name="token" value="([^"]+)">Talk to a person<', page)[-1]
    page = await say(cal, token=token)
    page = await say(cal, text="My <b>shed</b> leaks, and I would like to talk to somebody")
    assert "My &lt;b&gt;shed&lt;/b&gt; leaks" in page
    staff_side = page.split("What the staff chat would see")[1]
    assert "shed" in staff_side
    assert counts(small_office) == before


async def test_it_reads_by_the_same_model(small_office: Office, cal: Browser) -> None:
    slow = Slow(small_office.core.database)
    learner = small_office.core.content.language.intents.learner
    before, learner.model = learner.model, slow
    try:
        page = await say(cal, text=WORDS)
    finally:
        learner.model = before
    assert [text for text, _ in slow.thought] == [WORDS]
    assert "free" in page.split(WORDS)[1].lower()


async def test_drafts_are_in_it_and_only_there(small_office: Office, cal: Browser) -> None:
    office = small_office
    was = words_of(office.core.content, "utter_help", "en")
    mia = office.hire("Mia", Role.MANAGER)
    with office.core.database.transaction() as session:
        rewordings.save_draft(
            session,
            response="utter_help",
            language="en",
            words=[Words("A draft of help.", was[0].buttons).to_json()],
            was=[it.to_json() for it in was],
            seen=None,
            by=mia,
            now=office.clock.now(),
        )
    assert "A draft of help." not in await say(cal, text="/help")  # it began before
    await cal.post(f"{CHAT}/again")
    assert "A draft of help." in await say(cal, text="/help")
    assert "A draft of help." not in office.core.wording.say("utter_help", {})


async def test_the_calls_that_there_are_are_in_it(small_office: Office, cal: Browser) -> None:
    office = small_office
    now = office.clock.now()
    with office.core.database.transaction() as session:
        session.add(
            Call(
                code="sheds",
                title="Sheds for everybody",
                theme=next(iter(office.core.programme.themes)),
                summary="An example.",
                opens_at=now - timedelta(days=1),
                closes_at=now + timedelta(days=20),
                criteria=[],
                reminders=None,
                updated_at=now,
            )
        )
    await cal.post(f"{CHAT}/again")
    assert "Sheds for everybody" in await say(cal, text="/calls")


async def test_each_visitor_has_their_own(small_office: Office, cal: Browser) -> None:
    other = await small_office.signed_in("Robin", Role.CASEWORKER)
    await say(cal, text="This is mine alone")
    await other.get(CHAT)
    assert "No conversation is open" in other.page
    await other.post(f"{CHAT}/again")
    await other.get(CHAT)
    assert "This is mine alone" not in other.page
    vic = await small_office.signed_in("Vic", Role.VIEWER)
    assert (await vic.get(CHAT)).status == 403


async def test_it_ends_after_an_hour(small_office: Office, cal: Browser) -> None:
    small_office.wait(LASTS)
    page = await say(cal, text="Still there?")
    assert "No conversation is open" in page
    with small_office.core.database.reading() as session:
        assert not session.scalars(select(Chat).where(Chat.channel == "trying")).all()


async def test_for_one_more_than_there_may_be_the_oldest_ends(
    small_office: Office, cal: Browser
) -> None:
    for number in range(MOST):
        other = await small_office.signed_in(f"Number {number}", Role.CASEWORKER)
        assert (await other.post(f"{CHAT}/again")).status == 303
    await cal.get(CHAT)
    assert "No conversation is open" in cal.page
    await other.get(CHAT)
    assert 'role="log"' in other.page
