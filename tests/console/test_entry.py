"""Signing in and out of the console."""

import re
from datetime import timedelta

import pytest
from aiohttp import CookieJar

from bot.console.access import ROUTES
from bot.console.safety import COOKIE
from storage import audit, staff
from storage.staff import Role
from tests.console.conftest import Office

# What stands for the parameters of a path; a number for those that are not named here.
PARAMETER = re.compile(r"\{(\w+):(?:[^{}]|\{[^{}]*\})*\}")
EXAMPLES = {"reference": "LCR-ZZZZZ", "day": "2026-06-01"}


async def test_a_link_shows_a_button_and_the_button_signs_in(office: Office) -> None:
    browser, link = await office.browser(), office.link_for(office.hire("Kim", Role.MANAGER))
    assert (await browser.get(link)).status == 200
    assert "Kim" in browser.page
    assert (await browser.get("/staff/sign-ins")).status == 303  # looking at it was not enough
    response = await browser.post(link)
    assert (response.status, response.headers["Location"]) == (303, "/staff/leads")
    assert (await browser.get("/staff/sign-ins")).status == 200
    assert "Kim" in browser.page
    assert "manager" in browser.page


async def test_a_link_works_once(office: Office) -> None:
    first, second = await office.browser(), await office.browser()
    link = office.link_for(office.hire("Kim", Role.VIEWER))
    assert (await first.post(link)).status == 303
    assert (await second.get(link)).status == 410
    assert (await second.post(link)).status == 410
    assert "/console" in second.page


async def test_a_link_is_good_for_a_quarter_of_an_hour(office: Office) -> None:
    browser, link = await office.browser(), office.link_for(office.hire("Kim", Role.VIEWER))
    office.wait(timedelta(minutes=16))
    assert (await browser.post(link)).status == 410


async def test_a_new_link_ends_the_one_before(office: Office) -> None:
    browser, kim = await office.browser(), office.hire("Kim", Role.VIEWER)
    former, link = office.link_for(kim), office.link_for(kim)
    assert (await browser.post(former)).status == 410
    assert (await browser.post(link)).status == 303


async def test_nobody_without_a_role_gets_in(office: Office) -> None:
    browser, link = await office.browser(), office.link_for(office.hire("Ann", None))
    assert (await browser.post(link)).status == 410


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(office: Office) -> None:
    browser, link = await office.browser(), office.link_for(office.hire("Kim", Role.VIEWER))
    cookie = (await browser.post(link)).cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/staff"
    assert not cookie["secure"]
    again, link = await office.browser(), office.link_for(office.hire("Kim", Role.VIEWER))
    sent = await again.client.post(
        link, headers={"X-Forwarded-Proto": "https"}, allow_redirects=False
    )
    assert sent.cookies[COOKIE]["secure"]


async def test_signing_out_ends_it_at_once(office: Office) -> None:
    browser = await office.signed_in("Kim", Role.VIEWER)
    cookies = browser.client.session.cookie_jar.filter_cookies(browser.client.make_url("/staff"))
    kept = cookies[COOKIE].value
    assert (await browser.post("/staff/sign-out")).status == 303
    other = await office.browser()
    other.client.session.cookie_jar.update_cookies({COOKIE: kept})
    assert (await other.get("/staff/sign-ins")).status == 303


async def test_a_made_up_cookie_is_none(office: Office) -> None:
    browser = await office.browser()
    for value in ("", "x", "x.y", "a" * 300):
        browser.client.session.cookie_jar.update_cookies({COOKIE: value})
        assert (await browser.get("/staff/sign-ins")).status == 303


async def test_the_token_changes_while_it_is_used(office: Office) -> None:
    browser = await office.signed_in("Kim", Role.VIEWER)
    former = _cookie(browser.client.session.cookie_jar)
    office.wait(timedelta(minutes=16))
    assert (await browser.get("/staff/sign-ins")).status == 200
    assert _cookie(browser.client.session.cookie_jar) != former
    assert (await browser.get("/staff/sign-ins")).status == 200


async def test_two_requests_at_the_change_both_pass(office: Office) -> None:
    browser = await office.signed_in("Kim", Role.VIEWER)
    former = _cookie(browser.client.session.cookie_jar)
    office.wait(timedelta(minutes=16))
    await browser.get("/staff/sign-ins")
    late = await office.browser()
    late.client.session.cookie_jar.update_cookies({COOKIE: former})
    assert (await late.get("/staff/sign-ins")).status == 200


async def test_a_former_token_used_later_ends_the_session_for_both(office: Office) -> None:
    browser = await office.signed_in("Kim", Role.VIEWER)
    thief = await office.browser()
    thief.client.session.cookie_jar.update_cookies(
        {COOKIE: _cookie(browser.client.session.cookie_jar)}
    )
    office.wait(timedelta(minutes=16))
    await browser.get("/staff/sign-ins")
    await browser.get("/staff/sign-ins")  # the new one is in use
    office.wait(timedelta(minutes=2))
    assert (await thief.get("/staff/sign-ins")).status == 401
    assert "two places" in thief.page
    assert (await browser.get("/staff/sign-ins")).status == 303


async def test_an_answer_that_was_lost_with_the_new_token_signs_nobody_out(office: Office) -> None:
    browser = await office.signed_in("Kim", Role.VIEWER)
    cookies = browser.client.session.cookie_jar
    former = _cookie(cookies)
    office.wait(timedelta(minutes=16))
    await browser.get("/staff/sign-ins")
    cookies.update_cookies({COOKIE: former})  # as if that had never arrived
    office.wait(timedelta(minutes=5))
    assert (await browser.get("/staff/sign-ins")).status == 200
    assert _cookie(cookies) != former
    assert (await browser.get("/staff/sign-ins")).status == 200


