"""Pages hear that something happened while they are open: one look for all, and no longer than
their sign-in holds."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse

from bot.console import live
from storage import lead_work, staff
from storage.console_sessions import IDLE_FOR
from storage.models import Lead
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_leads import send

PATIENCE = 10.0  # seconds, at most


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "POLL", 0.02)
    monkeypatch.setattr(live, "HEARTBEAT", 0.2)


class Stream:
    """What a page is told."""

    def __init__(self, response: ClientResponse) -> None:
        self.response = response

    async def next(self, name: str) -> tuple[dict[str, Any], str]:
        """The next event of this name, and its id."""
        seen: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self.response.content:
                key, _, value = line.decode().rstrip("\n").partition(": ")
                if key:
                    seen[key] = value
                    continue
                if seen.get("event") == name:
                    return json.loads(seen["data"]), seen.get("id", "")
                seen = {}
        raise AssertionError(f"it ended without {name}")

    async def heartbeat(self) -> None:
        async with asyncio.timeout(PATIENCE):
            async for line in self.response.content:
                if line.startswith(b": "):
                    return
        raise AssertionError("it ended without a heartbeat")

    async def is_over(self) -> bool:
        await self.next("over")
        async with asyncio.timeout(PATIENCE):
            return await self.response.content.read() is not None


@asynccontextmanager
async def opened(browser: Browser, query: str = "", **headers: str) -> AsyncIterator[Stream]:
    response = await browser.client.get(f"/staff/live?{query}", headers=headers)
    assert response.status == 200
    assert response.content_type == "text/event-stream"
    try:
        yield Stream(response)
    finally:
        response.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0.01)


def happens(office: Office, lead_id: int, words: str = "rang") -> None:
    with office.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_id)
        lead_work.add_note(session, lead, words, who="Robin", now=office.clock.now())


async def test_a_list_hears_of_all_leads_and_a_page_of_its_own(office: Office) -> None:
    first, second = send(office, "LCR-AAAAA"), send(office, "LCR-BBBBB")
    kim = await office.signed_in("Kim", Role.VIEWER)
    async with opened(kim) as every, opened(kim, "lead=LCR-BBBBB") as own:
        await until(lambda: office.console.live.open_pages == 2)
        happens(office, first)
        told, first_id = await every.next("changes")
        assert told == {"count": 1}
        happens(office, second)
        told, second_id = await own.next("changes")
        assert told == {"count": 1}  # it was told nothing of the first
        assert int(second_id) > int(first_id)


async def test_nothing_is_lost_between_a_page_and_its_stream_or_in_a_break(office: Office) -> None:
    first = send(office, "LCR-AAAAA")
    kim = await office.signed_in("Kim", Role.VIEWER)
    await kim.get("/staff/leads/LCR-AAAAA")
    since = kim.page.split('data-since="')[1].split('"')[0]
    happens(office, first)
    happens(office, first)
    async with opened(kim, f"lead=LCR-AAAAA&since={since}") as stream:
        told, last = await stream.next("changes")
        assert told == {"count": 2}
    happens(office, first)
    again = {"Last-Event-ID": last}  # as browsers say when they come back
    async with opened(kim, f"lead=LCR-AAAAA&since={since}", **again) as stream:
        assert (await stream.next("changes"))[0] == {"count": 1}


async def test_what_is_committed_late_is_told_once(office: Office) -> None:
    """An event that was begun earlier may be seen after a later one."""
    watch = live.Watch(visitor=None, lead_id=None, floor=10)  # type: ignore[arg-type]
    watch.hear([(11, 1), (13, 1)], newest=13)
    watch.hear([(11, 1), (12, 1), (13, 1)], newest=13)
    assert await watch.wait(at_most=0) == [11, 13, 12]
    watch.hear([(12, 1), (13, 1), (400, 1)], newest=400)
    assert await watch.wait(at_most=0) == [400]
    assert watch.told == {400}  # what nobody will see again is not kept


async def test_a_quiet_stream_has_a_heartbeat(office: Office) -> None:
    kim = await office.signed_in("Kim", Role.VIEWER)
    async with opened(kim) as stream:
        await stream.heartbeat()


@pytest.mark.parametrize("how", ["sign_out", "expiry", "removal"])
async def test_it_ends_with_the_sign_in(office: Office, how: str) -> None:
    kim = await office.signed_in("Kim", Role.VIEWER)
    robin = await office.signed_in("Robin", Role.VIEWER)
    async with opened(kim) as stream:
        if how == "sign_out":
            await kim.post("/staff/sign-out")
        elif how == "expiry":
            office.wait(IDLE_FOR)
        else:
            with office.core.database.transaction() as session:
                member = staff.find_member(session, channel="telegram", external_id="Kim")
                assert member is not None
                member.left_at = office.clock.now()
        assert await stream.is_over()
    if how != "expiry":  # nobody else's
        async with opened(robin) as other:
            await other.heartbeat()


async def test_one_member_has_so_many_and_the_longest_open_ends(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_EACH", 2)
    kim = await office.signed_in("Kim", Role.VIEWER)
    async with opened(kim) as first, opened(kim) as second, opened(kim):
        assert await first.is_over()
        await second.heartbeat()


async def test_one_look_serves_all_and_stops_when_nobody_is_there(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    before = live.lead_events.happened_after

    def counting(*args: Any, **more: Any) -> Any:
        nonlocal looks
        looks += 1
        return before(*args, **more)

    monkeypatch.setattr(live.lead_events, "happened_after", counting)
    monkeypatch.setattr(live, "POLL", 0.2)
    kim = await office.signed_in("Kim", Role.VIEWER)
    async with opened(kim) as one, opened(kim), opened(kim):
        await one.heartbeat()
        await one.heartbeat()
        assert looks <= 6  # three pages, half a second: not one for each
    await until(lambda: office.console.live.open_pages == 0)
    await asyncio.sleep(0.5)
    seen = looks
    await asyncio.sleep(0.5)
    assert looks == seen


async def test_an_unknown_lead_or_a_full_house_is_answered_with_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = await office.signed_in("Kim", Role.VIEWER)
    assert (await kim.client.get("/staff/live?lead=LCR-ZZZZZ")).status == 204
    monkeypatch.setattr(live, "MOST", 0)
    assert (await kim.client.get("/staff/live")).status == 204


async def test_pages_do_not_hold_up_the_end(office: Office) -> None:
    kim = await office.signed_in("Kim", Role.VIEWER)
    async with opened(kim) as stream:
        await office.console.live.close()
        assert await stream.is_over()
    assert (await kim.client.get("/staff/live")).status == 204
