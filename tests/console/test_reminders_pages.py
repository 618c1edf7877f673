"""Reminders in the console: the month, a day, what became of a call's, and the switch."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from actions.times.planning import replan_call
from bot.loops import build_planner
from storage import audit, calls, chats, subscriptions, switches
from storage.calls import CallDetails
from storage.chats import ChatKey
from storage.models import AuditEntry, Reminder, Subscription
from storage.staff import Role
from tests.console.conftest import Browser, Office

LONDON = ZoneInfo("Europe/London")
CLOSES_AT = datetime(2026, 6, 17, 17, tzinfo=LONDON)
LOG = "/staff/reminders/calls/garden"


def keep_call(office: Office, code: str = "garden", **fields: Any) -> None:
    details = {
        "title": "Gardens together",
        "theme": "community_assets",
        "summary": "For green spaces.",
        "opens_at": office.clock.now() - timedelta(days=20),
        "closes_at": CLOSES_AT,
        "criteria": [],
        "reminders": ["14d", "7d", "1d", "2h"],
    }
    with office.core.database.transaction() as session:
        saved = calls.save_call(
            session, CallDetails(code=code, **{**details, **fields}), now=office.clock.now()
        )
        replan_call(session, saved.call, programme=office.core.programme, now=office.clock.now())


def follow(office: Office, count: int, code: str = "garden", name: str = "Person") -> list[int]:
    """So many chats are reminded of the call; their ids."""
    now = office.clock.now()
    with office.core.database.transaction() as session:
        call = calls.find_call(session, code=code)
        assert call is not None
        ids = []
        for number in range(count):
            key = ChatKey("preview", f"{name}{number}", "private", f"{name} {number}")
            ids.append(chats.chat_id_for(session, key, now=now))
            subscriptions.subscribe(session, chat_id=ids[-1], call=call, now=now)
        replan_call(session, call, programme=office.core.programme, now=now)
    return ids


def log(office: Office, count: int, state: str, offset: str = "14d", **fields: Any) -> None:
    """What became of reminders of the first that follow the call and have none of this yet."""
    with office.core.database.transaction() as session:
        call = calls.find_call(session, code="garden")
        assert call is not None
        known = select(Reminder.subscription_id).where(Reminder.offset == offset)
        free = select(Subscription.id).where(
            Subscription.call_id == call.id, Subscription.id.not_in(known)
        )
        numbers = session.scalars(free.order_by(Subscription.id).limit(count)).all()
        due_at = CLOSES_AT - timedelta(days=int(offset.rstrip("d")))
        row = {"call_id": call.id, "offset": offset, "closes_at": CLOSES_AT, "due_at": due_at}
        row |= {"state": state, "updated_at": due_at, **fields}
        session.execute(insert(Reminder), [{**row, "subscription_id": it} for it in numbers])


async def shown(office: Office, path: str, role: Role = Role.MANAGER) -> Browser:
    browser = await office.signed_in("Kim", role)
    assert (await browser.get(path)).status == 200
    return browser


async def test_the_month_says_how_many_on_which_day(office: Office) -> None:
    keep_call(office)
    keep_call(office, "late", title="Late nights", closes_at=CLOSES_AT + timedelta(hours=4))
    follow(office, 3)
    follow(office, 2, "late")
    browser = await shown(office, "/staff/reminders", Role.VIEWER)
    assert "20 to come" in browser.page
    assert "Wednesday 3 June 2026, 5 to come" in browser.page
    assert "17:00 Gardens together, 14 days before: 3" in browser.page
    assert "19:59 Late nights, 14 days before: 2" in browser.page  # out of the quiet hours
    await browser.get("/staff/reminders?month=2026-07")
    assert "Nothing to come" in browser.page
    assert "July 2026" in browser.page
    for junk in ("2026-13", "0001-01", "9999-12", "x", "2026-06-01"):
        assert (await browser.get(f"/staff/reminders?month={junk}")).status == 200
        assert "June 2026" in browser.page


async def test_a_day_lists_its_moments(office: Office) -> None:
    keep_call(office)
    follow(office, 3)
    browser = await shown(office, "/staff/reminders/days/2026-06-17", Role.VIEWER)
    assert "3 reminders to come" in browser.page
    assert '<th scope="row">15:00</th>' in browser.page
    assert "2 hours before" in browser.page
    await browser.get("/staff/reminders/days/2026-06-18")
    assert "Nothing is to come on this day" in browser.page
    for none in ("2026-02-30", "0001-01-01", "9999-12-31"):
        assert (await browser.get(f"/staff/reminders/days/{none}")).status == 404


async def test_of_a_call_it_is_shown_what_became_of_each(office: Office) -> None:
    keep_call(office)
    follow(office, 7)
    office.wait(timedelta(days=3))
    log(office, 3, "sent")
    log(office, 1, "merged", reason="another one's message told it as well")
    log(office, 1, "failed", reason="no answer <in time>")
    log(office, 2, "dropped", reason="theirs has been sent in")
    browser = await shown(office, LOG, Role.CASEWORKER)
    assert "no answer &lt;in time&gt;" in browser.page
    assert "Person 3" in browser.page
    assert browser.page.count("<td>Sent</td>") == 3
    await browser.get(f"{LOG}?state=failed&offset=14d")
    assert browser.page.count("14 days before</td>") == 1
    await browser.get(f"{LOG}?day=2026-06-10")
    assert "No reminder is like that" in browser.page
    await browser.get(f"{LOG}?day=2026-06-03")
    assert browser.page.count("14 days before</td>") == 7
    for junk in ("?day=x&state=y&offset=z&deadline=1&after=2", "?deadline=9999", "?after=~"):
        assert (await browser.get(LOG + junk)).status == 200
    assert (await browser.get("/staff/reminders/calls/none")).status == 404


async def test_names_are_for_those_who_may_see_people(office: Office) -> None:
    keep_call(office)
    follow(office, 2)
    log(office, 2, "sent")
    assert "Person 1" not in (await shown(office, LOG, Role.VIEWER)).page
    assert "Person 1" in (await shown(office, LOG, Role.CASEWORKER)).page


async def test_the_log_has_pages_and_each_reminder_is_on_one(office: Office) -> None:
    keep_call(office)
    follow(office, 120)
    log(office, 90, "sent")
    log(office, 30, "skipped", reason="a later one was due as well")
    browser = await shown(office, LOG)
    seen = []
    while True:
        rows = browser.page.split('id="log"')[1].split("<tbody>")[1].split("</tbody>")[0]
        seen += [part.split("</td>")[0] for part in rows.split("<td>Person ")[1:]]
        if ">Older<" not in browser.page:
            break
        query = browser.page.split('">Older<')[0].rsplit('href="', 1)[1].replace("&amp;", "&")
        assert (await browser.get(LOG + query.removesuffix("#log"))).status == 200
    assert sorted(seen, key=int) == [str(number) for number in range(120)]


async def test_the_table_for_spreadsheets_has_all_and_runs_no_formula(office: Office) -> None:
    keep_call(office, title="=1+1")
    follow(office, 3, name="@SUM")
    log(office, 2, "sent")
    log(office, 1, "failed", reason="-2+3")
    browser = await shown(office, LOG)
    response = await browser.post(f"{LOG}/export", state="failed")
    assert response.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in response.headers["Content-Disposition"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    [head, *rows] = csv.reader(io.StringIO(browser.page))
    assert head[0] == "call"
    [row] = rows
    assert row[0] == "'=1+1"
    assert row[4].startswith("'@SUM ")
    assert row[5:7] == ["Failed", "'-2+3"]
    await browser.get(LOG)
    await browser.post(f"{LOG}/export")
    assert len(browser.page.splitlines()) == 4
    with office.core.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "export_reminders"))
        assert [it.detail["call"] for it in entry] == ["garden", "garden"]


async def test_a_long_table_comes_whole(small_office: Office) -> None:
    office = small_office
    keep_call(office)
    follow(office, 2100)
    log(office, 2100, "sent")
    browser = await shown(office, LOG)
    await browser.post(f"{LOG}/export")
    rows = list(csv.reader(io.StringIO(browser.page)))[1:]
    assert len({row[4] for row in rows}) == len(rows) == 2100


async def test_off_needs_a_reason_and_is_said_on_every_page(office: Office) -> None:
    kim = await shown(office, "/staff/reminders/switch")
    assert (await kim.post("/staff/reminders/pause", why="  ")).status == 422
    assert "Say why" in kim.page
    assert (await kim.post("/staff/reminders/pause", why="A <wrong> date\nin it")).status == 303
    vic = await office.signed_in("Vic", Role.VIEWER)
    for path in ("/staff/leads", "/staff/reminders", "/staff/sign-ins", "/staff/broadcasts"):
        await vic.get(path)
        assert "All reminders are off" in vic.page
        assert "Kim: “A &lt;wrong&gt; date in it”" in vic.page
        assert "Turn them on again" not in vic.page  # a manager's
    await kim.get("/staff/leads")
    assert "Turn them on again" in kim.page


async def test_on_again_says_first_what_becomes_of_the_late(office: Office) -> None:
    keep_call(office)
    keep_call(office, "soon", title="Soon over", closes_at=office.clock.now() + timedelta(days=2))
    follow(office, 3)
    follow(office, 2, "soon")
    kim = await shown(office, "/staff/reminders/switch")
    await kim.post("/staff/reminders/pause", why="A wrong date")
    office.wait(timedelta(days=3))
    kim = await office.signed_in("Kim", Role.MANAGER)
    planner = build_planner(office.core)
    assert await planner.top_up() == 0
    await kim.get("/staff/reminders/switch")
    assert "5 are late: 3 go now, 2 will be skipped." in kim.page
    assert "2: no allowed moment is left" in kim.page
    assert (await kim.post("/staff/reminders/resume")).status == 303
    await kim.get("/staff/reminders")
    assert "All reminders are off" not in kim.page
    assert await planner.top_up() == 5
    with office.core.database.reading() as session:
        states = sorted(session.scalars(select(Reminder.state)))
        assert states.count("queued") == 3
        entries = {it.verb: it.detail for it in audit.entries(session, limit=9)}
    assert entries["pause_reminders"] == {"why": "A wrong date"}
    assert entries["resume_reminders"] == {"late": 5, "go": 3}


async def test_turning_on_what_is_on_does_nothing(office: Office) -> None:
    kim = await shown(office, "/staff/reminders/switch")
    assert (await kim.post("/staff/reminders/resume")).status == 303
    with office.core.database.reading() as session:
        assert "resume_reminders" not in [it.verb for it in audit.entries(session, limit=9)]
        assert not switches.is_off(session, switches.REMINDERS)
