"""A world to test in: the emulated Bot API, and the assistant as a process of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Telegram, as far as a bot can tell."""
    async with BotApi() as served:
        yield served


@pytest.fixture
async def assistant(api: BotApi, database_url: str, tmp_path: Path) -> AsyncIterator[Assistant]:
    """The assistant, not started yet, connected to that Telegram; on each kind of database."""
    settings = {
        "TELEGRAM_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "DATABASE_URL": database_url,
        "QUIET_HOURS": "off",
        "PREVIEW": "off",
    }
    process = Assistant(settings, folder=tmp_path)
    yield process
    await process.kill()


@pytest.fixture
def people(api: BotApi) -> tuple[Person, Person, Person]:
    """A resident and two caseworkers."""
    return (
        api.person("Ann", last_name="Example"),
        api.person("Alex", last_name="Sample"),
        api.person("Bo", last_name="Sample"),
    )


@pytest.fixture
async def desk(assistant: Assistant, api: BotApi, people: tuple[Person, Person, Person]) -> Group:
    """The staff's group, with the assistant running."""
    group = api.group("Staff desk", members=list(people[1:]))
    assistant.set("STAFF_CHAT_ID", str(group.id))
    await assistant.start()
    return group
