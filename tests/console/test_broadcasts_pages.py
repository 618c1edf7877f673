"""Broadcasts in the console: written, tried out, sent just as they were seen, and watched."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.loops import build_broadcaster
from storage import audit, broadcasts, chats, interests
from storage.chats import ChatKey
from storage.interests import Topic
from storage.models import AuditEntry, Broadcast, BroadcastRecipient, OutboxRow
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_reminders_pages import follow, keep_call

LONDON = ZoneInfo("Europe/London")
WORDS = "The library opens its <workshop> on Saturday."
ALL = "/staff/broadcasts"


def listen(office: Office, count: int, *, first: int = 0, topic: str = "ageing") -> list[int]:
    """So many chats ask to hear of a theme; their ids."""
    ids = []
    with office.core.database.transaction() as session:
        for number in range(first, first + count):
            key = ChatKey("preview", f"listener{number}", "private", f"Person {number}")
            ids.append(chats.chat_id_for(session, key, now=office.clock.now()))
            about = Topic("theme", topic)
            interests.add_interest(session, chat_id=ids[-1], topic=about, now=office.clock.now())
    return ids


async def draft(browser: Browser, audience: str = "theme.ageing", words: str = WORDS) -> str:
    """Write one; the address of its page, which is shown."""
    await browser.get(f"{ALL}/new")
    response = await browser.post(f"{ALL}/new", words=words, audience=audience)
    assert response.status == 303
    place = response.headers["Location"]
    assert (await browser.get(place)).status == 200
    return place


async def send(browser: Browser, place: str, **changed: str) -> str:
    """Send it as its page has it, but for what is changed; what its page says then."""
    seen = dict(re.findall(r'name="(version|count)" value="(\d+)"', browser.page))
    response = await browser.post(f"{place}/send", **{**seen, "sure": "yes", **changed})
    assert response.status == 303
    await browser.get(response.headers["Location"])
    return browser.page


def the(office: Office) -> Broadcast:
    with office.core.database.reading() as session:
        return session.scalars(select(Broadcast)).one()


def verbs(office: Office) -> list[tuple[str, str]]:
    with office.core.database.reading() as session:
        found = [(it.verb, it.result) for it in audit.entries(session, limit=20)]
        return [it for it in reversed(found) if "broadcast" in it[0]]


async def test_it_is_written_seen_and_sent(office: Office) -> None:
    listen(office, 3)
    listen(office, 2, first=10, topic="complex_needs")
    kim = await office.signed_in("Kim", Role.MANAGER)
    place = await draft(kim)
    assert "The library opens its &lt;workshop&gt; on Saturday." in kim.page
    assert "You get this because you asked to hear about Ageing" in kim.page
    assert "Stop these messages" in kim.page
    assert "<strong>3</strong>, each once" in kim.page
    assert "Send it to 3 people" in kim.page
    page = await send(kim, place)
    assert "0 of 3 sent, 3 wait" in page
    assert the(office).state == "sending"
    broadcaster = build_broadcaster(office.core)
    while await broadcaster.top_up():
        pass
    with office.core.database.transaction() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == "broadcast")).all()
        assert len(rows) == 3
        for row, state in zip(rows, ("sent", "sent", "dropped"), strict=True):
            number, now = the(office).id, office.clock.now()
            why = "the <bot> was blocked" if state == "dropped" else None
            broadcasts.note_fate(
                session, number, chat_id=row.chat_id, state=state, now=now, reason=why
            )
    await kim.get(place)
    assert "2 of 3 sent" in kim.page
    assert "1: the &lt;bot&gt; was blocked" in kim.page
    assert "Stop sending it" not in kim.page
    await kim.get(ALL)
    assert '<td class="text-end text-nowrap">3</td>' in kim.page
    assert verbs(office) == [("draft_broadcast", "done"), ("send_broadcast", "done")]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"words": "  ", "audience": "theme.ageing"}, "Write what they are to read."),
        ({"words": "x" * 3001, "audience": "theme.ageing"}, "1 characters too long"),
        ({"words": "😀" * 1501, "audience": "theme.ageing"}, "2 characters too long"),
        ({"words": "Hello", "audience": "theme.none"}, "Choose who is to hear it."),
        ({"words": "Hello", "audience": "call_id.1"}, "Choose who is to hear it."),
        ({"words": "Hello", "audience": ""}, "Choose who is to hear it."),
    ],
)
async def test_what_cannot_be_sent_is_said_and_nothing_is_lost(
    small_office: Office, fields: dict[str, str], wrong: str
) -> None:
    kim = await small_office.signed_in("Kim", Role.CASEWORKER)
    await kim.get(f"{ALL}/new")
    response = await kim.post(f"{ALL}/new", **fields)
    assert response.status == 422
    assert wrong in kim.page
    assert fields["words"].strip() in kim.page
    with small_office.core.database.reading() as session:
        assert session.scalars(select(Broadcast)).all() == []


async def test_a_call_is_an_audience_with_words_of_its_own(office: Office) -> None:
    keep_call(office)
    follow(office, 4)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get(f"{ALL}/new")
    found = re.search(r'value="(call_id\.\d+)">Gardens together', kim.page)
    assert found is not None
    await draft(kim, found[1])
    assert "Who is reminded of Gardens together" in kim.page
    assert "asked to be reminded of Gardens together" in kim.page
    assert "<strong>4</strong>" in kim.page
    assert "A manager can send it." in kim.page


async def test_what_was_not_seen_is_not_sent(office: Office) -> None:
    listen(office, 3)
    kim = await office.signed_in("Kim", Role.MANAGER)
    robin = await office.signed_in("Robin", Role.CASEWORKER)
    place = await draft(kim)
    await robin.get(f"{place}/edit")
    await robin.post(f"{place}/edit", words="Other words", audience="theme.ageing")
    assert "Nothing was sent: the words or the number" in await send(kim, place)
    assert "Other words" in kim.page
    listen(office, 1, first=7)  # somebody asks meanwhile
    assert "Nothing was sent: the words or the number" in await send(kim, place)
    assert "Nothing was sent. Say that you have read it" in await send(kim, place, sure="")
    assert "Nothing was sent" in await send(kim, place, count="")
    assert the(office).state == "draft"
    assert "0 of 4 sent" in await send(kim, place)
    assert verbs(office)[2:] == [("send_broadcast", "refused")] * 3 + [("send_broadcast", "done")]
    await send(kim, place)
    with office.core.database.reading() as session:
        sends = select(AuditEntry).where(AuditEntry.verb == "send_broadcast")
        assert len(session.scalars(sends).all()) == 4  # a second press does nothing


async def test_nobody_to_hear_it_is_said(office: Office) -> None:
    kim = await office.signed_in("Kim", Role.MANAGER)
    place = await draft(kim)
    assert "Nobody asked to hear of this" in kim.page
    await send(kim, place, version="1", count="0")
    assert the(office).state == "draft"


async def test_a_test_goes_to_oneself_alone(office: Office) -> None:
    listen(office, 3)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    place = await draft(kim)
    response = await kim.post(f"{place}/test")
    await kim.get(response.headers["Location"])
    assert "The assistant has no chat with you" in kim.page
    key = ChatKey("telegram", "Kim", "private", "Kim")
    with office.core.database.transaction() as session:
        chat_id = chats.chat_id_for(session, key, now=office.clock.now())
    await kim.get(place)
    response = await kim.post(f"{place}/test")
    await kim.get(response.headers["Location"])
    assert "on its way to your own chat" in kim.page
    with office.core.database.reading() as session:
        [row] = session.scalars(select(OutboxRow)).all()
        assert (row.chat_id, row.kind) == (chat_id, broadcasts.TEST)
        assert session.scalars(select(BroadcastRecipient)).all() == []
    assert the(office).state == "draft"
    assert verbs(office)[-1] == ("test_broadcast", "done")


async def test_a_draft_is_changed_and_thrown_away_and_what_was_sent_is_neither(
    office: Office,
) -> None:
    listen(office, 1)
    kim = await office.signed_in("Kim", Role.MANAGER)
    place = await draft(kim)
    await kim.get(f"{place}/edit")
    assert "The library" in kim.page
    await kim.post(f"{place}/edit", words=WORDS, audience="theme.ageing")
    assert the(office).version == 1  # nothing is new
    await kim.post(f"{place}/edit", words="Line one\r\nline two\x07", audience="theme.ageing")
    assert (the(office).version, the(office).words) == (2, "Line one\nline two")
    await kim.get(place)
    await send(kim, place)
    for deed in ("edit", "discard", "test"):
        await kim.post(f"{place}/{deed}", words="Too late", audience="theme.ageing")
    assert the(office).words == "Line one\nline two"
    other = await draft(kim)
    assert (await kim.post(f"{other}/discard")).status == 303
    assert (await kim.get(other)).status == 404
    assert the(office).state == "sending"


async def test_half_way_it_is_stopped(office: Office) -> None:
    listen(office, 5)
    kim = await office.signed_in("Kim", Role.MANAGER)
    place = await draft(kim)
    await send(kim, place)
    broadcaster = build_broadcaster(office.core)
    while await broadcaster.top_up():
        pass
    with office.core.database.transaction() as session:
        row = session.scalars(select(OutboxRow)).first()
        assert row is not None
        row.state = "sent"
        number, now = the(office).id, office.clock.now()
        broadcasts.note_fate(session, number, chat_id=row.chat_id, state="sent", now=now)
    response = await kim.post(f"{place}/cancel")
    await kim.get(response.headers["Location"])
    assert "Cancelled: 1 of 5 had been sent" in kim.page
    assert "by Kim" in kim.page
    with office.core.database.reading() as session:
        assert sorted(session.scalars(select(OutboxRow.state))) == ["dropped"] * 4 + ["sent"]
    await kim.post(f"{place}/cancel")
    assert [it for it in verbs(office) if it[0] == "cancel_broadcast"] == [
        ("cancel_broadcast", "done")
    ]


async def test_what_has_all_gone_cannot_be_stopped(office: Office) -> None:
    [chat_id] = listen(office, 1)
    kim = await office.signed_in("Kim", Role.MANAGER)
    place = await draft(kim)
    await send(kim, place)
    broadcaster = build_broadcaster(office.core)
    while await broadcaster.top_up():
        pass
    with office.core.database.transaction() as session:
        number, now = the(office).id, office.clock.now()
        broadcasts.note_fate(session, number, chat_id=chat_id, state="sent", now=now)
    response = await kim.post(f"{place}/cancel")
    await kim.get(response.headers["Location"])
    assert "All of it had gone out by then" in kim.page
    assert the(office).state == "sent"


async def test_the_part_that_is_fetched_says_when_it_is_over(office: Office) -> None:
    [chat_id] = listen(office, 1)
    kim = await office.signed_in("Kim", Role.MANAGER)
    place = await draft(kim)
    await send(kim, place)
    assert f'data-refresh="{place}/progress"' in kim.page
    token = kim.form_token
    await kim.get(f"{place}/progress")
    assert "0 of 1 sent, 1 wait" in kim.page
    assert "data-over" not in kim.page
    assert "<html" not in kim.page
    kim.form_token = token
    broadcaster = build_broadcaster(office.core)
    while await broadcaster.top_up():
        pass
    with office.core.database.transaction() as session:
        number, now = the(office).id, office.clock.now()
        broadcasts.note_fate(session, number, chat_id=chat_id, state="sent", now=now)
    await kim.get(f"{place}/progress")
    assert "data-over" in kim.page
    assert (await kim.get(f"{ALL}/999/progress")).status == 404


async def test_a_long_one_ends_after_the_night(small_office: Office) -> None:
    office = small_office
    listen(office, 60)
    office.clock.move_to(datetime(2026, 6, 1, 19, 59, 59, tzinfo=LONDON))
    kim = await office.signed_in("Kim", Role.MANAGER)
    await draft(kim)
    assert "Mon 1 Jun 2026, 19:59" in kim.page
    assert "Tue 2 Jun 2026, 09:00, at 28 messages a second, after a night's rest" in kim.page
    office.wait(timedelta(hours=1))
    await kim.get(f"{ALL}/{the(office).id}")
    assert "Tue 2 Jun 2026, 09:00" in kim.page


async def test_the_list_has_pages(small_office: Office) -> None:
    office = small_office
    with office.core.database.transaction() as session:
        for number in range(35):
            broadcasts.draft(
                session,
                words=f"Number {number}.",
                audience=broadcasts.Audience("borough", "sefton"),
                made_by=999,
                now=office.clock.now(),
            )
    vic = await office.signed_in("Vic", Role.VIEWER)
    await vic.get(ALL)
    assert "Number 34." in vic.page
    assert "somebody who left" in vic.page
    assert "New broadcast" not in vic.page
    found = re.search(r'href="(\?before=\d+)">Older', vic.page)
    assert found is not None
    await vic.get(ALL + found[1])
    assert "Number 0." in vic.page
    assert "Number 5." not in vic.page
    assert ">Older" not in vic.page
