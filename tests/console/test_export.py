"""The leads of a search as a table: safe, streamed, and in the audit trail."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.console.leads import exporting
from bot.console.safety import COOKIE
from storage.console_sessions import ROTATE_AFTER
from storage.models import AuditEntry, Lead
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_leads import change, send

EXPORT = "/staff/leads/export"


async def export(browser: Browser, query: str = "") -> tuple[Any, bytes]:
    await browser.get("/staff/leads")
    response = await browser.client.post(
        EXPORT, data={"form_token": browser.form_token, "query": query}
    )
    return response, await response.read()


def rows(written: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))


async def test_the_table_holds_what_was_searched_for(office: Office) -> None:
    send(office, "LCR-AAAAA", "Ann Example")
    send(office, "LCR-BBBBB", "Zoë Example", borough="wirral")
    robin = office.hire("Robin", Role.CASEWORKER)
    change(office, send(office, "LCR-CCCCC", borough="wirral"), assignee_id=robin.id)
    kim = await office.signed_in("Kim", Role.MANAGER)
    response, written = await export(kim, "borough=wirral&sort=newest&page=4")
    assert written.startswith(b"\xef\xbb\xbfreference,")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="leads-2026-06-01.csv"'
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    found = rows(written)
    assert [it["reference"] for it in found] == ["LCR-BBBBB", "LCR-CCCCC"]  # the oldest first
    assert found[0]["applicant_name"] == "Zoë Example"
    assert found[1]["assignee"] == "Robin"
    assert "rusting <tools>" in found[0]["idea_answers"]
    with office.core.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "export_leads")).one()
        assert (entry.who, entry.result) == ("Kim", "done")
        assert entry.detail == {"search": "borough=wirral", "leads": 2}


async def test_the_trail_keeps_no_name_that_was_looked_for(small_office: Office) -> None:
    send(small_office, "LCR-AAAAA", "Ann Example")
    kim = await small_office.signed_in("Kim", Role.MANAGER)
    await export(kim, "words=Ann+Example&status=open")
    with small_office.core.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "export_leads")).one()
        assert entry.detail == {"search": "status=open and words", "leads": 1}


async def test_no_cell_is_a_formula(office: Office) -> None:
    send(office, "LCR-AAAAA", '=HYPERLINK("https://example.org")')
    send(office, "LCR-BBBBB", "+1-1")
    send(office, "LCR-CCCCC", "@SUM(A1)", idea={"title": "-2+3", "answers": {}})
    kim = await office.signed_in("Kim", Role.MANAGER)
    for lead in rows((await export(kim))[1]):
        for cell in lead.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


async def test_caseworkers_may_not_and_see_no_button(small_office: Office) -> None:
    office = small_office
    send(office, "LCR-AAAAA")
    cal = await office.signed_in("Cal", Role.CASEWORKER)
    await cal.get("/staff/leads")
    assert EXPORT not in cal.page
    assert (await cal.post(EXPORT)).status == 403
    with office.core.database.reading() as session:
        assert not session.scalars(
            select(AuditEntry).where(AuditEntry.verb == "export_leads")
        ).all()


async def test_few_are_in_memory_at_once(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = small_office
    monkeypatch.setattr(exporting, "AT_ONCE", 4)
    for number in range(11):
        send(office, f"LCR-{number:05}", idea=None)
    kim = await office.signed_in("Kim", Role.MANAGER)
    await kim.get("/staff/leads")
    loaded: list[set[str]] = []

    @event.listens_for(Lead, "load")
    def note(lead: Lead, context: Any) -> None:
        if not loaded or context.session is not note.session:  # type: ignore[attr-defined]
            note.session = context.session  # type: ignore[attr-defined]
            loaded.append(set())
        loaded[-1].add(lead.reference)

    response, written = await export(kim)
    event.remove(Lead, "load", note)
    assert response.headers["Transfer-Encoding"] == "chunked"
    assert len(rows(written)) == 11
    assert [len(it) for it in loaded if it] == [11, 4, 4, 3]  # the list itself, then the table


async def test_a_sign_in_outlives_what_was_streamed_to_it(small_office: Office) -> None:
    """A cookie cannot be changed once an answer is under way, so then it is not."""
    office = small_office
    send(office, "LCR-AAAAA")
    kim = await office.signed_in("Kim", Role.MANAGER)
    token = kim.form_token
    office.wait(ROTATE_AFTER * 2)
    response = await kim.client.post(EXPORT, data={"form_token": token, "query": ""})
    assert COOKIE not in response.cookies
    assert len(rows(await response.read())) == 1
    office.wait(ROTATE_AFTER * 2)
    assert (await kim.get("/staff/leads")).status == 200
    assert (await kim.get("/staff/leads")).status == 200
