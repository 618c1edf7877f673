"""Pages are read while somebody writes: on SQLite, where one writes at a time, they do not wait."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.console.access import ROUTES
from bot.console.safety import COOKIE
from storage.console_sessions import ROTATE_AFTER
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_entry import EXAMPLES, PARAMETER
from tests.console.test_leads import send

IN_TIME = 5.0  # seconds; who waited for the writer would wait for ever
SHOWN = [name for name, it in ROUTES.items() if it.method == "GET"]


@contextmanager
def writing(office: Office) -> Iterator[None]:
    """A transaction is open all the while that has changed what pages show, as a long turn has."""
    with office.core.database.transaction() as session:
        session.execute(text("update leads set version = version + 1"))
        session.execute(text("update staff_members set digest_at = '08:00'"))
        yield
        session.rollback()


async def status(browser: Browser, path: str) -> int:
    """How it is answered; what goes on for ever is not read to its end."""
    async with browser.client.get(path, allow_redirects=False) as response:
        return response.status


@pytest.mark.parametrize("name", SHOWN)
async def test_each_page_is_shown_while_a_long_transaction_is_open(
    office: Office, name: str
) -> None:
    send(office, EXAMPLES["reference"], "Ann Example")
    kim = await office.signed_in("Kim", Role.ADMIN)
    path = PARAMETER.sub(lambda found: EXAMPLES.get(found[1], "1"), ROUTES[name].path)
    alone = await status(kim, path)
    with writing(office):
        async with asyncio.timeout(IN_TIME):
            assert await status(kim, path) == alone


async def test_the_list_is_searched_again_and_again_beside_a_writer(office: Office) -> None:
    for number in range(60):
        send(office, f"LCR-{number:05}", "Ann Example")
    kim = await office.signed_in("Kim", Role.ADMIN)
    await kim.get("/staff/leads")
    with writing(office):
        async with asyncio.timeout(IN_TIME):
            for _ in range(5):
                await kim.get("/staff/leads?words=ann")
        assert "LCR-00059" in kim.page


async def test_a_sign_in_that_is_due_for_another_token_gets_it_when_nobody_writes(
    small_office: Office,
) -> None:
    kim = await small_office.signed_in("Kim", Role.ADMIN)
    small_office.wait(ROTATE_AFTER + timedelta(minutes=1))
    with writing(small_office):
        async with asyncio.timeout(IN_TIME):
            response = await kim.get("/staff/leads")
        assert (response.status, COOKIE in response.cookies) == (200, False)
    response = await kim.get("/staff/leads")
    assert (response.status, COOKIE in response.cookies) == (200, True)


async def test_what_is_not_committed_is_not_shown(office: Office) -> None:
    lead_id = send(office, "LCR-AAAAA", "Ann Example")
    kim = await office.signed_in("Kim", Role.ADMIN)
    with office.core.database.transaction() as session:
        session.execute(
            text("update leads set status = 'done' where id = :lead"), {"lead": lead_id}
        )
        await kim.get("/staff/leads?status=new")
        assert "LCR-AAAAA" in kim.page
    await kim.get("/staff/leads?status=new")
    assert "LCR-AAAAA" not in kim.page