async def test_who_comes_first_with_a_copy_does_not_stay_either(office: Office) -> None:
    browser = await office.signed_in("Kim", Role.VIEWER)
    thief = await office.browser()
    thief.client.session.cookie_jar.update_cookies(
        {COOKIE: _cookie(browser.client.session.cookie_jar)}
    )
    office.wait(timedelta(minutes=16))
    await browser.get("/staff/sign-ins")
    office.wait(timedelta(minutes=5))
    assert (await thief.get("/staff/sign-ins")).status == 200  # for all that we know it is Kim
    assert (await thief.get("/staff/sign-ins")).status == 200
    office.wait(timedelta(minutes=2))
    assert (await browser.get("/staff/sign-ins")).status == 401
    assert "two places" in browser.page
    assert (await thief.get("/staff/sign-ins")).status == 303


@pytest.mark.parametrize(
    ("pause", "times", "status"),
    [(timedelta(hours=13), 1, 303), (timedelta(hours=11), 12, 200), (timedelta(hours=11), 16, 303)],
)
async def test_a_session_ends_without_use_and_after_a_week(
    office: Office, pause: timedelta, times: int, status: int
) -> None:
    browser = await office.signed_in("Kim", Role.VIEWER)
    for _ in range(times):
        office.wait(pause)
        response = await browser.get("/staff/sign-ins")
    assert response.status == status


async def test_who_is_removed_is_out_at_once(office: Office) -> None:
    browser = await office.signed_in("Kim", Role.ADMIN)
    with office.core.database.transaction() as session:
        kim = staff.find_member(session, channel="telegram", external_id="Kim")
        assert kim is not None
        kim.left_at = office.clock.now()
    assert (await browser.get("/staff/sign-ins")).status == 303


async def test_one_can_end_ones_other_sign_ins_and_nobody_elses(office: Office) -> None:
    kim, other = (
        await office.signed_in("Kim", Role.VIEWER),
        await office.signed_in("Lou", Role.VIEWER),
    )
    second = await office.signed_in("Kim", Role.VIEWER)
    await kim.get("/staff/sign-ins")
    assert kim.page.count('/end"') >= 2
    await other.post("/staff/sign-ins/1/end")  # Kim's
    assert (await kim.get("/staff/sign-ins")).status == 200
    await second.post("/staff/sign-ins/1/end")
    assert (await kim.get("/staff/sign-ins")).status == 303
    assert (await second.get("/staff/sign-ins")).status == 200
    await second.post("/staff/sign-ins/end")
    assert (await second.get("/staff/sign-ins")).status == 303


async def test_a_form_of_another_session_or_site_does_nothing(office: Office) -> None:
    kim, other = (
        await office.signed_in("Kim", Role.VIEWER),
        await office.signed_in("Lou", Role.VIEWER),
    )
    assert (await kim.post("/staff/sign-ins/end", form_token=other.form_token)).status == 403
    assert (await kim.post("/staff/sign-ins/end", form_token="")).status == 403
    assert (await kim.post("/staff/sign-ins/end", form_token="é")).status == 403
    for headers in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        response = await kim.client.post(
            "/staff/sign-ins/end", data={"form_token": kim.form_token}, headers=headers
        )
        assert response.status == 403
    assert (await kim.get("/staff/sign-ins")).status == 200


async def test_too_many_tries_have_to_wait(office: Office) -> None:
    browser = await office.browser()
    statuses = [(await browser.get(f"/staff/sign-in/{'0' * 48}")).status for _ in range(21)]
    assert statuses == [410] * 20 + [429]
    office.wait(timedelta(minutes=1))
    assert (await browser.get(f"/staff/sign-in/{'0' * 48}")).status == 410


async def test_signing_in_and_out_stands_in_the_trail(office: Office) -> None:
    browser = await office.signed_in("Kim", Role.MANAGER)
    await browser.get("/staff/audit")
    assert "sign_in" in browser.page
    await browser.post("/staff/sign-out")
    with office.core.database.reading() as session:
        assert [it.verb for it in audit.entries(session, limit=9)] == ["sign_out", "sign_in"]


@pytest.mark.parametrize("name", [name for name, it in ROUTES.items() if it.role is not None])
async def test_each_page_opens_for_its_role_and_no_lower_one(
    small_office: Office, name: str
) -> None:
    access = ROUTES[name]
    path = PARAMETER.sub(lambda found: EXAMPLES.get(found[1], "1"), access.path)
    stranger = await small_office.browser()
    refused = await (stranger.get(path) if access.method == "GET" else stranger.post(path))
    assert refused.status == (303 if access.method == "GET" else 401)
    for role in Role:
        browser = await small_office.signed_in(f"Kim {role}", role)
        response = await (browser.get(path) if access.method == "GET" else browser.post(path))
        assert access.role is not None
        assert (response.status == 403) is not role.includes(access.role)


async def test_every_answer_is_safe_by_its_headers(office: Office) -> None:
    browser = await office.signed_in("Kim", Role.ADMIN)
    for path in ("/staff/sign-ins", "/staff/sign-in", "/staff/audit", "/staff/assets/console.css"):
        headers = (await browser.get(path)).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert (await browser.get("/staff/assets/none.css")).status == 404


def _cookie(jar: object) -> str:
    assert isinstance(jar, CookieJar)
    return next(it.value for it in jar if it.key == COOKIE)
