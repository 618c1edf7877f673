"""Behind a reverse proxy: who asks is known from it, and nobody else can make it up."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.console.staff.entry import MOST_A_MINUTE
from bot.proxies import Proxies
from storage.staff import Role
from tests.console.conftest import Browser, Office, open_office

ONCE = f"/staff/sign-in/{'0' * 48}"
OURS = "127.0.0.1, 10.1.0.0/16, fd00::/8"


@pytest.fixture
async def behind(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """The console behind a proxy on this machine."""
    async with open_office(database_url, tmp_path, trusted_proxies="127.0.0.1") as office:
        yield office


@pytest.mark.parametrize(
    ("asks", "passed_on", "client"),
    [
        ("127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("198.51.100.9", ["203.0.113.7"], "198.51.100.9"),  # a stranger makes it up
        ("127.0.0.1", ["203.0.113.7, 198.51.100.9"], "198.51.100.9"),  # … to our proxy
        ("127.0.0.1", ["203.0.113.7", "198.51.100.9"], "198.51.100.9"),
        ("127.0.0.1", ["127.0.0.1, 198.51.100.9, 10.1.2.3"], "198.51.100.9"),  # of two proxies
        ("127.0.0.1", ["10.1.2.3"], "10.1.2.3"),
        ("127.0.0.1", ["203.0.113.7, unknown"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7, unknown, 10.1.2.3"], "10.1.2.3"),
        ("127.0.0.1", ["203.0.113.7:4711"], "203.0.113.7"),
        ("127.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("fd00::1", ["2001:DB8:0::7"], "2001:db8::7"),
        ("::ffff:127.0.0.1", ["::ffff:203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", [" , ,203.0.113.7, "], "203.0.113.7"),
    ],
)
def test_the_client_is_the_last_that_no_trusted_proxy_has(
    asks: str, passed_on: list[str], client: str
) -> None:
    headers = [("X-Forwarded-For", it) for it in passed_on]
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=asks)
    assert Proxies.of(OURS).client_of(request) == client
    assert Proxies.of(None).client_of(request) in (asks, asks.removeprefix("::ffff:"))


async def tried(browser: Browser, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with browser.client.get(ONCE, headers=named, allow_redirects=False) as answer:
        return answer.status


async def test_one_address_behind_the_proxy_does_not_shut_out_the_others(behind: Office) -> None:
    browser = await behind.browser()
    for number in range(MOST_A_MINUTE):
        made_up = f"198.51.100.{number}, 203.0.113.7"  # what it says itself counts for nothing
        assert await tried(browser, X_Forwarded_For=made_up) == 410
    assert await tried(browser, X_Forwarded_For="203.0.113.7") == 429
    assert await tried(browser, X_Forwarded_For="203.0.113.8") == 410


async def test_a_stranger_cannot_make_up_where_it_asks_from(office: Office) -> None:
    browser = await office.browser()
    statuses = [
        await tried(browser, X_Forwarded_For=f"203.0.113.{number}")
        for number in range(MOST_A_MINUTE + 1)
    ]
    assert statuses == [410] * MOST_A_MINUTE + [429]


async def posted(office: Office, **headers: str) -> int:
    """Signing out from a page of another host than the one that we are asked as."""
    browser = await office.signed_in("Kim", Role.VIEWER)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = browser.client.post(
        "/staff/sign-out",
        data={"form_token": browser.form_token},
        headers={"Origin": "https://assistant.example.org", **named},
        allow_redirects=False,
    )
    async with sent as answer:
        return answer.status


async def test_a_page_of_the_host_that_the_proxy_names_is_ours(behind: Office) -> None:
    name = "assistant.example.org"
    assert await posted(behind, X_Forwarded_Host=name) == 303
    assert await posted(behind, X_Forwarded_Host=f"elsewhere.example, {name}") == 303
    assert await posted(behind, X_Forwarded_Host=f"{name}, elsewhere.example") == 403
    assert await posted(behind) == 403


async def test_a_host_that_a_stranger_names_is_none(office: Office) -> None:
    assert await posted(office, X_Forwarded_Host="assistant.example.org") == 403
