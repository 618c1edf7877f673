"""Looking at calls: the list, the page of one, its history, and the previews."""

from datetime import timedelta

import pytest

from storage.staff import Role
from tests.console.calls.forms import words
from tests.console.calls.town import (
    GARDENS,
    GROWN_UP,
    IN_SEFTON,
    criterion,
    found,
    keep,
    kinds,
    local,
    settle_in,
)
from tests.console.conftest import Office
from tests.console.test_leads import send as send_lead

CALL = f"/staff/calls/{GARDENS.code}"


async def test_the_list_says_how_calls_stand_and_counts(office: Office) -> None:
    keep(office)
    keep(office, code="soon", title="Soon over", closes_at=office.clock.now() + timedelta(days=1))
    keep(office, code="later", title="Later on", opens_at=local(2026, 7, 1))
    keep(office, code="draft", title="In the making", is_draft=True)
    keep(office, code="past", title="Long past", closes_at=local(2026, 5, 20))
    keep(office, code="off", title="Called off", withdrawn_at=local(2026, 5, 20))
    settle_in(office, reminded=3, drafting=2)
    for reference in ("LCR-AAAAA", "LCR-BBBBB"):
        send_lead(office, reference, call_id=found(office).id)
    kim = await office.signed_in("Kim", Role.VIEWER)
    assert (await kim.get("/staff/calls")).status == 200
    said = words(kim)
    assert "Open 2" in said
    assert "Soon over Closing soon" in said
    for part in ("Opening later 1", "Drafts 1", "Closed 1", "Withdrawn 1"):
        assert part in said
    assert "Gardens together 2026 Community assets Mon 11 May 2026, 09:00" in said
    assert "Fri 17 Jul 2026, 17:00 3 2" in said
    assert "New call" not in said


async def test_old_calls_are_left_out_until_they_are_asked_for(small_office: Office) -> None:
    for number in range(33):
        keep(small_office, code=f"old_{number}", title="Old", closes_at=local(2026, 5, 20))
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    await kim.get("/staff/calls")
    assert kim.page.count("/staff/calls/old_") == 30
    assert "Show 3 more" in words(kim)
    await kim.get("/staff/calls?over=all")
    assert kim.page.count("/staff/calls/old_") == 33


async def test_the_page_says_what_it_asks_and_who_changed_what(office: Office) -> None:
    keep(office, criteria=[IN_SEFTON, criterion("pets", one_of=["cat"])])
    keep(office, criteria=[IN_SEFTON, GROWN_UP], reminders=None, title="Gardens <b>", sign_off=True)
    viewer = await office.signed_in("Vic", Role.VIEWER)
    await viewer.get(CALL)
    said = words(viewer)
    assert "Where is one of Sefton, Wirral (else it cannot be reached)" in said
    assert "18 or over is yes (else it can still be reached)" in said
    assert "Ann Example changed it" in said
    assert "Criteria pets is cat → is now 18 or over is yes" in said
    assert "14 days before, 2 days before, 2 hours before → is now the programme's own" in said
    assert "Two of a group must agree no → is now yes" in said
    assert "Gardens &lt;b&gt;" in viewer.page
    for act in ("edit", "do/close", "late-links"):
        assert f"{CALL}/{act}" not in viewer.page
    assert (await viewer.get("/staff/calls/none")).status == 404


async def test_the_chat_of_somebody_is_shown_before_anybody_has_it(small_office: Office) -> None:
    keep(small_office, is_draft=True)
    viewer = await small_office.signed_in("Vic", Role.VIEWER)
    await viewer.get(f"{CALL}/preview")
    said = words(viewer)
    assert "Resident: /start call-gardens_2026" in said
    assert "Gardens together 2026 You can apply. It closes at 5pm on Friday 17 July" in said
    assert "Now open: Gardens together 2026" in said
    await viewer.get(f"{CALL}/preview?as=chosen&borough=sefton&adult=false&applicant_who=group")
    assert "Resident: A group of us" in words(viewer)
    assert "Not yet, but you can get there" in words(viewer)
    await viewer.get(f"{CALL}/preview?as=chosen&borough=halton&people=many&adult=maybe")
    assert "Not the right door" in words(viewer)
    assert kinds(small_office) == ["created"]
    assert (await viewer.get("/staff/calls/none/preview")).status == 404


@pytest.mark.parametrize("changed", [{}, {"is_draft": True}, {"criteria": [], "offering": None}])
async def test_the_public_page_is_shown_before_it_is_public(
    small_office: Office, changed: dict[str, object]
) -> None:
    keep(small_office, **changed)
    viewer = await small_office.signed_in("Vic", Role.VIEWER)
    response = await viewer.get(f"{CALL}/page")
    assert response.status == 200
    assert "Gardens together 2026" in words(viewer)
    assert "style=" not in viewer.page
    assert "call-gardens_2026-poster" in viewer.page
    assert (await viewer.get("/staff/calls/none/page")).status == 404
