"""Filling in the console's forms as a browser does: what stands in them is sent along."""

import re
from html import unescape
from html.parser import HTMLParser

from aiohttp import ClientResponse

from tests.console.conftest import Browser

Fields = dict[str, list[str]]


class _Forms(HTMLParser):
    """The fields of each form that is posted, by its address."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Fields] = {}
        self._fields: Fields | None = None
        self._select = self._area = ""
        self._first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self._fields = self.found.setdefault(given.get("action", ""), {})
        elif self._fields is not None:
            self._start_field(tag, given)

    def _start_field(self, tag: str, given: dict[str, str]) -> None:
        if tag == "input":
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self._put(given["name"], given.get("value", ""))
        elif tag == "textarea":
            self._area = given["name"]
            self._put(self._area, "")
        elif tag == "select":
            self._select, self._first = given["name"], None
        elif tag == "option" and self._select:
            self._first = given.get("value", "") if self._first is None else self._first
            if "selected" in given:
                self._put(self._select, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area and self._fields is not None:
            self._fields[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select" and self._fields is not None:
            if self._select not in self._fields and self._first is not None:
                self._put(self._select, self._first)
            self._select = ""

    def _put(self, name: str, value: str) -> None:
        if self._fields is not None:
            self._fields.setdefault(name, []).append(value)


def words(browser: Browser) -> str:
    """What the page says."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page)).split())


def form_in(page: str, action: str) -> Fields:
    """What the form that goes there holds."""
    forms = _Forms()
    forms.feed(page)
    return forms.found[action]


async def send(
    browser: Browser, action: str, deed: str | None = None, **changed: str | list[str]
) -> ClientResponse:
    """Send the form that stands in the page, with other values; `deed` is the button's."""
    fields = form_in(browser.page, action)
    for name, value in changed.items():
        fields[name] = [value] if isinstance(value, str) else value
    if deed is not None:
        fields["do"] = [deed]
    sent = [(name, it) for name, values in fields.items() for it in values]
    response = await browser.client.post(action, data=sent, allow_redirects=False)
    browser.pages.append(await response.text())
    return response
