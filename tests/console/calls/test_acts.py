"""Publishing, closing, withdrawing and reopening from the console, and leave to apply late."""

import re
from datetime import timedelta

import pytest

from bot.loops import build_herald
from storage import audit, chats, late_links, outbox
from storage.chats import ChatKey
from storage.late_links import Opened
from storage.staff import Role
from tests.console.calls.forms import form_in, send, words
from tests.console.calls.town import (
    EDIT,
    GARDENS,
    IN_SEFTON,
    criterion,
    found,
    keep,
    kinds,
    local,
    settle_in,
)
from tests.console.conftest import Browser, Office

CALL = f"/staff/calls/{GARDENS.code}"
LINK = re.compile(r"start=late-([A-Za-z0-9_-]+)")


def act(name: str) -> str:
    return f"{CALL}/do/{name}"


async def manager(office: Office) -> Browser:
    return await office.signed_in("Kim", Role.MANAGER)


ACTS = {
    "publish": ({"is_draft": True}, "published", "2 people will be told, no verdict"),
    "close": ({}, "closed_early", "2 people will be told"),
    "withdraw": ({}, "withdrawn", "2 people will be told"),
    "reopen": ({"withdrawn_at": local(2026, 6, 1, 12)}, "reopened", "Open again"),
}


@pytest.mark.parametrize("name", ACTS)
async def test_an_act_shows_what_follows_and_is_then_done(office: Office, name: str) -> None:
    before, kind, said = ACTS[name]
    keep(office, **before)
    settle_in(office, followers=2)
    kim = await manager(office)
    assert (await kim.get(act(name))).status == 200
    assert said in words(kim)
    assert kinds(office) == ["created"]
    response = await send(kim, act(name))
    assert response.headers["Location"] == f"{CALL}?done={name}#done"
    assert kinds(office) == ["created", kind]
    with office.core.database.reading() as session:
        [entry] = audit.entries(session, limit=1)
        assert (entry.verb, entry.who) == (f"call_{name}", "Kim")
    assert (await kim.get(act(name))).status == 303  # there is nothing to do any more


async def test_an_opening_to_come_is_said_to_be_one(small_office: Office) -> None:
    keep(small_office, is_draft=True, opens_at=local(2026, 6, 29))
    kim = await manager(small_office)
    await kim.get(act("publish"))
    assert "Nobody will be told" in words(kim)
    settle_in(small_office, followers=2)
    await kim.get(act("publish"))
    assert "2 people will be told when it opens, no verdict changes" in words(kim)
    assert "2 people hear of it, from Mon 29 Jun 2026, 09:00" in words(kim)


async def test_an_act_is_bound_to_what_was_shown(small_office: Office) -> None:
    office = small_office
    keep(office)
    settle_in(office, reminded=2)
    kim = await manager(office)
    await kim.get(act("close"))
    settle_in(office, reminded=1)
    assert (await send(kim, act("close"))).status == 409
    assert "3 people will be told" in words(kim)
    keep(office, title="Gardens for all")
    assert (await send(kim, act("close"))).status == 409
    assert kinds(office) == ["created", "changed"]
    office.wait(timedelta(seconds=30))  # time alone changes nothing
    assert (await send(kim, act("close"))).status == 303


async def test_what_cannot_be_done_is_not_offered_and_not_done(small_office: Office) -> None:
    keep(small_office, is_draft=True)
    kim = await manager(small_office)
    await kim.get(CALL)
    assert "do/publish" in kim.page
    assert "do/close" not in kim.page
    for name in ("close", "reopen", "cats"):
        assert (await kim.get(act(name))).status == 303
        assert (await kim.post(act(name), seal="")).status == 303
    assert (await kim.get("/staff/calls/none/do/publish")).status == 404
    assert kinds(small_office) == ["created"]


async def test_a_draft_is_published_at_its_moment_and_once(office: Office) -> None:
    """By two processes, which both look for what is to be done."""
    keep(office, is_draft=True)
    settle_in(office, followers=1)
    kim = await manager(office)
    await kim.get(act("publish"))
    given = {"date": "2026-06-08", "time": "09:30"}
    response = await send(kim, f"{CALL}/publish-at", **given)
    assert response.headers["Location"].endswith("done=later#done")
    assert found(office).publish_at == local(2026, 6, 8, 9, 30)
    await kim.get(CALL)
    assert "published by itself on Mon 8 Jun 2026, 09:30" in words(kim)
    heralds = [build_herald(office.core) for _process in range(2)]
    office.clock.move_to(local(2026, 6, 8, 9, 29))
    for herald in heralds:
        await herald.top_up()
    assert found(office).is_draft
    office.clock.move_to(local(2026, 6, 8, 9, 30))
    for _round in range(2):
        for herald in heralds:
            await herald.top_up()
    call = found(office)
    assert (call.is_draft, call.publish_at) == (False, None)
    assert kinds(office) == ["created", "changed", "published"]
    with office.core.database.reading() as session:
        assert outbox.next_due_at(session) is not None


