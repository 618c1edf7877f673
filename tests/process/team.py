"""Several processes that share one PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from storage.crypto import new_secret
from tests.botapi import BotApi
from tests.process.assistant import Assistant


class Member(Assistant):
    """One process, which always starts with the same options."""

    options: tuple[str, ...] = ()

    async def start(self, *options: str) -> None:
        await super().start(*self.options, *options)

    async def replace(self) -> None:
        """Kill it, and start another in its place."""
        await self.kill()
        await self.start()


@asynccontextmanager
async def team(
    api: BotApi, database_url: str, folder: Path, options: Sequence[tuple[str, ...]]
) -> AsyncIterator[list[Member]]:
    """One process for each set of options, each with a folder of its own; not started yet."""
    settings = {
        "TELEGRAM_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "DATABASE_URL": database_url,
        "SECRET_KEY": new_secret(),
        "QUIET_HOURS": "off",
        "PREVIEW": "off",
    }
    members = []
    for number, words in enumerate(options):
        home = folder / f"process{number}"
        home.mkdir()
        member = Member(settings, folder=home)
        member.options = words
        members.append(member)
    try:
        yield members
    finally:
        for member in members:
            await member.kill()
