"""The HTTP side, without the client library."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession
from telegram import Bot

from tests.botapi import BotApi, Person


async def call(api: BotApi, path: str, **how: Any) -> tuple[int, dict[str, Any]]:
    async with ClientSession() as session, session.post(f"{api.url}/{path}", **how) as answer:
        return answer.status, await answer.json()


async def test_another_token_is_nobody(api: BotApi) -> None:
    status, body = await call(api, "bot7000000001:wrong/getMe")
    assert (status, body["description"]) == (401, "Unauthorized")


async def test_what_is_no_token_is_not_found(api: BotApi) -> None:
    status, body = await call(api, "botnonsense/getMe")
    assert (status, body["description"]) == (404, "Not Found")


async def test_unknown_method_is_not_found(api: BotApi) -> None:
    status, body = await call(api, f"bot{api.token}/danceWithMe")
    expected = {"ok": False, "error_code": 404, "description": "Not Found: method not found"}
    assert (status, body) == (404, expected)
    assert [each.code for each in api.violations] == [404]


@pytest.mark.parametrize("how", ["data", "json", "params"])
async def test_parameters_come_in_any_encoding(api: BotApi, ann: Person, how: str) -> None:
    values = {"chat_id": ann.id, "text": "hello"}
    status, body = await call(api, f"bot{api.token}/SENDMESSAGE", **{how: values})
    assert (status, body["result"]["text"]) == (200, "hello")


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("chat_id", "", "Bad Request: chat_id is empty"),
        ("reply_markup", "{", "Bad Request: can't parse reply keyboard markup JSON object"),
        ("reply_markup", "7", "Bad Request: object expected as reply markup"),
        ("reply_parameters", "[", "Bad Request: can't parse reply parameters JSON object"),
    ],
)
async def test_parameters_that_make_no_sense(
    api: BotApi, ann: Person, name: str, value: str, complaint: str
) -> None:
    values = {"chat_id": ann.id, "text": "hello", name: value}
    status, body = await call(api, f"bot{api.token}/sendMessage", data=values)
    assert (status, body["description"]) == (400, complaint)


async def test_a_file_needs_the_token_too(api: BotApi, ann: Person) -> None:
    photo = await ann.photo()
    address = f"{api.url}/file/botX/{api.file(photo).path}"
    async with ClientSession() as session, session.get(address) as answer:
        assert answer.status == 404


async def test_a_poller_that_died_is_not_held_against_its_successor(
    api: BotApi, bot: Bot, ann: Person
) -> None:
    (start,) = await bot.get_updates()
    values = {"offset": start.update_id + 1, "timeout": 30}
    dying = asyncio.create_task(call(api, f"bot{api.token}/getUpdates", data=values))
    await api.called("getUpdates", count=2)
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    polling = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=10))
    await api.called("getUpdates", count=3)

    await ann.send("anyone?")

    (update,) = await polling
    assert update.effective_message.text == "anyone?"
    assert not api.violations
