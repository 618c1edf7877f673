"""The preview has no sign-in, so it is particular about who asks."""

import pytest

from tests.preview.room import PAGE, Room

SAID = {"text": "hello"}


@pytest.mark.parametrize(
    "host", ["localhost:1", "127.0.0.1", "[::1]:8080", "192.168.1.7:8080", "Preview.Example"]
)
async def test_addresses_that_no_other_site_can_have_are_let_in(room: Room, host: str) -> None:
    assert (await room.client.get("/", headers={"Host": host})).status == 200


@pytest.mark.parametrize("path", ["/", "/preview/events", "/preview/static/page.js"])
async def test_a_name_that_points_here_by_somebody_elses_doing_is_refused(
    room: Room, path: str
) -> None:
    for host in ("evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.nip.io"):
        answer = await room.client.get(path, headers={"Host": host})
        assert answer.status == 403
        assert "localhost" in (await answer.json())["error"]


@pytest.mark.parametrize("name", ["say", "edit", "press", "share", "attach"])
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Preview": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
    ],
)
async def test_only_our_own_page_may_send(room: Room, name: str, headers: dict[str, str]) -> None:
    answer = await room.client.post(f"/preview/{name}", json=SAID, headers={**PAGE, **headers})
    assert answer.status == 403
    assert room.inbox() == []


async def test_our_own_page_names_its_origin(room: Room) -> None:
    origin = f"http://{room.server.host}:{room.server.port}"
    answer = await room.client.post("/preview/say", json=SAID, headers={**PAGE, "Origin": origin})
    assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/?as=a%20b", 400),
        ("/preview/static/page.js", 200),
        ("/preview/static/nothing.js", 404),
        ("/preview/files/nothing", 404),
        ("/preview/events?as=a%20b", 400),
    ],
)
async def test_every_answer_carries_the_headers(room: Room, path: str, status: int) -> None:
    answer = await room.client.get(path)
    assert answer.status == status
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["..%2fpreview.py", "%2e%2e%2fpreview.py", "..%5cpreview.py", "."])
async def test_nothing_but_the_static_files_is_served(room: Room, name: str) -> None:
    assert (await room.client.get(f"/preview/static/{name}")).status in {403, 404}
