"""The content's pages: flows as pictures and in words, and every response to be found."""

import re
from xml.etree import ElementTree

import pytest

from storage.staff import Role
from tests.console.conftest import Browser, Office


@pytest.fixture
async def vic(small_office: Office) -> Browser:
    """A viewer, who may read all of it."""
    return await small_office.signed_in("Vic", Role.VIEWER)


async def test_all_flows_are_listed_with_their_checks(small_office: Office, vic: Browser) -> None:
    assert (await vic.get("/staff/content")).status == 200
    content = small_office.core.content
    for flow in content.flows.values():
        assert f'href="/staff/content/flows/{flow.name}"' in vic.page
    assert "All checks of the whole content pass." in vic.page
    assert vic.page.count('<span class="passed">passed</span>') == len(content.flows)


async def test_flows_are_found_by_their_words(vic: Browser) -> None:
    await vic.get("/staff/content?words=check+eligib")
    assert 'href="/staff/content/flows/check_eligibility"' in vic.page
    assert 'href="/staff/content/flows/pattern_restart"' not in vic.page
    await vic.get("/staff/content?words=nothing+like+it")
    assert "No flow is like that." in vic.page


async def test_each_flow_opens_as_a_picture_and_in_words(
    small_office: Office, vic: Browser
) -> None:
    for name, flow in small_office.core.content.flows.items():
        assert (await vic.get(f"/staff/content/flows/{name}")).status == 200
        assert f'src="/staff/content/flows/{name}.svg"' in vic.page
        assert re.search(r'<ol class="told-steps">\s*<li>', vic.page)
        response = await vic.get(f"/staff/content/flows/{name}.svg")
        assert response.content_type == "image/svg+xml"
        title = ElementTree.fromstring(vic.page).find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert title.text == flow.title


async def test_what_there_is_not_is_told_kindly(vic: Browser) -> None:
    for path in ("flows/no_such", "flows/no_such.svg", "words/no_such"):
        assert (await vic.get(f"/staff/content/{path}")).status == 404
        assert "Look for it" in vic.page


async def test_the_outline_names_steps_by_their_numbers(vic: Browser) -> None:
    await vic.get("/staff/content/flows/send_lead")
    steps = re.findall(r"<li>(.*?)</li>", vic.page.split("told-steps")[1].split("</ol>")[0])
    named = {int(number) for it in steps for number in re.findall(r"go to (\d+)\.", it)}
    assert named
    assert max(named) <= len(steps)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=utter_help", "utter_help"),
        ("words=how+this+works+spelling", "utter_help"),
        ("words=help", "utter_help"),
        ("words=crisis&flow=pattern_crisis", "utter_crisis"),
    ],
)
async def test_responses_are_found_by_name_words_and_flow(
    small_office: Office, vic: Browser, query: str, found: str
) -> None:
    assert (await vic.get(f"/staff/content/words?{query}")).status == 200
    assert f'href="/staff/content/words/{found}?' in vic.page
    await vic.get(f"/staff/content/words?flow=send_lead&{query.partition('&')[0]}")
    assert f'href="/staff/content/words/{found}?' not in vic.page


async def test_the_list_pages_through_all_of_them(small_office: Office, vic: Browser) -> None:
    seen: set[str] = set()
    page = 0
    while True:
        await vic.get(f"/staff/content/words?page={page}")
        seen |= set(re.findall(r'href="/staff/content/words/(\w+)\?', vic.page))
        page += 1
        if ">Next page</a>" not in vic.page:
            break
    assert seen == set(small_office.core.content.responses)


async def test_every_response_opens(small_office: Office, vic: Browser) -> None:
    """A tenth of them, each time the same."""
    for name in sorted(small_office.core.content.responses)[::10]:
        assert (await vic.get(f"/staff/content/words/{name}")).status == 200, name
        assert "As they see it" in vic.page


async def test_a_strange_address_is_no_fault(vic: Browser) -> None:
    for query in ("page=x", "page=99999", "language=xx", "shown=none", "flow=none"):
        assert (await vic.get(f"/staff/content/words?{query}")).status == 200
    assert (await vic.get("/staff/content/words/utter_help?language=xx")).status == 404
