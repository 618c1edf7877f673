"""The timeline of a lead: everything, with what became of each message, and who has read it."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import select

from storage import chats, lead_reads, leads, messages, outbox
from storage.models import Lead, LeadRead, Message, OutboxRow
from storage.outbox import Lane
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_doing import follow
from tests.console.test_leads import change, send

LEAD = "/staff/leads/LCR-AAAAA"


def entries(page: str) -> list[str]:
    """What the timeline says, the newest first, as plain words."""
    past = page.split('data-live="past"')[1].split("</ol>", maxsplit=1)[0].split(">", 1)[1]
    plain = (re.sub(r"<[^>]+>", " ", it) for it in past.split("<li>")[1:])
    return [" ".join(unescape(it).split()) for it in plain]


async def seen(browser: Browser, show: str = "all") -> list[str]:
    await browser.get(f"{LEAD}?show={show}")
    return entries(browser.page)


def told(
    office: Office, lead_id: int, text: str, *, state: str = "sent", error: str | None = None
) -> int:
    """The assistant tells the resident something about the lead."""
    now = office.clock.now()
    with office.core.database.transaction() as session:
        chat_id = session.get_one(Lead, lead_id).chat_id or 0
        number = messages.add_message(
            session, chat_id=chat_id, direction="out", now=now, text=text, lead_id=lead_id
        )
        outbox.queue(
            session, chat_id=chat_id, kind="message", lane=Lane.REPLIES, now=now, message_id=number
        )
        row = session.scalars(select(OutboxRow).where(OutboxRow.message_id == number)).one()
        row.state, row.error = state, error
        row.finished_at = None if state == "waiting" else now
        if state == "sent":
            messages.record_sent(session, number, external_id=500 + number)
        return number


async def test_each_message_says_what_became_of_it(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    told(office, lead_id, "This <b>arrived</b>")
    told(office, lead_id, "This waits", state="waiting")
    told(office, lead_id, "This failed", state="set_aside", error="Forbidden: bot was blocked")
    edited = told(office, lead_id, "This was edited")
    office.wait(timedelta(minutes=5))
    with office.core.database.transaction() as session:
        messages.rewrite(session, edited, text="It says this now", now=office.clock.now())
    kim = await office.signed_in("Kim", Role.VIEWER)
    found = {words: it for it in await seen(kim, "talk") for words in it.split(" Example ")[1:]}
    assert len(found) == 4
    [arrived] = [it for it in found if "arrived" in it]
    assert "delivered Mon 1 Jun 2026, 13:00" in arrived
    assert "<b>arrived</b>" in kim.page
    [waits] = [it for it in found if "waits" in it]
    assert "waiting to be sent" in waits
    [failed] = [it for it in found if "failed" in it]
    assert "not delivered : Forbidden: bot was blocked" in failed
    [changed] = [it for it in found if "It says this now" in it]
    assert "edited Mon 1 Jun 2026, 13:05" in changed


async def test_words_of_staff_stand_there_once_with_their_way(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get(LEAD)
    await follow(kim, f"{LEAD}/do", verb="tell", words="Can you <come> on Friday?")
    [line] = [it for it in await seen(kim, "talk") if "Friday" in it]
    assert "Kim wrote to Ann Example" in line
    assert "waiting to be sent" in line
    now = office.clock.now()
    with office.core.database.transaction() as session:  # as the resident's turn does
        said = session.scalars(select(Message).where(Message.author.is_not(None))).one()
        resident = session.get_one(Lead, lead_id).chat_id or 0
        copy = messages.add_message(
            session, chat_id=resident, direction="out", now=now, text="…", copy_of=said.id
        )
        messages.record_sent(session, copy, external_id=7)
    [line] = [it for it in await seen(kim, "talk") if "Friday" in it]
    assert "delivered" in line


async def test_words_for_somebody_who_is_out_of_reach_say_so(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    with office.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_id)
        messages.add_message(  # as the desk keeps it, and sends nothing
            session,
            chat_id=chats.chat_id_for(
                session, chats.ChatKey("preview", "desk", "group"), now=office.clock.now()
            ),
            direction="in",
            now=office.clock.now(),
            text="Hello?",
            author="Robin",
            lead_id=lead_id,
            peer_chat_id=lead.chat_id,
        )
    kim = await office.signed_in("Kim", Role.VIEWER)
    [line] = await seen(kim, "talk")
    assert "not sent: they could not be reached" in line


async def test_what_else_was_said_in_their_chat_is_not_shown(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    now = office.clock.now()
    with office.core.database.transaction() as session:
        resident = session.get_one(Lead, lead_id).chat_id or 0
        for direction in ("in", "out"):
            messages.add_message(
                session, chat_id=resident, direction=direction, now=now, text="a private matter"
            )
    kim = await office.signed_in("Kim", Role.ADMIN)
    assert await seen(kim, "talk") == ["Nothing of that kind yet."]
    assert "private matter" not in kim.page


async def test_it_is_filtered_by_kind(office: Office) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get(LEAD)
    await follow(kim, f"{LEAD}/do", verb="note", words="Her nan has the keys")
    await follow(kim, f"{LEAD}/do", verb="claim")
    await follow(kim, f"{LEAD}/do", verb="qualify")
    notes, changes = await seen(kim, "notes"), await seen(kim, "changes")
    assert [it for it in notes if "Her nan has the keys" in it] == notes != []
    assert any("claimed it" in it for it in changes)
    assert any("Kim looked at what “qualified” would say not sent yet" in it for it in changes)
    assert not any("used" in it for it in changes)  # what is told in words is not told by its verb
    everything = await seen(kim)
    assert {*notes, *changes} < {*everything}
    assert await seen(kim, "nonsense") == everything


async def test_who_read_it_is_written_down_after_the_answer_once_an_hour(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.VIEWER)

    async def reads() -> list[LeadRead]:
        await office.settled()
        with office.core.database.reading() as session:
            return list(session.scalars(select(LeadRead)))

    assert not any("read it" in it for it in await seen(kim))
    [first] = await reads()
    office.wait(timedelta(minutes=59))
    assert "Mon 1 Jun 2026, 13:00: Kim read it" in await seen(kim)
    assert [it.last_at for it in await reads()] == [first.last_at]
    office.wait(timedelta(minutes=2))
    await seen(kim)
    [again] = await reads()
    assert (again.first_at, again.last_at) == (first.first_at, office.clock.now())
    assert again.lead_id == lead_id


async def test_reading_never_waits_for_a_writer(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.VIEWER)
    with office.core.database.transaction() as session:  # somebody holds the lead meanwhile
        leads.hold_leads(session, [lead_id])
        change_waits = await kim.get(LEAD)
        assert change_waits.status == 200
    await office.settled()
    with office.core.database.reading() as session:
        assert len(lead_reads.reads_of(session, lead_id)) == 1


async def test_a_long_past_has_pages_and_nothing_is_lost(small_office: Office) -> None:
    office = small_office
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    for number in range(410):
        told(office, lead_id, f"Message {number:03}")
        office.wait(timedelta(seconds=number % 2))  # some at the same instant
    change(office, lead_id, next_action="ring her")
    kim = await office.signed_in("Kim", Role.VIEWER)
    pages = [await seen(kim, "talk")]
    while onward := page_link(kim.page, "Older"):
        assert onward.startswith("?show=talk&older=")
        await kim.get(f"{LEAD}{onward}")
        pages.append(entries(kim.page))
    assert [len(it) for it in pages] == [200, 200, 10]
    found = [number for page in pages for it in page for number in re.findall(r"Message (\d+)", it)]
    assert sorted(found) == [f"{number:03}" for number in range(410)]
    assert (found[0], found[-1]) == ("409", "000")
    assert page_link(kim.page, "Newer") == "?show=talk&older=200#past"
    await kim.get(f"{LEAD}?show=talk&older=200")
    assert page_link(kim.page, "Newer") == "?show=talk#past"
    for junk in ("x", "-1", "9" * 30):
        assert (await kim.get(f"{LEAD}?older={junk}")).status == 200


def page_link(page: str, words: str) -> str:
    link = re.search(rf'<a href="([^"]+)">{words}</a>', page)
    return unescape(link[1]) if link else ""
