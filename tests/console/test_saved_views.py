"""Searches that staff keep by a name, with how many leads they find."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from storage.models import AuditEntry, SavedView
from storage.saved_views import MOST
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_doing import follow
from tests.console.test_leads import change, send

VIEWS = "/staff/leads/views"
TAB = re.compile(r'<li><a class="nav-link([^"]*)" href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)


def tabs(page: str) -> dict[str, tuple[str, str]]:
    """Of each view its address and its count, by its name; the open one has a star."""
    found = {}
    for active, href, inner in TAB.findall(page):
        name, _, rest = unescape(inner).partition(" <span")
        count = re.search(r">([\d+]+)<", rest)
        found[name + ("*" if active else "")] = (unescape(href), count[1] if count else "")
    return found


async def save(browser: Browser, name: str, query: str, **more: str) -> str:
    await browser.get(f"/staff/leads?{query}")
    return await follow(browser, VIEWS, name=name, query=query, **more)


async def test_a_search_is_saved_opened_renamed_and_deleted(office: Office) -> None:
    send(office, "LCR-AAAAA")
    send(office, "LCR-BBBBB", borough="wirral")
    kim = await office.signed_in("Kim", Role.VIEWER)
    page = await save(kim, "  By the\nsea & <shore> ", "borough=wirral&sort=oldest")
    assert tabs(page)["By the sea & <shore>*"] == (
        "/staff/leads?borough=wirral&sort=oldest",
        "1",
    )
    assert "LCR-BBBBB" in page
    assert "LCR-AAAAA" not in page
    [number] = re.findall(rf'{VIEWS}/(\d+)"', page)
    page = await follow(kim, f"{VIEWS}/{number}", name="Wirral")
    assert "Wirral*" in tabs(page)
    await save(kim, "wirral", "borough=wirral")  # the same name: the same view
    await kim.get("/staff/leads")
    assert tabs(kim.page)["Wirral"][0] == "/staff/leads?borough=wirral"
    page = await follow(kim, f"{VIEWS}/{number}/delete")
    assert "Wirral" not in tabs(page)
    with office.core.database.reading() as session:
        verbs = [it.verb for it in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
        assert verbs[1:] == ["save_view", "change_view", "save_view", "delete_view"]


async def test_what_is_overdue_is_always_there_and_is_saved_with_the_rest(office: Office) -> None:
    late = office.clock.now() - timedelta(hours=1)
    change(office, send(office, "LCR-AAAAA"), next_action_at=late)
    change(office, send(office, "LCR-BBBBB", borough="wirral"), next_action_at=late)
    send(office, "LCR-CCCCC")
    kim = await office.signed_in("Kim", Role.VIEWER)
    await kim.get("/staff/leads?due=overdue&sort=next")
    assert tabs(kim.page)["Overdue*"] == ("/staff/leads?due=overdue&sort=next", "2")
    page = await save(kim, "Late by the sea", "words=tool&borough=wirral&due=overdue")
    assert tabs(page)["Late by the sea*"][1] == "1"
    assert "LCR-BBBBB" in page
    assert "LCR-AAAAA" not in page


async def test_what_is_shared_all_see_and_only_its_owner_changes(office: Office) -> None:
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    robin = await office.signed_in("Robin", Role.CASEWORKER)
    await save(kim, "Mine alone", "status=new")
    page = await save(kim, "For all", "status=done", shared="yes")
    [number] = re.findall(rf'{VIEWS}/(\d+)"', page)
    await robin.get("/staff/leads?status=done")
    assert "For all*" in tabs(robin.page)
    assert "Mine alone" not in tabs(robin.page)
    assert "Shared by Kim" in robin.page
    assert (await robin.post(f"{VIEWS}/{number}", name="Taken")).status == 404
    assert (await robin.post(f"{VIEWS}/{number}/delete")).status == 404
    manager = await office.signed_in("Max", Role.MANAGER)
    await manager.get("/staff/leads")
    await follow(manager, f"{VIEWS}/{number}/delete")
    await robin.get("/staff/leads")
    assert "For all" not in tabs(robin.page)


async def test_a_viewer_shares_nothing(office: Office) -> None:
    vic = await office.signed_in("Vic", Role.VIEWER)
    page = await save(vic, "Theirs", "status=new", shared="yes")
    assert 'name="shared"' not in page
    with office.core.database.reading() as session:
        assert not session.scalars(select(SavedView)).one().is_shared


async def test_what_a_view_keeps_is_a_search_and_nothing_else(office: Office) -> None:
    kim = await office.signed_in("Kim", Role.VIEWER)
    page = await save(kim, "Odd", "borough=wirral&page=3&said=7&evil=javascript:1&sort=nonsense")
    assert tabs(page)["Odd*"][0] == "/staff/leads?borough=wirral"


async def test_what_no_database_takes_spoils_nobodys_list(office: Office) -> None:
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    query = "status=%00open&borough=a%00b&theme=%00&kind=%00&label=%00&words=%00"
    assert (await kim.get(f"/staff/leads?{query}")).status == 200
    await follow(kim, VIEWS, name="Odd", query=query, shared="yes")
    lou = await office.signed_in("Lou", Role.VIEWER)
    assert (await lou.get("/staff/leads")).status == 200
    assert "Odd" in lou.page


async def test_without_a_name_or_with_too_many_it_says_so(office: Office) -> None:
    kim = await office.signed_in("Kim", Role.VIEWER)
    assert "A view needs a name" in await save(kim, " ", "status=new")
    for number in range(MOST):
        await kim.post(VIEWS, name=f"View {number}", query="status=new")
    assert "Delete one first" in await save(kim, "One more", "status=done")
    assert "One more" not in tabs(kim.page)


async def test_counts_stop_at_a_hundred(small_office: Office) -> None:
    office = small_office
    for number in range(101):
        lead_id = send(office, f"LCR-{number:05}", idea=None)
    kim = await office.signed_in("Kim", Role.VIEWER)
    await kim.get("/staff/leads")
    assert tabs(kim.page)["Open"][1] == "99+"
    assert tabs(kim.page)["Mine"][1] == "0"
    change(office, lead_id, status="done")
    change(office, lead_id - 1, status="done")
    await kim.get("/staff/leads")
    assert tabs(kim.page)["Open"][1] == "99"


@pytest.mark.parametrize(
    ("sort", "heads"),
    [
        ("", {"Sent": "descending"}),
        ("oldest", {"Sent": "ascending"}),
        ("score", {"Score": "descending"}),
        ("next", {"Next": "ascending"}),
    ],
)
async def test_the_heads_of_columns_sort_and_keep_the_filters(
    small_office: Office, sort: str, heads: dict[str, str]
) -> None:
    office = small_office
    send(office, "LCR-AAAAA")
    kim = await office.signed_in("Kim", Role.VIEWER)
    await kim.get(f"/staff/leads?borough=sefton&sort={sort}")
    found = re.findall(r'<th scope="col"( aria-sort="(\w+)")?><a href="([^"]+)">(\w+)', kim.page)
    assert {name: order for _, order, _, name in found if order} == heads
    assert all("borough=sefton" in href for *_, href, _name in found)
    assert [name for *_, name in found] == ["Score", "Next", "Sent"]
