"""Leads in the console: the list, its filters, and the page of one."""

import re
from datetime import timedelta
from html import unescape

import pytest

from storage import chats, lead_work, leads
from storage.chats import ChatKey
from storage.leads import NewLead
from storage.models import Lead
from storage.staff import Role
from tests.console.conftest import Office

IDEA = {"title": "The Tool Hut", "answers": {"idea_problem": "Sheds full of rusting <tools>"}}


def send(office: Office, reference: str, name: str = "Ann", **more: object) -> int:
    fields = {"kind": "incubator", "borough": "sefton", "theme": "ageing", "idea": IDEA, **more}
    with office.core.database.transaction() as session:
        chat_id = chats.chat_id_for(session, ChatKey("preview", reference), now=office.clock.now())
        lead, _made = leads.create_lead(
            session,
            NewLead(
                reference=reference,
                dedupe_key=reference,
                chat_id=chat_id,
                applicant_kind="individual",
                applicant_name=name,
                contact="telegram",
                reasons=[],
                facts={},
                **fields,  # type: ignore[arg-type]
            ),
            now=office.clock.now(),
        )
        return lead.id


def change(office: Office, lead_id: int, **values: object) -> None:
    with office.core.database.transaction() as session:
        lead = session.get(Lead, lead_id)
        for name, value in values.items():
            setattr(lead, name, value)


async def shown(office: Office, query: str) -> list[str]:
    browser = await office.signed_in("Kim", Role.VIEWER)
    response = await browser.get(f"/staff/leads?{query}")
    assert response.status == 200
    return on_page(browser.page)


def on_page(page: str) -> list[str]:
    found = [part.split('"')[0] for part in page.split("/staff/leads/")[1:]]
    return [it for it in found if it.startswith("LCR-")]


def link(page: str, words: str) -> str:
    """Where a link with these words leads to; "" if there is none."""
    found = re.search(rf'<a href="([^"]+)">{words}</a>', page)
    return f"/staff/leads{unescape(found[1])}" if found else ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["LCR-CCCCC", "LCR-BBBBB", "LCR-AAAAA"]),
        ("sort=oldest", ["LCR-AAAAA", "LCR-BBBBB", "LCR-CCCCC"]),
        ("sort=score", ["LCR-BBBBB", "LCR-CCCCC", "LCR-AAAAA"]),
        ("sort=next", ["LCR-AAAAA", "LCR-BBBBB", "LCR-CCCCC"]),
        ("words=zo%C3%AB", ["LCR-BBBBB"]),
        ("words=rusting", ["LCR-BBBBB", "LCR-AAAAA"]),
        ("words=nobody+at+all", []),
        ("status=open", ["LCR-BBBBB", "LCR-AAAAA"]),
        ("status=done", ["LCR-CCCCC"]),
        ("borough=wirral", ["LCR-CCCCC"]),
        ("theme=ageing&kind=incubator", ["LCR-CCCCC", "LCR-BBBBB", "LCR-AAAAA"]),
        ("label=visit", ["LCR-AAAAA"]),
        ("assignee_id=0", ["LCR-CCCCC", "LCR-BBBBB"]),
        ("assignee_id=junk&after=x&sort=y&call_id=-1", ["LCR-CCCCC", "LCR-BBBBB", "LCR-AAAAA"]),
        ("due=overdue", ["LCR-AAAAA"]),
        ("due=overdue&sort=next&words=rusting", ["LCR-AAAAA"]),
        ("due=overdue&assignee_id=0", []),
        ("due=junk", ["LCR-CCCCC", "LCR-BBBBB", "LCR-AAAAA"]),
        ("after=1", []),
        ("sort=oldest&after=1", ["LCR-BBBBB", "LCR-CCCCC"]),
        ("sort=score&after=2", ["LCR-CCCCC", "LCR-AAAAA"]),
        ("sort=score&after=3", ["LCR-AAAAA"]),
        ("sort=score&before=1", ["LCR-BBBBB", "LCR-CCCCC"]),
        ("sort=next&after=1", ["LCR-BBBBB", "LCR-CCCCC"]),
        ("sort=next&before=3", ["LCR-AAAAA", "LCR-BBBBB"]),
        ("sort=next&after=77", ["LCR-AAAAA", "LCR-BBBBB", "LCR-CCCCC"]),
        ("after=77", ["LCR-CCCCC", "LCR-BBBBB", "LCR-AAAAA"]),
    ],
)
async def test_the_list_shows_what_is_asked_for(
    office: Office, query: str, expected: list[str]
) -> None:
    robin, first = office.hire("Robin", Role.CASEWORKER), send(office, "LCR-AAAAA")
    second = send(office, "LCR-BBBBB", "Zoë")
    third = send(office, "LCR-CCCCC", borough="wirral", idea=None)
    change(office, first, assignee_id=robin.id, next_action_at=office.clock.now())
    change(office, second, score=80)
    change(office, third, status="done", score=20)
    with office.core.database.transaction() as session:
        lead = session.get(Lead, first)
        assert lead is not None
        lead_work.put_labels(session, lead, ["visit"], who="Robin", now=office.clock.now())
    assert await shown(office, query) == expected


@pytest.mark.parametrize("sort", ["newest", "oldest", "next", "score"])
async def test_the_list_has_pages_and_each_lead_is_on_one(office: Office, sort: str) -> None:
    for number in range(120):
        lead_id = send(office, f"LCR-{number:05}")
        at = office.clock.now() + timedelta(days=number % 4)
        if number % 3:
            change(office, lead_id, score=number % 7, next_action_at=at)
    kim = await office.signed_in("Kim", Role.VIEWER)
    await kim.get(f"/staff/leads?sort={sort}")
    pages = [on_page(kim.page)]
    while onward := link(kim.page, "Next page"):
        await kim.get(onward)
        pages.append(on_page(kim.page))
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({it for page in pages for it in page}) == 120
    for page in pages[-2::-1]:  # and all the way back
        await kim.get(link(kim.page, "Page before"))
        assert on_page(kim.page) == page
    assert not link(kim.page, "Page before")


async def test_a_lead_shows_what_was_sent_and_what_happened(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann <b>Example</b>")
    office.wait(timedelta(hours=1))
    with office.core.database.transaction() as session:
        lead = session.get(Lead, lead_id)
        assert lead is not None
        lead_work.add_note(session, lead, "ring <her> first", who="Kim", now=office.clock.now())
    browser = await office.signed_in("Kim", Role.VIEWER)
    assert (await browser.get("/staff/leads/lcr-aaaaa")).status == 200
    assert "Ann &lt;b&gt;Example" in browser.page
    assert "rusting &lt;tools&gt;" in browser.page
    assert "ring <her> first" in unescape(browser.page)
    assert "<her>" not in browser.page


async def test_an_unknown_lead_is_said_with_a_way_back(office: Office) -> None:
    browser = await office.signed_in("Kim", Role.VIEWER)
    assert (await browser.get("/staff/leads/LCR-ZZZZZ")).status == 404
    assert "Look for it by name" in browser.page
