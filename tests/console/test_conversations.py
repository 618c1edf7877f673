"""What residents wrote is read for a reason, which is written down and holds for half an hour."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from storage import messages, outbox, readings
from storage.models import AuditEntry
from storage.outbox import Lane
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.lives import chat_of, live, world_of

WORDS = "The lot at nans sit in all day looking at walls"
WHY = {"reason": "complaint", "words": "She rang about Monday"}


async def lived(office: Office) -> str:
    """Ann has lived a little; the page of her conversation."""
    with world_of(office) as world:
        await live(world)
    return f"/staff/conversations/{chat_of(office, 'ann')}"


async def give_reason(browser: Browser, page: str, **why: str) -> str:
    """Say why, and see the page that it leads to."""
    await browser.get(page)
    response = await browser.post(f"{page}/read", **(why or WHY))
    assert response.status == 303
    await browser.get(response.headers["Location"])
    return browser.page


def entries(office: Office, verb: str) -> list[AuditEntry]:
    with office.core.database.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.verb == verb)))


async def test_nothing_is_shown_without_a_reason(office: Office) -> None:
    page = await lived(office)
    kim = await office.signed_in("Kim", Role.ADMIN)
    await kim.get(page)
    assert WORDS not in kim.page
    assert "Why do you read it?" in kim.page
    assert entries(office, "read_conversation") == []
    days = office.core.programme.retention_days["leads"]
    assert f"is kept for {days} days, and goes before if" in kim.page
    await kim.get("/staff/insight/misses")
    assert f"is kept for {days} days; name nobody in it" in kim.page


async def test_a_reason_opens_it_and_is_written_down(office: Office) -> None:
    page = await lived(office)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    assert WORDS in unescape(await give_reason(kim, page))
    (entry,) = entries(office, "read_conversation")
    assert (entry.who, entry.detail) == ("Kim", WHY)
    assert entry.chat_id == chat_of(office, "ann")


@pytest.mark.parametrize(
    "why",
    [
        {"reason": "", "words": "She rang about Monday"},
        {"reason": "curious", "words": "She rang about Monday"},
        {"reason": "complaint", "words": " hm "},
    ],
)
async def test_half_a_reason_is_none(office: Office, why: dict[str, str]) -> None:
    page = await lived(office)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    shown = await give_reason(kim, page, **why)
    assert WORDS not in unescape(shown)
    assert 'role="alert"' in shown
    assert entries(office, "read_conversation") == []


async def test_it_holds_for_half_an_hour_this_reader_and_this_conversation(
    office: Office,
) -> None:
    page = await lived(office)
    with world_of(office) as world:
        await world.says("bob", "/start")
    other = f"/staff/conversations/{chat_of(office, 'bob')}"
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    robin = await office.signed_in("Robin", Role.MANAGER)
    await give_reason(kim, page)
    for browser, path, is_open in ((kim, page, True), (robin, page, False), (kim, other, False)):
        await browser.get(path)
        assert ("Why do you read it?" not in browser.page) is is_open
    office.wait(timedelta(minutes=29))
    await kim.get(page)
    assert WORDS in unescape(kim.page)
    office.wait(timedelta(minutes=1))
    await kim.get(page)
    assert WORDS not in unescape(kim.page)


async def test_who_read_it_before_stands_there(office: Office) -> None:
    page = await lived(office)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await give_reason(kim, page)
    robin = await office.signed_in("Robin", Role.MANAGER)
    await robin.get(page)
    assert re.search(r"Kim read what was said: a complaint, “She rang about Monday”", robin.page)


def numbers_said(page: str) -> list[int]:
    """In the conversation; below it some stand again, to be chosen from."""
    return [int(it) for it in re.findall(r"word (\d+)\.", page.split('id="teach"', maxsplit=1)[0])]


async def test_it_has_pages_of_a_hundred(office: Office) -> None:
    with world_of(office) as world:
        await world.says("ann", "/start")
    chat_id, now = chat_of(office, "ann"), office.clock.now()
    with office.core.database.transaction() as session:
        for number in range(230):
            messages.add_message(
                session, chat_id=chat_id, direction="in", now=now, text=f"word {number}."
            )
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    page = f"/staff/conversations/{chat_id}"
    shown = await give_reason(kim, page)
    assert shown.count('<p class="beside"><strong>') == 100
    assert "word 229." in shown
    seen = numbers_said(shown)
    for _ in range(2):
        older = re.search(r'\?before=(\d+)"', kim.page)
        assert older is not None
        await kim.get(f"{page}?before={older[1]}")
        seen = numbers_said(kim.page) + seen
    assert seen == list(range(230))
    assert ">Older<" not in kim.page


async def test_each_message_says_what_became_of_it_and_what_came_with_it(office: Office) -> None:
    with world_of(office) as world:
        await world.says("ann", "/start")
    chat_id, now = chat_of(office, "ann"), office.clock.now()
    with office.core.database.transaction() as session:
        messages.add_message(
            session,
            chat_id=chat_id,
            direction="in",
            now=now,
            text=None,
            media=[{"medium": "document", "file_id": "x", "file_name": "plan.pdf"}],
        )
        said = messages.add_message(session, chat_id=chat_id, direction="out", now=now, text="Hi")
        row = outbox.queue(
            session, chat_id=chat_id, kind="message", lane=Lane.REPLIES, now=now, message_id=said
        )
        session.execute(
            outbox.OutboxRow.table()
            .update()
            .where(outbox.OutboxRow.id == row)
            .values(state="set_aside", error="Bad Request: chat not found")
        )
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    shown = await give_reason(kim, f"/staff/conversations/{chat_id}")
    assert "With: plan.pdf" in shown
    assert "Did not get there: Bad Request: chat not found" in shown
    assert 'aria-label="Buttons"' in shown


async def test_words_cannot_bring_markup_along(office: Office) -> None:
    with world_of(office) as world:
        await world.says("ann", "/start")
        await world.says("ann", "<script>alert(1)</script> <b>hello</b>")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    shown = await give_reason(kim, f"/staff/conversations/{chat_of(office, 'ann')}")
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown


async def test_what_staff_say_among_themselves_is_no_residents(office: Office) -> None:
    with world_of(office) as world:
        await world.says("alex", "hello", chat="staff")
    kim = await office.signed_in("Kim", Role.ADMIN)
    with office.core.database.transaction() as session:
        assert (
            readings.may_until(session, "x", staff_id=1, now=office.clock.now(), chat_id=1) is None
        )
    for path in ("people", "conversations"):
        assert (await kim.get(f"/staff/{path}/{chat_of(office, 'staff')}")).status == 404
        assert (await kim.get(f"/staff/{path}/999999")).status == 404
    await kim.get("/staff/people")
    response = await kim.post(f"/staff/conversations/{chat_of(office, 'staff')}/read", **WHY)
    assert response.status == 404
    assert entries(office, "read_conversation") == []


async def test_a_viewer_reads_nothing(office: Office) -> None:
    page = await lived(office)
    vic = await office.signed_in("Vic", Role.VIEWER)
    assert (await vic.get(page)).status == 403
    assert (await vic.post(f"{page}/read", **WHY)).status == 403
