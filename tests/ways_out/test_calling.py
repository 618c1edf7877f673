"""Posting to other systems: real requests on loopback; only the names are made up."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.ways_out import calling
from bot.ways_out.calling import Caller, UnansweredError
from bot.ways_out.guard import Guard, RefusedAddressError
from tests.ways_out.receiver import Receiver

HERE = Guard.of("127.0.0.0/8 hook.test inside.test")
BODY = b'{"type":"test"}'


class Names(AbstractResolver):
    """What names lead to: the first time, the second, and so on; then the last."""

    def __init__(self, **names: list[str]) -> None:
        self._names = {name.replace("_", "."): list(them) for name, them in names.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        found = self._names[host]
        address = found.pop(0) if len(found) > 1 else found[0]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
        ]

    async def close(self) -> None:
        """Nothing is open."""


def to(place: str, status: int = 307) -> web.Response:
    return web.Response(status=status, headers={"Location": place})


async def test_it_is_posted_as_it_is(receiver: Receiver) -> None:
    answer = await Caller(HERE).post(receiver.address(), BODY, {"webhook-id": "evt_1"})
    [got] = receiver.got
    assert answer.status == 200
    assert (got.method, got.path, got.body, got.id) == ("POST", "/hook", BODY, "evt_1")
    assert "cookie" not in got.headers


async def test_what_was_checked_is_what_is_connected_to(receiver: Receiver) -> None:
    """A name that leads elsewhere a moment later: it was looked up once."""
    names = Names(hook_test=["127.0.0.1", "127.0.0.9"])
    caller = Caller(Guard.of("127.0.0.1/32 hook.test"), resolver=names)
    await caller.post(receiver.address("hook.test"), BODY, {})
    assert names.asked == ["hook.test"]
    assert len(receiver.got) == 1


async def test_a_name_that_leads_inside_the_next_time_is_refused(receiver: Receiver) -> None:
    names = Names(hook_example=["127.0.0.1", "10.0.0.1"])
    caller = Caller(Guard.of("127.0.0.1"), resolver=names)
    with pytest.raises(UnansweredError):  # nobody speaks TLS there: it was connected to
        await caller.post(f"https://hook.example:{receiver.port}/", BODY, {})
    with pytest.raises(RefusedAddressError, match=r"10\.0\.0\.1"):
        await caller.post(f"https://hook.example:{receiver.port}/", BODY, {})


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001", "localhost"])
async def test_other_ways_to_write_loopback_are_seen_through(receiver: Receiver, host: str) -> None:
    with pytest.raises((RefusedAddressError, UnansweredError)):
        await Caller(Guard()).post(f"https://{host}:{receiver.port}/", BODY, {})
    assert receiver.got == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_followed_and_stays_a_post(receiver: Receiver, status: int) -> None:
    receiver.answers = [to("/there", status), to(receiver.address(path="/again"), status)]
    answer = await Caller(HERE).post(receiver.address(), BODY, {"webhook-id": "evt_1"})
    assert answer.status == 200
    assert [it.path for it in receiver.got] == ["/hook", "/there", "/again"]
    assert {(it.method, it.body, it.id) for it in receiver.got} == {("POST", BODY, "evt_1")}


async def test_see_elsewhere_is_no_redirect_of_a_post(receiver: Receiver) -> None:
    receiver.answers = [to("/there", 303)]
    assert (await Caller(HERE).post(receiver.address(), BODY, {})).status == 303
    assert len(receiver.got) == 1


async def test_no_more_than_three_redirects_are_followed(receiver: Receiver) -> None:

    async def again() -> web.StreamResponse:
        return to("/hook")

    receiver.always = again
    with pytest.raises(UnansweredError, match="more than 3 times"):
        await Caller(HERE).post(receiver.address(), BODY, {})
    assert len(receiver.got) == 4


@pytest.mark.parametrize(
    "place",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.2/",
        "https://10.0.0.1/",
        "file:///etc/passwd",
        "https://kim:secret@127.0.0.1/",
        "http://127.0.0.1:22/",
    ],
)
async def test_every_hop_is_checked(receiver: Receiver, place: str) -> None:
    receiver.answers = [to(place)]
    caller = Caller(Guard.of("hook.test"), resolver=Names(hook_test=["127.0.0.1"]))
    with pytest.raises(RefusedAddressError):
        await caller.post(receiver.address("hook.test"), BODY, {})
    assert len(receiver.got) == 1


async def test_a_redirect_to_a_name_that_leads_inside_is_refused(receiver: Receiver) -> None:
    receiver.answers = [to(f"https://elsewhere.test:{receiver.port}/")]
    names = Names(hook_test=["127.0.0.1"], elsewhere_test=["127.0.0.1"])
    with pytest.raises(RefusedAddressError, match=r"elsewhere\.test leads to 127\."):
        await Caller(Guard.of("hook.test"), resolver=names).post(
            receiver.address("hook.test"), BODY, {}
        )


async def test_little_is_read_of_a_long_answer(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that never ends: what is wrong is known from its beginning."""
    monkeypatch.setattr(calling, "ANSWER_WITHIN", 5.0)
    receiver.answers = [web.Response(status=500, body=_for_ever())]
    answer = await Caller(HERE).post(receiver.address(), BODY, {})
    assert (answer.status, answer.words) == (500, "x" * 200)


async def _for_ever() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 8192


async def test_who_is_slow_is_left(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "ANSWER_WITHIN", 0.3)

    async def never() -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    receiver.answers = [never]
    began = asyncio.get_running_loop().time()
    with pytest.raises(UnansweredError, match="no answer within"):
        await Caller(HERE).post(receiver.address(), BODY, {})
    assert asyncio.get_running_loop().time() - began < 5


async def test_a_proxy_of_the_environment_has_no_part(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (await Caller(HERE).post(receiver.address(), BODY, {})).status == 200


async def test_nobody_there_is_said_without_the_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(UnansweredError, match="could not be reached") as caught:
            await Caller(HERE).post(f"http://127.0.0.1:{port}/secret-token", BODY, {})
    assert "secret-token" not in str(caught.value)
