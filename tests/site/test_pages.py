"""What the public pages say, and to whom they say that nothing has changed."""

import re
from datetime import timedelta

import pytest
import segno
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.loops import Channels
from bot.site.codes import qr_svg
from bot.web import build_site
from storage import calls
from tests.site.conftest import Visit


async def test_an_open_call_with_all_that_one_wants_to_know(visit: Visit) -> None:
    visit.keep()
    page = await visit.page("/calls")
    assert '<html lang="en">' in page
    assert "Gardens &amp; &lt;b&gt;greens&lt;/b&gt;" in page
    assert "Community assets" in page
    assert "10 days left." in page
    assert '<time datetime="2026-06-11T16:00:00Z">5pm on Thursday 11 June (UK time)</time>' in page
    assert "Up to £5,000, and a mentor" in page
    assert "It may close sooner: we stop at 650 ideas." in page
    assert "You&#39;re 18 or over." in page
    assert "two of you agree before it's sent" in page
    assert 'href="https://example.org/gardens"' in page
    assert 'href="https://t.me/demo_bot?start=call-gardens-web"' in page
    assert ">https://t.me/demo_bot?start=call-gardens-web</a>" in page
    assert 'href="/calls.ics"' in page


async def test_what_comes_and_what_is_over(visit: Visit) -> None:
    visit.keep(code="coming", title="Coming soon", opens_at=visit.clock.now() + timedelta(days=2))
    visit.keep(code="over", title="Over now", closes_at=visit.clock.now() - timedelta(hours=2))
    visit.keep(code="early", title="Full up")
    visit.keep(code="gone", title="Called off")
    visit.keep(code="secret", title="Not to be seen", is_draft=True)
    with visit.core.database.transaction() as session:
        now = visit.clock.now()
        early, gone = (calls.find_call(session, code=code) for code in ("early", "gone"))
        assert early is not None
        assert gone is not None
        calls.close_call_early(session, early, by="Alex", now=now)
        calls.withdraw_call(session, gone, by="Alex", now=now)
    page = await visit.page("/calls")
    assert "No call is open just now." in page
    assert re.search(
        r"Opening next.*Coming soon.*It opens at .*1pm on Wednesday 3 June", page, re.DOTALL
    )
    past = page[page.index(">Closed<") :]
    assert re.search(r"Over now</strong>. It closed at .*11am on Monday 1 June", past)
    assert re.search(r"Full up</strong>. It closed early", past)
    assert re.search(r"Called off</strong>. We've called this one off", past)
    assert "Not to be seen" not in page
    visit.clock.move_on(timedelta(days=120))
    assert "Full up" not in await visit.page("/calls")


async def test_a_poster_of_one_call(visit: Visit) -> None:
    visit.keep()
    page = await visit.page("/calls/gardens")
    assert "<h1>Gardens &amp; &lt;b&gt;greens&lt;/b&gt;</h1>" in page
    assert ">https://t.me/demo_bot?start=call-gardens-poster</a>" in page
    assert str(qr_svg("https://t.me/demo_bot?start=call-gardens-poster")) in page


async def test_a_poster_that_is_out_of_date_says_so(visit: Visit) -> None:
    visit.keep(closes_at=visit.clock.now() - timedelta(hours=1))
    page = await visit.page("/calls/gardens")
    assert "It closed at " in page
    assert "start=call-" not in page
    assert 'href="/calls"' in page


@pytest.mark.parametrize("path", ["/calls/nothing", "/calls/secret", "/calls/secret.ics"])
async def test_a_call_that_nobody_may_see_is_not_found(visit: Visit, path: str) -> None:
    visit.keep(code="secret", title="Not to be seen", is_draft=True)
    answer = await visit.client.get(path)
    page = await answer.text()
    assert answer.status == 404
    assert "We can't find that call" in page
    assert "Not to be seen" not in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_code_holds_its_link() -> None:
    """Drawn again from the picture, module by module, it is the code that segno makes."""
    link = "https://t.me/demo_bot?start=call-gardens-web"
    drawing = re.search(r'stroke="#000" d="([^"]+)"', qr_svg(link))
    assert drawing is not None
    code = segno.make(link, error="m", micro=False)
    assert _drawn(drawing[1]) == {
        (x, y)
        for y, row in enumerate(code.matrix_iter(border=4))
        for x, dark in enumerate(row)
        if dark
    }


def _drawn(path: str) -> set[tuple[int, int]]:
    """The dark modules of a path of `M`, `m` and `h`."""
    x, y, dark = 0.0, 0.0, set()
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", path):
        if command == "h":
            dark |= {(int(x) + step, int(y)) for step in range(int(first))}
            x += int(first)
        elif command == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    return dark


async def test_small_safe_and_without_scripts(visit: Visit) -> None:
    for number in range(3):
        visit.keep(code=f"call_{number}")
    answer = await visit.client.get("/calls")
    page = await answer.text()
    style = await visit.page("/calls/page.css")
    without_codes = re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
    assert len(without_codes.encode()) + len(style.encode()) < 20_000
    assert "<script" not in page
    assert " style=" not in page
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/calls", "/calls/gardens", "/calls.ics", "/calls/gardens.ics"])
async def test_who_has_it_already_is_told_so(visit: Visit, path: str) -> None:
    visit.keep()
    head = await visit.client.head(path)
    assert head.status == 200
    assert await head.read() == b""
    assert head.headers["Cache-Control"] == "public, max-age=300"
    tag = {"If-None-Match": head.headers["ETag"]}
    assert (await visit.client.get(path, headers=tag)).status == 304
    visit.clock.move_on(timedelta(minutes=1))
    visit.keep(title="Parks")
    changed = await visit.client.get(path, headers=tag)
    assert changed.status == 200
    assert "Parks" in await changed.text()


async def test_the_feed_knows_when_it_last_changed(visit: Visit) -> None:
    visit.keep(opens_at=visit.clock.now() + timedelta(days=2))
    first = await visit.client.get("/calls.ics")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    visit.clock.move_on(timedelta(days=1))
    assert (await visit.client.get("/calls.ics", headers=since)).status == 304
    visit.clock.move_on(timedelta(days=2))  # it has opened: one entry less
    assert (await visit.client.get("/calls.ics", headers=since)).status == 200


async def test_without_telegram_the_links_lead_to_the_preview(visit: Visit) -> None:
    visit.keep()
    app = web.Application()
    build_site(visit.core, Channels()).add_to(app)
    async with TestClient(TestServer(app)) as client:
        page = await (await client.get("/calls")).text()
        assert f'href="{client.make_url("/")}?start=call-gardens-web"' in page
