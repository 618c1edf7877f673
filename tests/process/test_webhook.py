"""Updates by webhook, and the change between webhook and polling while people write."""

import socket

import aiohttp
import pytest

from tests.botapi import BotApi
from tests.process.assistant import Assistant
from tests.soak.scene import Scene

PUBLIC = "https://assistant.example.org"


@pytest.fixture
def public(assistant: Assistant, api: BotApi) -> Assistant:
    """The assistant, not started yet, behind a public address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api.public[PUBLIC] = f"http://127.0.0.1:{port}"
    assistant.set("PORT", str(port))
    assistant.set("PUBLIC_URL", PUBLIC)
    return assistant


async def test_a_conversation_by_webhook(public: Assistant, api: BotApi) -> None:
    await public.start()
    ann = api.person("Ann")
    await ann.start()
    await ann.send("/help")
    await ann.receives(button="Just ring me")
    await ann.press("Just ring me")
    await ann.receives("your name")
    assert api.calls("getUpdates") == []
    assert api.server.webhook.url == f"{PUBLIC}/telegram/webhook"
    assert api.token not in public.log
    assert api.server.webhook.secret not in public.log
    async with aiohttp.ClientSession() as http:
        answer = await http.post(f"{public.url}telegram/webhook", json={"update_id": 1})
        assert (answer.status, await answer.read()) == (403, b"")


async def test_what_comes_while_nobody_listens_comes_later(public: Assistant, api: BotApi) -> None:
    await public.start()
    ann = api.person("Ann")
    await ann.start()
    await ann.receives("free")
    assert await public.stop() == 0
    await ann.send("/help")
    await public.start()
    await ann.receives(button="Just ring me")


@pytest.mark.timeout(300)
async def test_polling_and_webhook_are_swapped_while_people_write(
    public: Assistant, api: BotApi, database_url: str
) -> None:
    """Each resident waits for every answer, so one that is lost would end the test."""
    url = database_url.replace("postgresql:", "postgresql+psycopg:")
    stage = Scene(api, url, [public], [], desk=None)
    await stage.begin()
    async with stage.traffic(4, pause=0.2):
        for address in ("", PUBLIC, "", PUBLIC):
            assert await public.stop() == 0
            public.set("PUBLIC_URL", address)
            await public.start()
            said = [len(resident.person.transcript) for resident in stage.people[1:]]
            await api.until(
                lambda said=said: all(
                    len(resident.person.transcript) > before + 2
                    for resident, before in zip(stage.people[1:], said, strict=True)
                ),
                "everybody to hear something",
                60,
            )
    audit = await stage.audit()
    assert audit.losses == []
    assert audit.doubles == []
    assert audit.rounds
    assert api.calls("getUpdates")
    assert api.calls("setWebhook")
