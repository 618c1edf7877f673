"""A web hook and a real process that is killed while the other side has not answered: the event
comes again, with the same id and the same words."""

import asyncio
import re

import pytest
from aiohttp import ClientSession, CookieJar, web
from standardwebhooks.webhooks import Webhook

from tests.botapi import BotApi, Person
from tests.process.assistant import Assistant
from tests.process.test_desk import ring_me
from tests.process.test_desk_staff import become_admin
from tests.ways_out.receiver import Receiver, open_receiver

TAKEN_UP_WITHIN = 60.0  # seconds: what a killed process held is free after half a minute
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")


class Console:
    """An admin's browser, as far as it takes to add a web hook."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self._session = session
        self._url = url.rstrip("/")

    async def sign_in(self, ada: Person) -> None:
        await ada.send("/console")
        told = await ada.receives("/staff/sign-in/")
        found = re.search(r"/staff/sign-in/\w+", told.text)
        assert found is not None
        async with self._session.post(self._url + found[0]) as response:
            assert response.status == 200

    async def add_hook(self, address: str) -> str:
        """Its secret."""
        async with self._session.get(f"{self._url}/staff/web-hooks") as response:
            token = TOKEN.search(await response.text())
        assert token is not None
        fields = {"form_token": token[1], "address": address, "kinds": "lead.sent"}
        async with self._session.post(f"{self._url}/staff/web-hooks", data=fields) as response:
            page = await response.text()
        secret = SECRET.search(page.replace("&#43;", "+").replace("&#61;", "="))
        assert secret is not None, page
        return secret[0]


async def add_hook(assistant: Assistant, api: BotApi, receiver: Receiver) -> str:
    """An admin adds it in the browser; the secret that they are shown."""
    ada = api.person("Ada")
    await become_admin(assistant, api, ada)
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        console = Console(session, assistant.url)
        await console.sign_in(ada)
        return await console.add_hook(receiver.address())


@pytest.mark.timeout(180)
async def test_an_event_outlives_the_process_that_was_sending_it(
    assistant: Assistant, api: BotApi
) -> None:
    async def never() -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    async with open_receiver() as receiver:
        assistant.set("WEBHOOK_ALLOW", "127.0.0.1")
        await assistant.start()
        secret = await add_hook(assistant, api, receiver)
        receiver.answers = [never]
        reference = await ring_me(api.person("Ann"))
        await receiver.until(1)
        await assistant.kill()
        await assistant.start()
        await receiver.until(2, within=TAKEN_UP_WITHIN)
    first, second = receiver.got[:2]
    assert (first.id, first.body) == (second.id, second.body)
    assert first.json["data"]["reference"] == reference
    assert Webhook(secret).verify(second.body, second.headers)["type"] == "lead.sent"
