"""What staff do in a lead's page is done at the desk, and answered in the page."""

import re

from sqlalchemy import select

from storage.models import AuditEntry, Lead, LeadEvent
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_leads import send


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