async def test_a_moment_is_held_against_the_clock_and_the_deadline(small_office: Office) -> None:
    keep(small_office, is_draft=True)
    kim = await manager(small_office)
    for date, time, message in (
        ("2026-05-01", "09:00", "has passed"),
        ("2026-09-01", "09:00", "closes before that"),
        ("", "09:00", "Give a day"),
        ("2027-03-28", "01:30", "clocks go forward"),
    ):
        await kim.get(act("publish"))
        response = await send(kim, f"{CALL}/publish-at", date=date, time=time)
        assert response.status == 422
        assert message in words(kim)
        assert form_in(kim.page, f"{CALL}/publish-at")["date"] == [date]
    assert found(small_office).publish_at is None


async def test_it_need_not_be_published_after_all(small_office: Office) -> None:
    keep(small_office, is_draft=True)
    kim = await manager(small_office)
    await kim.get(act("publish"))
    await send(kim, f"{CALL}/publish-at", date="2026-06-08", time="09:30")
    await kim.get(act("publish"))
    await send(kim, f"{CALL}/publish-at", "never")
    assert found(small_office).publish_at is None
    await kim.get(act("publish"))
    await send(kim, f"{CALL}/publish-at", date="2026-06-08", time="09:30")
    await kim.get(act("publish"))
    await send(kim, act("publish"))
    assert found(small_office).publish_at is None


async def test_a_withdrawn_draft_is_not_published(small_office: Office) -> None:
    keep(small_office, is_draft=True)
    kim = await manager(small_office)
    await kim.get(act("publish"))
    await send(kim, f"{CALL}/publish-at", date="2026-06-08", time="09:30")
    await kim.get(act("withdraw"))
    await send(kim, act("withdraw"))
    small_office.clock.move_to(local(2026, 6, 9))
    await build_herald(small_office.core).top_up()
    assert found(small_office).is_draft


async def test_a_call_that_leads_nowhere_is_not_published(small_office: Office) -> None:
    """However it came to be kept: by a file, or because the dialogue is another one now."""
    impossible = [IN_SEFTON, criterion("borough", one_of=["halton"])]
    keep(small_office, is_draft=True, criteria=impossible)
    kim = await manager(small_office)
    await kim.get(act("publish"))
    assert "Nobody can meet what is asked about “Where”" in words(kim)
    assert "Resident: Sefton" in words(kim)
    assert "Not the right door" in words(kim)
    assert (await kim.post(act("publish"), seal="x")).status in (409, 422)
    await kim.post(f"{CALL}/publish-at", date="2026-06-08", time="09:30", version="1")
    assert (found(small_office).is_draft, found(small_office).publish_at) == (True, None)


async def test_a_link_for_one_is_made_shown_once_and_taken_back(office: Office) -> None:
    keep(office, closes_at=local(2026, 5, 29, 17))
    kim = await manager(office)
    await kim.get(CALL)
    form = f"{CALL}/late-links"
    sent = form_in(kim.page, form)
    assert (await send(kim, form, days="5")).status == 200
    token = LINK.search(kim.page)
    assert token is not None
    await kim.get(CALL)
    assert LINK.search(kim.page) is None
    assert "Sat 6 Jun 2026, 13:00" in words(kim)
    known = {"known": sent["known"][0], "days": "5"}  # the form once more, as a reload sends it
    assert (await kim.post(form, **known)).status == 409
    with office.core.database.transaction() as session:
        key = ChatKey("preview", "sam", "private", "Sam")
        chat_id = chats.chat_id_for(session, key, now=office.clock.now())
        opened, _call = late_links.open_late_link(
            session, token[1], chat_id=chat_id, now=office.clock.now()
        )
        assert opened is Opened.YOURS
    await kim.get(CALL)
    [end] = [it for it in re.findall(r'action="([^"]+)"', kim.page) if it.endswith("/end")]
    assert (await kim.post(end)).headers["Location"].endswith("done=late-ended#done")
    assert (await kim.post(end)).headers["Location"].endswith("done=same#done")
    with office.core.database.reading() as session:
        until = late_links.late_until(
            session, chat_id=chat_id, call_id=found(office).id, now=office.clock.now()
        )
        assert until is None
    assert kinds(office) == ["created", "late_link", "late_opened", "late_ended"]


async def test_no_link_is_made_for_an_open_call_or_for_ever(small_office: Office) -> None:
    keep(small_office)
    kim = await manager(small_office)
    await kim.get(CALL)
    assert (await kim.post(f"{CALL}/late-links", days="3", known="0")).status == 409
    keep(small_office, closes_at=local(2026, 5, 29, 17))
    for days in ("0", "61", "x", ""):
        assert (await kim.post(f"{CALL}/late-links", days=days, known="0")).status == 409
    assert "late_link" not in kinds(small_office)


async def test_leave_to_come_late_does_not_outrun_who_edits(small_office: Office) -> None:
    keep(small_office, closes_at=local(2026, 5, 29, 17))
    kim, lou = await manager(small_office), await small_office.signed_in("Lou", Role.MANAGER)
    await lou.get(EDIT)
    await kim.get(CALL)
    await send(kim, f"{CALL}/late-links", days="5")
    await send(lou, EDIT, "review", title="Gardens for all")
    assert (await send(lou, EDIT, "save")).status == 303
