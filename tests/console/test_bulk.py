"""Doing the same with several leads: each at the desk by itself, and what was refused and why."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from sqlalchemy import select

from bot.pipeline import speech
from storage import chats, lead_labels, messages
from storage.chats import ChatKey
from storage.models import AuditEntry, Lead, LeadEvent, LeadMention, OutboxRow
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_leads import change, send

BULK = "/staff/leads/bulk"


async def do(browser: Browser, action: str, ticked: Sequence[str], **fields: str) -> str:
    """Post the form with these ticked; the answer on the page that it leads to."""
    query = fields.pop("query", "")
    await browser.get(f"/staff/leads?{query}")
    given = [("form_token", browser.form_token), ("action", action), ("query", query)]
    given += [("lead", it) for it in ticked] + list(fields.items())
    response = await browser.client.post(
        BULK,
        data=urlencode(given),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        allow_redirects=False,
    )
    assert response.status == 303
    assert query in response.headers["Location"]
    await browser.get(response.headers["Location"])
    said = browser.page.split('id="said"')[1].split("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", said.split(">", 1)[1]).split())


def three(office: Office) -> list[str]:
    """Of three leads the last is over."""
    references = ["LCR-AAAAA", "LCR-BBBBB", "LCR-CCCCC"]
    numbers = [send(office, it) for it in references]
    change(office, numbers[2], status="done")
    return references


async def test_it_says_what_was_done_and_what_was_not_and_why(office: Office) -> None:
    references, robin = three(office), office.hire("Robin", Role.CASEWORKER)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    said = await do(kim, "assign", references, to=str(robin.id), query="borough=sefton")
    assert said.startswith("Give them to: done with 2 of 3.")
    assert "LCR-CCCCC: LCR-CCCCC is over" in said
    assert "LCR-AAAAA" not in said
    with office.core.database.reading() as session:
        found = session.scalars(select(Lead).order_by(Lead.id)).all()
        assert [it.assignee_id for it in found] == [robin.id, robin.id, None]
        entries = session.scalars(select(AuditEntry).where(AuditEntry.verb == "assign")).all()
        assert [it.lead_id for it in entries] == [it.id for it in found]  # one for each


def private_chat(office: Office, name: str) -> int:
    with office.core.database.transaction() as session:
        return chats.chat_id_for(session, ChatKey("telegram", name), now=office.clock.now())


def told(office: Office, chat_id: int) -> list[tuple[str, list[str]]]:
    """What a member was told in private, and the buttons under it."""
    with office.core.database.reading() as session:
        return [
            (it.text or "", [key.button.label for key in speech.keys_of(it)])
            for it in messages.history(session, chat_id, after_id=0)
        ]


async def test_the_new_owner_hears_of_all_in_one_word(office: Office) -> None:
    references, robin = three(office), office.hire("Robin", Role.CASEWORKER)
    bo = office.hire("Bo", Role.CASEWORKER)
    robins, bos = private_chat(office, "Robin"), private_chat(office, "Bo")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await do(kim, "assign", references, to=str(robin.id))
    both = "LCR-AAAAA, LCR-BBBBB"
    assert told(office, robins) == [(f"👤 2 leads are yours now, from Kim: {both}", ["Mine"])]
    with office.core.database.reading() as session:
        assert {it.lead_id for it in session.scalars(select(LeadMention))} == {1, 2}
        rows = session.scalars(select(OutboxRow).where(OutboxRow.chat_id == robins)).all()
        assert len(rows) == 1
    await do(kim, "assign", references, to=str(bo.id))
    assert told(office, bos)[0][0].startswith("👤 2 leads are yours now, from Kim")
    assert told(office, robins)[1:] == [
        (f"👤 Kim gave 2 leads that were yours to Bo: {both}", ["Mine"])
    ]
    await do(kim, "unassign", references[:1])
    await do(kim, "label", references, words="shed")
    assert [it for it, _keys in told(office, bos)[1:]] == [
        "👤 Kim took <b>LCR-AAAAA</b> from you. Nobody has it now.",
        "Kim changed the labels of your lead <b>LCR-BBBBB</b>: #shed",
    ]


async def test_labels_are_put_on_and_taken_off(office: Office) -> None:
    references = three(office)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    assert "done with 3 of 3" in await do(kim, "label", references, words="home visit, shed")
    said = await do(kim, "unlabel", references[:2], words="shed, nonsense")
    assert "done with 2 of 2" in said
    assert "done with 0 of 1" in await do(kim, "label", references[:1], words="home visit")
    with office.core.database.reading() as session:
        numbers = [it.id for it in session.scalars(select(Lead).order_by(Lead.id))]
        found = lead_labels.labels_by_lead(session, numbers)
        assert [found[it] for it in numbers] == [
            ["home visit"],
            ["home visit"],
            ["home visit", "shed"],
        ]


async def test_they_rest_or_have_something_next(office: Office) -> None:
    references = three(office)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    said = await do(kim, "next", references, words="ring them", date="2026-06-05", time="10:00")
    assert "done with 2 of 3" in said
    said = await do(kim, "snooze", references[:1], date="2020-01-01")
    assert "done with 0 of 1" in said
    assert "is past" in said
    assert "done with 2 of 2" in await do(kim, "snooze", references[:2], words="next tuesday")
    with office.core.database.reading() as session:
        found = session.scalars(select(Lead).order_by(Lead.id)).all()
        assert [it.next_action for it in found] == ["ring them", "ring them", None]
        assert [it.snoozed_until is not None for it in found] == [True, True, False]


async def test_without_a_tick_nothing_is_done(office: Office) -> None:
    three(office)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    assert "No lead was ticked" in await do(kim, "label", [], words="shed")
    assert "No lead was ticked" in await do(kim, "label", ["/../x", "a b"], words="shed")


async def test_an_unknown_lead_is_refused_and_the_others_are_done(office: Office) -> None:
    references = three(office)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    said = await do(kim, "label", ["LCR-ZZZZZ", references[0]], words="shed")
    assert "done with 1 of 2" in said
    assert "LCR-ZZZZZ: I can't find a lead" in said.replace("&#39;", "'").replace("&#x27;", "'")


async def test_what_others_do_meanwhile_does_not_count(office: Office) -> None:
    """What makes it done is what this member did, not that something happened."""
    references = three(office)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await do(kim, "label", references[:1], words="shed")
    with office.core.database.transaction() as session:
        lead = session.scalars(select(Lead).order_by(Lead.id)).first()
        assert lead is not None
        session.add(LeadEvent(lead_id=lead.id, at=lead.created_at, kind="noted", who="Robin"))
    assert "done with 0 of 1" in await do(kim, "label", references[:1], words="shed")


async def test_a_viewer_sees_no_boxes_and_may_not(small_office: Office) -> None:
    office = small_office
    three(office)
    vic = await office.signed_in("Vic", Role.VIEWER)
    await vic.get("/staff/leads")
    assert 'name="lead"' not in vic.page
    assert (await vic.post(BULK, action="label", lead="LCR-AAAAA", words="shed")).status == 403
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get("/staff/leads")
    assert kim.page.count('name="lead"') == 3
    for action in ("", "qualify", "staff"):
        assert (await kim.post(BULK, action=action, lead="LCR-AAAAA")).status == 400
