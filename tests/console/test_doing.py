"""What staff do in a lead's page is done at the desk, and answered in the page."""

import re

import pytest
from sqlalchemy import select

from bot.pipeline.arrival import Arrival
from storage import duplicates, lead_labels
from storage.lead_statuses import STATUSES
from storage.models import AuditEntry, InboxRow, Lead, LeadEvent, Message
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_leads import change, send

LEAD = "/staff/leads/LCR-AAAAA"


async def follow(browser: Browser, path: str, **fields: str) -> str:
    """Post the form, and see the page that it leads to."""
    response = await browser.post(path, **fields)
    assert response.status == 303
    await browser.get(response.headers["Location"])
    return browser.page


async def test_a_note_is_kept_and_the_page_says_so(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get("/staff/leads/LCR-AAAAA")
    page = await follow(
        kim, "/staff/leads/LCR-AAAAA/do", verb="note", words="Her nan\nhas <the> keys"
    )
    assert 'id="said"' in page
    assert page.count("has &lt;the&gt; keys") == 1  # in the timeline
    with office.core.database.transaction() as session:
        event = session.scalars(select(LeadEvent).where(LeadEvent.kind == "noted")).one()
        assert (event.lead_id, event.who) == (lead_id, "Kim")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "note")).one()
        assert (entry.result, entry.who, entry.lead_id) == ("done", "Kim", lead_id)


async def test_a_decision_is_previewed_reworded_and_sent(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get("/staff/leads/LCR-AAAAA")
    page = await follow(kim, "/staff/leads/LCR-AAAAA/do", verb="qualify", words="")
    answer = re.search(r'name="answer" value="(\d+)"', page)
    assert answer is not None
    press = "/staff/leads/LCR-AAAAA/press"
    page = await follow(kim, press, answer=answer[1], words="Come and see us on Monday")
    assert "Come and see us on Monday" in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    await follow(kim, press, answer=answer[1], token=token[1])
    with office.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_id)
        assert lead.status == "qualified"


async def test_a_viewer_is_refused_and_nothing_is_done(office: Office) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    vic = await office.signed_in("Vic", Role.VIEWER)
    await vic.get("/staff/leads/LCR-AAAAA")
    page = await follow(vic, "/staff/leads/LCR-AAAAA/do", verb="note", words="hello")
    assert 'id="said"' in page
    with office.core.database.transaction() as session:
        assert not session.scalars(select(LeadEvent).where(LeadEvent.kind == "noted")).all()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "note")).one()
        assert entry.result == "refused"


async def test_the_answers_of_others_are_not_shown(office: Office) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get("/staff/leads/LCR-AAAAA")
    response = await kim.post("/staff/leads/LCR-AAAAA/do", verb="note", words="hello")
    robin = await office.signed_in("Robin", Role.CASEWORKER)
    await robin.get(response.headers["Location"])
    assert 'id="said"' not in robin.page


def lead_now(office: Office, reference: str = "LCR-AAAAA") -> Lead:
    with office.core.database.reading() as session:
        return session.scalars(select(Lead).where(Lead.reference == reference)).one()


def offered(page: str) -> set[str]:
    """The verbs that the page offers."""
    return set(re.findall(r'name="verb" value="(\w+)"', page))


async def seen(browser: Browser, reference: str = "LCR-AAAAA") -> str:
    """The newest event that the page knows."""
    await browser.get(f"/staff/leads/{reference}")
    return re.findall(r'name="seen" value="(\d+)"', browser.page)[0]


async def send_it(browser: Browser, **more: str) -> str:
    """Press *Send* under the preview that the page shows."""
    answer = re.search(r'name="answer" value="(\d+)"', browser.page)
    token = re.search(r'btn-primary" type="submit" name="token" value="([^"]+)"', browser.page)
    assert answer is not None
    assert token is not None
    return await follow(browser, f"{LEAD}/press", answer=answer[1], token=token[1], **more)


