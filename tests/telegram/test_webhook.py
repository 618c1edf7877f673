"""The webhook over real HTTP: who may post, what is stored, and when Telegram is asked to wait."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, test_utils, web
from sqlalchemy import event, func, select, text
from telegram import Bot

from bot.clock import SystemClock
from bot.pipeline.presses import Presses
from bot.pipeline.signals import Signals
from bot.telegram import gateway
from bot.telegram.bot import open_bot
from bot.telegram.intake import Intake, Update
from bot.telegram.sender import TelegramSender
from bot.telegram.webhook import LONGEST_BODY, PATH, SECRET_HEADER, Webhook
from storage.database import Database
from storage.models import InboxRow
from tests.botapi import BotApi
from tests.world import ROOT

SECRET = "a-secret-that-nobody-guesses"
HERE = "http://127.0.0.1"


@dataclass
class Line:
    """A webhook that listens, and somebody who posts to it."""

    database: Database
    signals: Signals
    intake: Intake
    webhook: Webhook
    http: ClientSession
    url: str

    async def post(self, body: Any, *, secret: str | None = SECRET) -> tuple[int, str]:
        """Status and body of the answer to this update, or to these bytes."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.http.post(self.url, data=BytesIO(data), headers=headers) as answer:
            self.headers = answer.headers
            return answer.status, await answer.text()

    def stored(self) -> int:
        """How many updates the inbox holds."""
        with self.database.reading() as session:
            return session.execute(select(func.count()).select_from(InboxRow)).scalar_one()


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as served:
        yield served


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with open_bot(api.token, api_url=api.url) as (bot, _me):
        yield bot


@pytest.fixture
async def line(bot: Bot, database: Database) -> AsyncIterator[Line]:
    signals = Signals()
    sender = TelegramSender(bot, pictures=ROOT / "dialogues")
    intake = Intake(
        database=database,
        clock=SystemClock(),
        presses=Presses({"telegram": sender}),
        sender=sender,
        most_waiting=3,
    )
    webhook = Webhook(bot=bot, signals=signals, intake=intake, address=HERE, secret=SECRET)
    site = web.Application()
    webhook.add_to(site)
    async with test_utils.TestServer(site) as server, ClientSession() as http:
        yield Line(database, signals, intake, webhook, http, str(server.make_url(PATH)))


async def until(check: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(20):
        while not check():  # noqa: ASYNC110  # nobody would tell
            await asyncio.sleep(0.01)


def said(number: int, words: str = "hello", *, name: str = "Ann") -> dict[str, Any]:
    """An update as Telegram posts it, each from another person."""
    who = {"id": 1000 + number, "type": "private", "first_name": name}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1780315200,
            "chat": who,
            "from": {"id": who["id"], "first_name": name, "is_bot": False},
            "text": words,
        },
    }


async def test_an_update_is_stored_once_however_often_it_is_posted(line: Line) -> None:
    assert await line.post(said(1)) == (200, "")
    assert line.stored() == 1
    assert await line.post(said(1)) == (200, "")
    assert line.stored() == 1


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "é"])
async def test_who_does_not_know_the_secret_is_turned_away(line: Line, secret: str | None) -> None:
    assert await line.post(said(1, "let me in"), secret=secret) == (403, "")
    assert line.stored() == 0


async def test_what_is_too_long_is_not_read(line: Line) -> None:
    status, answer = await line.post(said(1, "x" * LONGEST_BODY))
    assert (status, "xx" in answer) == (413, False)
    assert line.stored() == 0


async def test_what_is_too_long_is_not_read_either_when_it_comes_in_pieces(line: Line) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (LONGEST_BODY // 10)

    async with line.http.post(line.url, data=pieces(), headers={SECRET_HEADER: SECRET}) as answer:
        assert answer.status == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'"words"',
        b"{}",
        b'{"update_id":"1"}',
        b'{"update_id":true}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
async def test_what_is_no_update_is_refused_and_not_stored(line: Line, body: bytes) -> None:
    assert await line.post(body) == (400, "")
    assert line.stored() == 0


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "poll": {"id": "7"}},
        {"update_id": 1, "message": {"chat": "nonsense"}},
        {"update_id": 1, "message": {"chat": {"type": "private"}}},
        {"update_id": 1, "callback_query": None},
    ],
)
async def test_an_update_of_no_chat_is_taken_and_passed_over(
    line: Line, update: dict[str, Any]
) -> None:
    assert await line.post(update) == (200, "")
    assert line.stored() == 0


async def test_when_too_many_wait_telegram_is_asked_to_keep_them(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.intake.COUNTED_EVERY", 0.0)
    for number in range(3):
        assert await line.post(said(number)) == (200, "")
    assert await line.post(said(4)) == (503, "")
    assert int(line.headers["Retry-After"]) > 0
    with line.database.transaction() as session:
        session.execute(text("update inbox set state = 'done'"))
    assert await line.post(said(4)) == (200, "")
    assert line.stored() == 4


async def test_what_the_database_does_not_take_comes_again(line: Line) -> None:
    with line.database.transaction() as session:
        session.execute(text("alter table inbox rename to elsewhere"))
    with line.database.transaction() as session:
        session.execute(text("create table inbox as select * from elsewhere"))
        session.execute(text("alter table inbox drop column attempts"))
    status, _ = await line.post(said(1))
    with line.database.transaction() as session:
        session.execute(text("drop table inbox"))
        session.execute(text("alter table elsewhere rename to inbox"))
    assert status == 503
    assert await line.post(said(1)) == (200, "")
    assert line.stored() == 1


async def test_nothing_new_is_begun_once_it_is_to_stop(line: Line) -> None:
    line.signals.stop()
    assert await line.post(said(1)) == (503, "")
    assert line.stored() == 0


async def test_what_arrives_together_shares_a_commit(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in: list[Update] = []
    take = line.intake.take

    async def counted(updates: list[Update]) -> None:
        handed_in.extend(updates)
        await take(updates)

    monkeypatch.setattr(line.intake, "take", counted)
    commits = []
    event.listen(line.database.engine, "commit", commits.append)
    let_go = threading.Event()
    loop = asyncio.get_running_loop()
    busy = [
        loop.run_in_executor(line.database.write_pool, let_go.wait, 30)
        for _ in range(line.database.writers)
    ]
    posting = [asyncio.create_task(line.post(said(number))) for number in range(30)]
    await until(lambda: len(handed_in) == 30)
    assert not any(post.done() for post in posting)
    let_go.set()
    answers = await asyncio.gather(*posting)
    await asyncio.gather(*busy)
    assert set(answers) == {(200, "")}
    assert line.stored() == 30
    assert len(commits) <= 4


async def test_one_that_cannot_be_stored_does_not_keep_out_its_neighbours(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    await line.intake.take([said(1), said(2, name="\ud800"), said(3)])
    assert line.stored() == 2
    assert "cannot be stored" in caplog.text


async def test_telegram_is_told_where_we_are(api: BotApi, line: Line) -> None:
    api.fail_next("setWebhook", status=500)
    await line.webhook.run()
    assert len(api.calls("setWebhook")) == 2
    told = api.calls("setWebhook")[-1].params
    assert told["url"] == HERE + PATH
    assert told["secret_token"] == SECRET
    assert told["allowed_updates"] == gateway.ALLOWED_UPDATES
    assert told["drop_pending_updates"] == "false"
    assert api.token not in told["url"]
