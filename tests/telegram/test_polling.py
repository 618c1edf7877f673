"""Polling: what Telegram refuses is said clearly, and tried again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select, text

from bot.clock import SystemClock
from bot.pipeline.presses import Presses
from bot.pipeline.signals import Signals
from bot.telegram.bot import open_bot
from bot.telegram.intake import Intake
from bot.telegram.polling import Polling
from bot.telegram.sender import TelegramSender
from storage.database import Database
from storage.models import InboxRow
from tests.botapi import BotApi
from tests.world import ROOT

pytestmark = pytest.mark.filterwarnings("ignore:Please use 'Bot.getUpdates'")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.polling.FIRST_PAUSE", 0.05)
    monkeypatch.setattr("bot.telegram.polling.LONGEST_PAUSE", 0.2)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as served:
        yield served


@asynccontextmanager
async def polling(
    api: BotApi, database: Database, *, most_waiting: int = 1000
) -> AsyncIterator[Signals]:
    """One process's polling, running."""
    signals = Signals()
    async with open_bot(api.token, api_url=api.url) as (bot, _me):
        sender = TelegramSender(bot, pictures=ROOT / "dialogues")
        intake = Intake(
            database=database,
            clock=SystemClock(),
            presses=Presses({"telegram": sender}),
            sender=sender,
            most_waiting=most_waiting,
        )
        running = asyncio.create_task(
            Polling(
                bot=bot, database=database, clock=SystemClock(), signals=signals, intake=intake
            ).run()
        )
        yield signals
        signals.stop()
        async with asyncio.timeout(10):
            await running


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(InboxRow)).scalar_one()


@pytest.mark.parametrize(
    ("status", "description", "words"),
    [
        (401, "Unauthorized", "refuses the token (401): check TELEGRAM_TOKEN"),
        (409, "Conflict: terminated by other getUpdates request", "somebody else polls"),
        (409, "Conflict: can't use getUpdates method while webhook is active", "a webhook is set"),
        (502, "Bad Gateway", "cannot be reached"),
    ],
)
async def test_a_refusal_is_said_clearly_and_tried_again(  # noqa: PLR0917
    api: BotApi,
    database: Database,
    caplog: pytest.LogCaptureFixture,
    status: int,
    description: str,
    words: str,
) -> None:
    api.fail_next("getUpdates", status=status, description=description, times=2)
    async with polling(api, database):
        await api.person("Ann").start()
        await api.all_confirmed()
    assert words in caplog.text
    assert api.token not in caplog.text
    assert stored(database) == 1


async def test_a_webhook_of_an_earlier_start_is_taken_away_and_what_waits_is_kept(
    api: BotApi, database: Database
) -> None:
    async with open_bot(api.token, api_url=api.url) as (bot, _me):
        await bot.set_webhook("http://127.0.0.1:9/nobody-here")
    await api.person("Ann").start()
    api.fail_next("deleteWebhook", status=500)
    async with polling(api, database):
        await api.all_confirmed()
    assert stored(database) == 1


async def test_when_too_many_wait_telegram_keeps_the_rest(
    api: BotApi, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.intake.COUNTED_EVERY", 0.0)
    ann = api.person("Ann")
    async with polling(api, database, most_waiting=2):
        await ann.start()
        await ann.send("hello")
        async with asyncio.timeout(10):
            while stored(database) < 2:  # noqa: ASYNC110  # nobody would tell
                await asyncio.sleep(0.02)
        await ann.send("are you there?")
        await asyncio.sleep(0.5)
        assert stored(database) == 2
        with database.transaction() as session:
            session.execute(text("update inbox set state = 'done'"))
        await api.all_confirmed()
    assert stored(database) == 3


async def test_of_two_one_polls_and_the_other_follows_at_once(
    api: BotApi, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    ann = api.person("Ann")
    async with polling(api, database) as first:
        await ann.start()
        await api.all_confirmed()
        async with polling(api, database):
            await ann.send("hello")
            await api.all_confirmed()
            first.stop()
            await ann.send("are you there?")
            await api.all_confirmed()
    assert stored(database) == 3
    assert "409" not in caplog.text
