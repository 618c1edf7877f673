"""Words that are searched for stand in no address, and all that goes by addresses works."""

import re
from base64 import urlsafe_b64encode
from datetime import timedelta
from html import unescape

from bot.console.hiding import Hiding
from storage.crypto import Cipher, cipher_of, new_secret
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_bulk import do
from tests.console.test_doing import follow
from tests.console.test_leads import change, link, on_page, send

HREF = re.compile(r'(?:href|action)="([^"]+)"')
NAME = "Zuleika Example"


async def search(browser: Browser, place: str = "/staff/leads", **asked: str) -> str:
    """Post the form, and go where it leads; that address."""
    await browser.get(place)
    response = await browser.post(place, **asked)
    assert response.status == 303
    found = response.headers["Location"]
    await browser.get(found)
    return found


def addresses(page: str) -> list[str]:
    return [unescape(it) for it in HREF.findall(page)]


def names_nobody(*addresses: str) -> bool:
    return not any("zuleika" in it.lower() or "words=" in it for it in addresses)


async def test_a_search_is_posted_and_its_address_can_be_loaded_again(office: Office) -> None:
    send(office, "LCR-AAAAA", NAME)
    send(office, "LCR-BBBBB")
    kim = await office.signed_in("Kim", Role.VIEWER)
    place = await search(kim, words="zuleika", status="open", sort="next")
    assert names_nobody(place)
    assert "status=open&sort=next" in place
    for _ in range(2):
        await kim.get(place)
        assert on_page(kim.page) == ["LCR-AAAAA"]
    assert 'value="zuleika"' in kim.page  # the field has them
    assert names_nobody(*addresses(kim.page))
    lou = await office.signed_in("Lou", Role.VIEWER)  # a colleague who is given the address
    await lou.get(place)
    assert on_page(lou.page) == ["LCR-AAAAA"]
    assert await search(kim, words="", status="") == "/staff/leads"


async def test_pages_orders_and_bulk_go_on_with_the_words(small_office: Office) -> None:
    office = small_office
    for number in range(60):
        send(office, f"LCR-{number:05}", NAME)
        office.wait(timedelta(seconds=1))
    send(office, "LCR-OTHER")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await search(kim, words="zuleika")
    assert len(on_page(kim.page)) == 50
    onward = link(kim.page, "Next page")
    assert "find=" in onward
    await kim.get(onward)
    assert on_page(kim.page) == [f"LCR-{number:05}" for number in range(9, -1, -1)]
    await kim.get(link(kim.page, "Page before"))
    assert len(on_page(kim.page)) == 50
    by_score = next(it for it in addresses(kim.page) if "sort=score" in it)
    await kim.get(f"/staff/leads{by_score}")
    assert "LCR-OTHER" not in kim.page
    said = await do(kim, "label", ["LCR-00001"], words="shed", query="")
    assert "done with 1 of 1" in said
    given = {"form_token": kim.form_token, "action": "label", "words": "x", "lead": "LCR-00001"}
    response = await kim.client.post(
        "/staff/leads/bulk", data={**given, "query": "words=zuleika"}, allow_redirects=False
    )
    assert names_nobody(response.headers["Location"])
    await kim.get(response.headers["Location"])
    assert len(on_page(kim.page)) == 50


async def test_saved_views_keep_the_words_and_their_links_do_not_show_them(office: Office) -> None:
    change(office, send(office, "LCR-AAAAA", NAME), score=5)
    send(office, "LCR-BBBBB")
    kim = await office.signed_in("Kim", Role.VIEWER)
    await search(kim, words="zuleika")
    page = await follow(kim, "/staff/leads/views", name="Hers", query="words=zuleika")
    assert "Change this view" in page  # it is known to be the one that is open
    assert names_nobody(*addresses(page))
    await kim.get("/staff/leads")
    hers = next(it for it in addresses(kim.page) if "find=" in it)
    await kim.get(hers)
    assert on_page(kim.page) == ["LCR-AAAAA"]
    assert "Change this view" in kim.page


async def test_people_are_looked_for_by_a_form_that_is_posted(office: Office) -> None:
    send(office, "LCR-AAAAA", NAME)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    place = await search(kim, "/staff/people", words=NAME)
    assert names_nobody(place)
    assert "One person" in kim.page
    assert names_nobody(*addresses(kim.page))


async def test_what_was_made_up_or_sealed_for_something_else_opens_nothing(office: Office) -> None:
    send(office, "LCR-AAAAA", NAME)
    kim = await office.signed_in("Kim", Role.VIEWER)
    cipher = cipher_of(office.core.database.engine.dialect)
    foreign = Hiding(Cipher(new_secret())).hidden("words=secret")
    column = urlsafe_b64encode(cipher.seal(b"a contact")).decode()
    for query in ("find=x", "find=", f"find={column}", "find=%00", "find=" + "A" * 400, foreign):
        assert (await kim.get(f"/staff/leads?{query}")).status == 200
        assert 'name="words" value=""' in kim.page


def test_only_words_are_hidden_and_nothing_else_that_was_sealed_opens() -> None:
    cipher = Cipher(new_secret())
    hiding = Hiding(cipher)
    query = "words=L%C3%B6ck+%26+key&status=open&after=7"
    hidden = hiding.hidden(query)
    assert hidden.endswith("&status=open&after=7")
    assert "L%C3" not in hidden
    asked = dict(it.split("=") for it in hidden.split("&"))
    assert hiding.opened(asked) == {"words": "Löck & key", "status": "open", "after": "7"}
    assert hiding.hidden("status=open") == "status=open"