async def test_everything_can_be_done_in_the_page(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    robin = office.hire("Robin", Role.CASEWORKER)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get(LEAD)

    async def do(verb: str, **fields: str) -> str:
        return await follow(kim, f"{LEAD}/do", verb=verb, **fields)

    assert "this one is yours" in await do("claim")
    await do("assign", to=str(robin.id))
    assert lead_now(office).assignee_id == robin.id
    await do("unassign")
    assert (lead_now(office).assignee_id, lead_now(office).status) == (None, "new")
    await do("label", words="home visit, shed")
    await do("label", off="shed", words="")
    await do("next", words="ring her", date="2026-06-05", time="10:00")
    assert lead_now(office).next_action == "ring her"
    assert str(lead_now(office).next_action_at) == "2026-06-05 09:00:00+00:00"
    await do("next", words="off")
    assert lead_now(office).next_action is None
    await do("snooze", date="2026-06-08", time="")
    assert lead_now(office).snoozed_until is not None
    await do("wake")
    assert lead_now(office).snoozed_until is None
    await do("score", score="81", words="They have the keys")
    assert (lead_now(office).overruled or {})["score"] == 81
    await do("changes", question="2", words="say: how many?")
    with office.core.database.reading() as session:
        assert lead_labels.labels_of(session, lead_id) == ["home visit"]
        asked = session.get_one(Lead, lead_id)
        assert asked.status == "changes_asked"
    with office.core.database.reading() as session:
        assert "say: how many?" in [it.words for it in session.scalars(select(LeadEvent))]
        verbs = {it.verb for it in session.scalars(select(AuditEntry)) if it.lead_id == lead_id}
    assert {"claim", "assign", "unassign", "label", "next", "snooze", "wake", "score"} < verbs


async def test_it_is_decided_and_opened_again(office: Office) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get(LEAD)
    reason = next(iter(office.core.programme.staffing.decline_reasons))
    for verb, fields, status in (
        ("decline", {"reason": reason}, "declined"),
        ("reopen", {}, "claimed"),
        ("done", {}, "done"),
    ):
        await follow(kim, f"{LEAD}/do", verb=verb, **fields)
        assert lead_now(office).status != status  # it is only shown
        await kim.get(LEAD)  # and still is when they come back to it
        await send_it(kim)
        assert lead_now(office).status == status
    with office.core.database.reading() as session:
        told = session.scalars(
            select(Message).where(Message.lead_id.is_not(None), Message.direction == "out")
        ).all()
        resident = lead_now(office).chat_id
    assert len([it for it in told if it.chat_id == resident]) == 3


async def test_words_typed_beside_send_are_shown_before_they_go(office: Office) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get(LEAD)
    await follow(kim, f"{LEAD}/do", verb="qualify")
    assert "Come on Monday" in await send_it(kim, words="Come on Monday")
    assert lead_now(office).status == "new"
    await send_it(kim)
    assert lead_now(office).status == "qualified"


async def test_words_go_to_the_resident_as_from_the_chat(office: Office) -> None:
    lead = send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    for words in ("Can you come?", "Or on Monday?"):
        fields = {"verb": "tell", "words": words, "seen": await seen(kim)}
        await follow(kim, f"{LEAD}/do", **fields)
        again = await kim.post(f"{LEAD}/do", **fields)  # a second click
        assert again.status == 409
    with office.core.database.reading() as session:
        rows = session.scalars(select(InboxRow).where(InboxRow.kind == "internal")).all()
        went = [Arrival.from_json(it.payload).values or {} for it in rows]
        assert [it["staff_words"] for it in went] == ["Can you come?", "Or on Monday?"]
        assert {it.chat_id for it in rows} == {session.get_one(Lead, lead).chat_id}


async def test_ready_replies_are_looked_at_before_they_go(office: Office) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get(LEAD)
    page = await follow(kim, f"{LEAD}/do", verb="say")
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    page = await follow(kim, f"{LEAD}/press", token=token)
    assert "will read this" in page
    send_one = re.search(r'name="token" value="([^"]+)">Send it', page)
    assert send_one is not None
    assert "Sent to Ann" in await follow(kim, f"{LEAD}/press", token=send_one[1])
    assert lead_now(office).status == "in_contact"


async def test_of_two_caseworkers_the_second_hears_who_changed_what(office: Office) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    robin = await office.signed_in("Robin", Role.CASEWORKER)
    before = await seen(robin)
    await kim.get(LEAD)
    await follow(kim, f"{LEAD}/do", verb="claim")
    response = await robin.post(
        f"{LEAD}/do", verb="next", words="ring <her>", date="2026-06-05", seen=before
    )
    assert response.status == 409
    assert "Kim claimed it" in robin.page.split('role="alert"')[1].split("</section>")[0]
    assert 'value="ring &lt;her&gt;"' in robin.page  # what they typed is still there
    assert 'value="2026-06-05"' in robin.page
    assert lead_now(office).next_action is None
    after = await seen(robin)
    await follow(robin, f"{LEAD}/do", verb="next", words="ring her", seen=after)
    assert lead_now(office).next_action == "ring her"


async def test_a_note_is_kept_whatever_else_happened(office: Office) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    robin = await office.signed_in("Robin", Role.CASEWORKER)
    before = await seen(robin)
    await kim.get(LEAD)
    await follow(kim, f"{LEAD}/do", verb="claim")
    assert "saw her" in await follow(robin, f"{LEAD}/do", verb="note", words="saw her", seen=before)


async def test_a_preview_of_what_has_changed_since_is_not_sent(office: Office) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    robin = await office.signed_in("Robin", Role.CASEWORKER)
    await kim.get(LEAD)
    await follow(kim, f"{LEAD}/do", verb="qualify")
    await robin.get(LEAD)
    await follow(robin, f"{LEAD}/do", verb="claim")
    page = await send_it(kim)
    assert "Robin claimed it" in page
    assert lead_now(office).status == "claimed"


async def test_duplicates_are_shown_with_why_merged_and_taken_apart(office: Office) -> None:
    first = send(office, "LCR-AAAAA", "Ann Example")
    second = send(office, "LCR-BBBBB", "Ann Example")
    change(office, second, chat_id=lead_now(office).chat_id)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get("/staff/leads/LCR-BBBBB")
    same = kim.page.split("The same as another")[1]
    assert "LCR-AAAAA</a>: sent by the same person" in same or "same person" in same
    assert 'name="kept" value="LCR-AAAAA"' in same
    await follow(kim, f"{LEAD}/do", verb="merge", other="LCR-BBBBB", kept="LCR-AAAAA")
    assert lead_now(office, "LCR-BBBBB").duplicate_of == first
    await kim.get(LEAD)
    assert "Merged into this one" in kim.page
    await follow(kim, f"{LEAD}/do", verb="unmerge", other="LCR-BBBBB")
    assert lead_now(office, "LCR-BBBBB").status == "new"
    await follow(kim, f"{LEAD}/do", verb="merge", other="LCR-BBBBB")  # by reference alone
    with office.core.database.reading() as session:
        kept = session.get_one(Lead, second)
        assert [it.id for it in duplicates.merged_into(session, kept)] == [first]


ALWAYS = {"note", "label"}
TALK = {"tell", "say"}
WORK = {"qualify", "decline", "done", "assign", "score", "next", "snooze", "merge", "changes"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("new", ALWAYS | TALK | WORK | {"claim"}),
        ("qualified", ALWAYS | TALK | (WORK - {"qualify"}) | {"claim"}),
        ("declined", ALWAYS | TALK | {"done", "reopen", "merge"}),
        ("done", ALWAYS | TALK | {"done", "reopen", "merge"}),
        ("duplicate", ALWAYS | TALK | {"unmerge"}),
        ("withdrawn", ALWAYS | TALK),
    ],
)
async def test_only_what_may_be_done_now_is_offered(
    small_office: Office, status: str, expected: set[str]
) -> None:
    office = small_office
    change(office, send(office, "LCR-AAAAA", "Ann Example"), status=status)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get(LEAD)
    assert offered(kim.page) == expected


async def test_a_viewer_is_offered_nothing(small_office: Office) -> None:
    office = small_office
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    vic = await office.signed_in("Vic", Role.VIEWER)
    for status in STATUSES:
        change(office, lead_id, status=status)
        await vic.get(LEAD)
        assert offered(vic.page) == set()


async def test_a_form_that_asks_for_something_else_is_no_command(small_office: Office) -> None:
    office = small_office
    send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.ADMIN)
    await kim.get(LEAD)
    for verb in ("staff", "staff_remove", "connect", "", "note LCR-AAAAA x\n/done"):
        assert (await kim.post(f"{LEAD}/do", verb=verb, words="1")).status == 400


async def test_what_staff_do_wakes_who_sends_it(small_office: Office) -> None:
    """Without it the resident would wait for the next look at the tables."""
    office = small_office
    send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get(LEAD)
    office.core.signals.inbox.clear()
    await follow(kim, f"{LEAD}/do", verb="tell", words="Hello")
    assert office.core.signals.inbox.is_set()
